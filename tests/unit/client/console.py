"""Runs `suschef` in this process, as a script would: no terminal, 80 columns unless told otherwise."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from smartsuschef.client.console.app import make_app
from tests.unit.client.scripted_server import ScriptedServer


def suschef(server: ScriptedServer, *arguments: str, width: int = 80, terminal: bool = False) -> Result:
    """The outcome of one command that calls both services at `server`; `terminal` makes it believe it has one."""
    environment: dict[str, str | None] = {
        "SUSCHEF_INFERENCE_ADDRESS": server.address,
        "SUSCHEF_TRAINING_ADDRESS": server.address,
        "COLUMNS": str(width),
        "FORCE_COLOR": "1" if terminal else None,
        "TTY_COMPATIBLE": None,
    }
    return CliRunner().invoke(make_app(), list(arguments), env=environment, catch_exceptions=False)


def json_lines(text: str) -> list[Any]:
    """One value per line."""
    return [json.loads(line) for line in text.splitlines()]
