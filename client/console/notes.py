"""What the client logs while it works, such as a connection that broke off, told on standard error."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from client.console.output import write_json


@contextmanager
def notes_shown(*, as_json: bool) -> Iterator[None]:
    """Shows warnings of the client, as a line each or as a JSON object each."""
    handler = _NoteHandler(logging.WARNING, as_json=as_json)
    logger = logging.getLogger("client")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _NoteHandler(logging.Handler):
    def __init__(self, level: int, *, as_json: bool) -> None:
        super().__init__(level)
        self._as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        if self._as_json:
            write_json({"note": record.getMessage()}, to_stderr=True)
        else:
            typer.echo(record.getMessage(), err=True)
