"""Streams of events that continue by themselves: `Watch` for threads, `AsyncWatch` for asyncio."""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar, cast

import grpc
import grpc.aio

from smartsuschef.client.errors import from_rpc_error
from smartsuschef.client.resume import Resumption, ended_early


class Event(Protocol):
    """Anything that a stream can be resumed after."""

    @property
    def resume_token(self) -> str: ...


E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


class StreamCall(Protocol[E_co]):
    """A stream of grpc being read."""

    def __next__(self) -> E_co: ...

    def cancel(self) -> object: ...


class Watch(Generic[E]):
    """Iterates over events, each once and in order, over as many connections as it takes.

    Close it, or leave its `with`, to cancel the RPC; another thread may do so while this one waits for an event.

    Args:
        open_stream: begins the RPC after a resume_token.
        resumption: where to begin, and how patient to be.
        is_last: whether nothing follows an event.

    Raises:
        ForecastServiceError: from iterating, where the stream fails for another reason than an outage, or where the
            outage outlasts the patience.
    """

    def __init__(
        self, open_stream: Callable[[str], StreamCall[E]], resumption: Resumption, is_last: Callable[[E], bool]
    ) -> None:
        self._open_stream = open_stream
        self._resumption = resumption
        self._is_last = is_last
        self._call: StreamCall[E] | None = None
        self._closed = threading.Event()
        self._lock = threading.Lock()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E:
        while call := self._current_call():
            try:
                event = next(call)
            except StopIteration:
                error = ended_early()
            except grpc.RpcError as failure:
                if self._closed.is_set():
                    break
                error = from_rpc_error(failure)
            else:
                self._resumption.received(event.resume_token)
                if self._is_last(event):
                    self.close()
                return event
            pause = self._resumption.pause_after(error)
            if pause is None:
                self.close()
                raise error
            self._call = None
            self._closed.wait(pause)
        raise StopIteration

    def close(self) -> None:
        """Cancels the RPC; iterating then ends."""
        with self._lock:
            self._closed.set()
            if self._call is not None:
                self._call.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _current_call(self) -> StreamCall[E] | None:
        # Under the lock: a call opened while another thread closes would never be cancelled.
        with self._lock:
            if self._closed.is_set():
                return None
            if self._call is None:
                self._resumption.opened()
                self._call = self._open_stream(self._resumption.token)
            return self._call


class AsyncWatch(Generic[E]):
    """As `Watch`, for asyncio: `async for`, `async with`, `aclose()`; cancelling the task cancels the RPC too."""

    def __init__(
        self,
        open_stream: Callable[[str], grpc.aio.UnaryStreamCall[Any, E]],
        resumption: Resumption,
        is_last: Callable[[E], bool],
    ) -> None:
        self._open_stream = open_stream
        self._resumption = resumption
        self._is_last = is_last
        self._call: grpc.aio.UnaryStreamCall[Any, E] | None = None
        self._closed = asyncio.Event()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E:
        while call := self._current_call():
            try:
                event = await call.read()
            except grpc.aio.AioRpcError as failure:
                if self._closed.is_set():
                    break
                error = from_rpc_error(failure)
            except asyncio.CancelledError:
                # grpc.aio raises this also for a call that aclose() cancelled, while nobody cancelled the task.
                if self._closed.is_set() and not _task_is_cancelled():
                    break
                raise
            else:
                if event is not grpc.aio.EOF:
                    return await self._deliver(cast(E, event))
                error = ended_early()
            pause = self._resumption.pause_after(error)
            if pause is None:
                await self.aclose()
                raise error
            self._call = None
            await self._wait_unless_closed(pause)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Cancels the RPC; iterating then ends."""
        self._closed.set()
        if self._call is not None:
            self._call.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.aclose()

    def _current_call(self) -> "grpc.aio.UnaryStreamCall[Any, E] | None":
        if self._closed.is_set():
            return None
        if self._call is None:
            self._resumption.opened()
            self._call = self._open_stream(self._resumption.token)
        return self._call

    async def _deliver(self, event: E) -> E:
        self._resumption.received(event.resume_token)
        if self._is_last(event):
            await self.aclose()
        return event

    async def _wait_unless_closed(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return


def _task_is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
