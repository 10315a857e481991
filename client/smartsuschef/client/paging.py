"""Reads a list that arrives in pages: iterate over its items, or over `.pages` for the whole answers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Page(Protocol):
    """The answer of a list call: one page."""

    @property
    def next_page_token(self) -> str: ...


P = TypeVar("P", bound=Page)
T = TypeVar("T")


class Pager(Generic[P, T]):
    """Iterates over the items of all pages, and requests a page when its first item is needed.

    Args:
        fetch: Requests the page of a page_token.
        items: Returns the items of a page.
    """

    def __init__(self, fetch: Callable[[str], P], items: Callable[[P], Iterable[T]]) -> None:
        self._fetch = fetch
        self._items = items

    @property
    def pages(self) -> Iterator[P]:
        """Iterates over the answers, one for each page."""
        token: str | None = ""
        while token is not None:
            page = self._fetch(token)
            yield page
            token = page.next_page_token or None

    def __iter__(self) -> Iterator[T]:
        for page in self.pages:
            yield from self._items(page)


class AsyncPager(Generic[P, T]):
    """Does for asyncio what `Pager` does for threads.

    Args:
        fetch: Requests the page of a page_token.
        items: Returns the items of a page.
    """

    def __init__(self, fetch: Callable[[str], Awaitable[P]], items: Callable[[P], Iterable[T]]) -> None:
        self._fetch = fetch
        self._items = items

    @property
    async def pages(self) -> AsyncIterator[P]:
        """Iterates over the answers, one for each page."""
        token: str | None = ""
        while token is not None:
            page = await self._fetch(token)
            yield page
            token = page.next_page_token or None

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages:
            for item in self._items(page):
                yield item
