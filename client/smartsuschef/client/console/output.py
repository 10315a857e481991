"""Writing to the terminal: rich consoles for people, JSON lines for machines."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Console
from rich.text import Text

from smartsuschef.forecast.v1.training_pb2 import RunState

MISSING = "-"

#: Columns that are written for at least, room for an id; a narrower terminal (some tell 0) wraps the lines itself.
_LEAST_WIDTH = 40

#: A share that is nearer to none or all was that before it was calculated with.
_NOISE = 1e-6

_STATE_STYLES = {"SUCCEEDED": "bold green", "FAILED": "bold red", "CANCELLED": "bold yellow"}


def out() -> Console:
    """Standard output. Names of dishes are never read as markup."""
    return _console(stderr=False)


def err() -> Console:
    """Standard error."""
    return _console(stderr=True)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Raises the error again that Rich has caught; it would end the process, and leave asyncio's tasks behind."""
        raise


def _console(*, stderr: bool) -> Console:
    console = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if console.width < _LEAST_WIDTH:
        console.width = _LEAST_WIDTH
    return console


def write_message(message: Message) -> None:
    """One line of JSON with the field names of the contract; empty lists, zeros and false are written too."""
    write_json(MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True))


def write_json(value: Mapping[str, Any], *, to_stderr: bool = False) -> None:
    """One line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False), err=to_stderr)


def local_time(moment: Timestamp) -> str:
    """Date and time on this machine's clock, such as `2026-11-23 08:16`."""
    return f"{as_local(moment):%Y-%m-%d %H:%M}"


def as_local(moment: Timestamp) -> datetime:
    """The moment in this machine's time zone."""
    return datetime.fromtimestamp(moment.seconds + moment.nanos / 1e9).astimezone()


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `2 min 05 s`, `1 h 03 min`."""
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def units(value: float) -> str:
    """Units of a dish: whole where that is exact enough, else one decimal."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:z.1f}"


def percent(share: float) -> str:
    """A share as percent with one decimal, or with as many as tell it from none and all."""
    shown = f"{share:.1%}"
    return f"{100 * share:g}%" if _NOISE <= share <= 1 - _NOISE and shown in ("0.0%", "100.0%") else shown


def state_text(state: RunState) -> Text:
    """The state of a run in one word and its colour."""
    name = RunState.Name(state).removeprefix("RUN_STATE_")
    return Text(name, style=_STATE_STYLES.get(name, "cyan"))


def counted(count: int, noun: str) -> str:
    """`1 day`, `1,234 days`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def dishes(count: int) -> str:
    """`1 dish`, `17 dishes`."""
    return "1 dish" if count == 1 else f"{count} dishes"
