"""Runs `suschef` in this process, as a script would: without a terminal, and by default with 80 columns."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from smartsuschef.client.console.app import make_app
from tests.unit.client.scripted_server import ScriptedServer


def suschef(server: ScriptedServer, *arguments: str, width: int = 80, terminal: bool = False) -> Result:
    """Runs one command of the console.

    Args:
        server: The server that the command calls as both services.
        arguments: The arguments of the command.
        width: Width of the output in columns.
        terminal: Whether the command takes its output for a terminal.
    """
    environment: dict[str, str | None] = {
        "SUSCHEF_INFERENCE_ADDRESS": server.address,
        "SUSCHEF_TRAINING_ADDRESS": server.address,
        "COLUMNS": str(width),
        "FORCE_COLOR": "1" if terminal else None,
        "TTY_COMPATIBLE": None,
    }
    return CliRunner().invoke(make_app(), list(arguments), env=environment, catch_exceptions=False)


def json_lines(text: str) -> list[Any]:
    """Parses a text with one JSON value on each line."""
    return [json.loads(line) for line in text.splitlines()]
