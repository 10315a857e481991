"""What the client logs while it works, such as a connection that broke off, told to who uses the console."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import typer

from smartsuschef.client.console.output import write_json


def notes_shown(*, as_json: bool) -> AbstractContextManager[None]:
    """Shows warnings of the client on standard error, as a line each or as a JSON object each."""
    return notes_given_to(_write_as_json if as_json else _write_line)


@contextmanager
def notes_given_to(take: Callable[[str], None]) -> Iterator[None]:
    """Gives warnings of the client to `take`, and to nobody else meanwhile."""
    logger = logging.getLogger("smartsuschef.client")
    before, logger.handlers = logger.handlers, [_NoteHandler(take)]
    try:
        yield
    finally:
        logger.handlers = before


class _NoteHandler(logging.Handler):
    def __init__(self, take: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        self._take(record.getMessage())


def _write_as_json(note: str) -> None:
    write_json({"note": note}, to_stderr=True)


def _write_line(note: str) -> None:
    typer.echo(note, err=True)
