"""Shows the user of the console what the client logs, such as a broken connection."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import typer

from smartsuschef.client.console.output import write_json


def notes_shown(*, as_json: bool) -> AbstractContextManager[None]:
    """Prints warnings of the client on standard error while the `with` block lasts.

    Args:
        as_json: Whether to print each warning as a JSON object instead of a line.
    """
    return notes_given_to(_write_as_json if as_json else _write_line)


@contextmanager
def notes_given_to(take: Callable[[str], None]) -> Iterator[None]:
    """Passes warnings of the client to a function, and to no other handler, while the `with` block lasts.

    Args:
        take: The function, which receives the text of a warning.
    """
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
