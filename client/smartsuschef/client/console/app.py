"""The `suschef` command with all its subcommands."""

import io
import os
import signal
import sys
from importlib import metadata
from typing import Annotated

import typer

from smartsuschef.client.console.cancel import cancel
from smartsuschef.client.console.failures import FAILED, OUTPUT_CLOSED
from smartsuschef.client.console.health import health
from smartsuschef.client.console.models import models
from smartsuschef.client.console.predict import predict
from smartsuschef.client.console.rollback import rollback
from smartsuschef.client.console.runs import runs
from smartsuschef.client.console.train import train
from smartsuschef.client.console.versions import versions
from smartsuschef.client.console.watch import watch

COMMANDS = (train, watch, predict, models, runs, cancel, versions, rollback, health)


def main() -> None:
    """Runs the command line; ends the process with the exit code.

    Exit codes: 0 done, 1 the run or the service failed, 2 wrong use, 3 service unreachable, 130 Ctrl-C, 141 the reader
    of the output has left, 143 SIGTERM.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal without the block characters of the plots shows "?" for them; that is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # What does not know its width tells 0, and help of no columns would be no help.
    if os.environ.get("COLUMNS") == "0":
        del os.environ["COLUMNS"]
    # So that a live view puts the terminal in order before the process ends.
    signal.signal(signal.SIGTERM, lambda signum, _: sys.exit(128 + signum))
    try:
        make_app()()
    except SystemExit as end:
        # A reader that has enough, such as `head`, is no failure, but typer ends with the code of one. SIGPIPE, of
        # which others die, would not do: grpc.aio's own sockets raise it too.
        if isinstance(end.__context__, BrokenPipeError):
            sys.exit(OUTPUT_CLOSED)
        raise
    except OSError as error:
        # Calls that fail are errors of their own: this was the output, on a full disk, say.
        sys.stderr.write(f"Error: the output cannot be written: {error.strerror or error}\n")
        # What is left of it would be written, and fail, once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def make_app() -> typer.Typer:
    """The command line, to be called."""
    app = typer.Typer(
        name="suschef",
        help="Train the demand forecasts of a restaurant, watch them, use them.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong use, 3 service unreachable, 130 interrupted, "
        "141 the reader of the output has left, 143 terminated.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for command in COMMANDS:
        app.command()(command)
    return app


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"suschef {metadata.version('smartsuschef-client')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, metavar="", help="Tell the version and exit."),
    ] = False,
) -> None: ...
