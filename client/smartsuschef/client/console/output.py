"""Writes to the terminal: text for people with rich, lines of JSON for programs."""

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

#: Least width of the output in columns, so that an id fits. A narrower terminal wraps the lines itself; some say 0.
_LEAST_WIDTH = 40

#: A share this close to 0 or 1 differs from 0 or 1 only by rounding errors.
_NOISE = 1e-6

_STATE_STYLES = {"SUCCEEDED": "bold green", "FAILED": "bold red", "CANCELLED": "bold yellow"}


def out() -> Console:
    """Makes a console for standard output. The console never reads the name of a dish as markup."""
    return _console(stderr=False)


def err() -> Console:
    """Makes a console for standard error."""
    return _console(stderr=True)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Raises the error again. Rich would end the process instead, and leave the tasks of asyncio behind."""
        raise


def _console(*, stderr: bool) -> Console:
    console = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if console.width < _LEAST_WIDTH:
        console.width = _LEAST_WIDTH
    return console


def write_message(message: Message) -> None:
    """Writes a message as one line of JSON, with the field names of the contract.

    Args:
        message: The message; its empty lists, zeros and false values are written too.
    """
    write_json(MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True))


def write_json(value: Mapping[str, Any], *, to_stderr: bool = False) -> None:
    """Writes one line of JSON.

    Args:
        value: The object.
        to_stderr: Whether to write to standard error instead of standard output.
    """
    typer.echo(json.dumps(value, ensure_ascii=False), err=to_stderr)


def local_time(moment: Timestamp) -> str:
    """Formats a moment in the time zone of this machine, such as `2026-11-23 08:16`.

    Args:
        moment: The moment.
    """
    return f"{as_local(moment):%Y-%m-%d %H:%M}"


def as_local(moment: Timestamp) -> datetime:
    """Converts a moment into the time zone of this machine.

    Args:
        moment: The moment.
    """
    return datetime.fromtimestamp(moment.seconds + moment.nanos / 1e9).astimezone()


def duration(seconds: float) -> str:
    """Formats a duration, such as `0.4 s`, `12 s`, `2 min 05 s` or `1 h 03 min`.

    Args:
        seconds: The duration in seconds.
    """
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def units(value: float) -> str:
    """Formats units of a dish: without decimals from 10 units on, else with one decimal.

    Args:
        value: The units.
    """
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:z.1f}"


def percent(share: float) -> str:
    """Formats a share as percent with one decimal, or with enough decimals to differ from 0 % and 100 %.

    Args:
        share: The share; 1 is 100 %.
    """
    shown = f"{share:.1%}"
    return f"{100 * share:g}%" if _NOISE <= share <= 1 - _NOISE and shown in ("0.0%", "100.0%") else shown


def state_text(state: RunState) -> Text:
    """Formats the state of a run as one word in colour.

    Args:
        state: The state.
    """
    name = RunState.Name(state).removeprefix("RUN_STATE_")
    return Text(name, style=_STATE_STYLES.get(name, "cyan"))


def counted(count: int, noun: str) -> str:
    """Formats a number of things, such as `1 day` or `1,234 days`.

    Args:
        count: The number.
        noun: The noun in the singular; its plural ends with s.
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def dishes(count: int) -> str:
    """Formats a number of dishes, such as `1 dish` or `17 dishes`.

    Args:
        count: The number.
    """
    return "1 dish" if count == 1 else f"{count} dishes"
