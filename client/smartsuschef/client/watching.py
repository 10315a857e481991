"""Streams of events that continue after a broken connection: `Watch` for threads, `AsyncWatch` for asyncio."""

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
    """An event of a stream; a new stream can begin after the event with this token."""

    @property
    def resume_token(self) -> str: ...


E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


class StreamCall(Protocol[E_co]):
    """An open stream of grpc."""

    def __next__(self) -> E_co: ...

    def cancel(self) -> object: ...


class Watch(Generic[E]):
    """Iterates over events, each once and in order, and opens a broken stream again.

    `close()`, or the end of a `with` block, cancels the RPC. Another thread may close the watch while this thread waits
    for an event.

    Args:
        open_stream: Begins the RPC after the event of a resume_token.
        resumption: The token to begin after, and the pauses between attempts.
        is_last: Returns whether an event is the last one.

    Raises:
        ForecastServiceError: The iteration raises this error if the stream fails for another reason than an outage, or
            if an outage lasts longer than the policy allows.
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
        """Cancels the RPC. The iteration then ends."""
        with self._lock:
            self._closed.set()
            if self._call is not None:
                self._call.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _current_call(self) -> StreamCall[E] | None:
        # Without the lock, a call that is opened while another thread closes the watch would never be cancelled.
        with self._lock:
            if self._closed.is_set():
                return None
            if self._call is None:
                self._resumption.opened()
                self._call = self._open_stream(self._resumption.token)
            return self._call


class AsyncWatch(Generic[E]):
    """Does for asyncio what `Watch` does for threads: `async for`, `async with`, `aclose()`.

    Cancelling the task that iterates cancels the RPC too.

    Args:
        open_stream: Begins the RPC after the event of a resume_token.
        resumption: The token to begin after, and the pauses between attempts.
        is_last: Returns whether an event is the last one.
    """

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
                # grpc.aio also raises CancelledError for a call that aclose() cancelled, though the task goes on.
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
        """Cancels the RPC. The iteration then ends."""
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
