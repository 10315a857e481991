"""Lists that come in pages, read as one: iterate over the items, or over `.pages` for what stands beside them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Page(Protocol):
    """One answer of a list call."""

    @property
    def next_page_token(self) -> str: ...


P = TypeVar("P", bound=Page)
T = TypeVar("T")


class Pager(Generic[P, T]):
    """Iterates over the items of all pages; a page is asked for when it is needed.

    Args:
        fetch: gets the page of a page_token.
        items: what a page holds.
    """

    def __init__(self, fetch: Callable[[str], P], items: Callable[[P], Iterable[T]]) -> None:
        self._fetch = fetch
        self._items = items

    @property
    def pages(self) -> Iterator[P]:
        """The answers themselves."""
        token: str | None = ""
        while token is not None:
            page = self._fetch(token)
            yield page
            token = page.next_page_token or None

    def __iter__(self) -> Iterator[T]:
        for page in self.pages:
            yield from self._items(page)


class AsyncPager(Generic[P, T]):
    """As `Pager`, for asyncio."""

    def __init__(self, fetch: Callable[[str], Awaitable[P]], items: Callable[[P], Iterable[T]]) -> None:
        self._fetch = fetch
        self._items = items

    @property
    async def pages(self) -> AsyncIterator[P]:
        """The answers themselves."""
        token: str | None = ""
        while token is not None:
            page = await self._fetch(token)
            yield page
            token = page.next_page_token or None

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages:
            for item in self._items(page):
                yield item
