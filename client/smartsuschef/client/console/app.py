"""The command `suschef` with all its subcommands."""

import io
import os
import signal
import sys
from importlib import metadata
from typing import Annotated

import typer

from smartsuschef.client.console.cancel import cancel
from smartsuschef.client.console.check import check
from smartsuschef.client.console.failures import FAILED, OUTPUT_CLOSED
from smartsuschef.client.console.health import health
from smartsuschef.client.console.import_sales import import_sales
from smartsuschef.client.console.models import models
from smartsuschef.client.console.predict import predict
from smartsuschef.client.console.rollback import rollback
from smartsuschef.client.console.runs import runs
from smartsuschef.client.console.train import train
from smartsuschef.client.console.versions import versions
from smartsuschef.client.console.watch import watch

COMMANDS = (check, train, watch, predict, models, runs, cancel, versions, rollback, health)


def main() -> None:
    """Runs the command line, and ends the process with an exit code.

    Exit codes: 0 done, 1 the run or the service failed, 2 wrong use, 3 the service cannot be reached, 130 Ctrl-C, 141
    the reader of the output has closed its end, 143 SIGTERM.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks the block characters of the plots shows "?" instead of an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # A terminal that does not know its width says 0, and help with 0 columns would be empty.
    if os.environ.get("COLUMNS") == "0":
        del os.environ["COLUMNS"]
    # An exception lets a live view restore the terminal before the process ends.
    signal.signal(signal.SIGTERM, lambda signum, _: sys.exit(128 + signum))
    try:
        make_app()()
    except SystemExit as end:
        # A reader that closes its end, such as `head`, is no failure, but typer ends with the exit code of a failure.
        # The default action of SIGPIPE would not help: the sockets of grpc.aio raise SIGPIPE too.
        if isinstance(end.__context__, BrokenPipeError):
            sys.exit(OUTPUT_CLOSED)
        raise
    except OSError as error:
        # A failed call raises another error. This error comes from the output, for example from a full disk.
        sys.stderr.write(f"Error: the output cannot be written: {error.strerror or error}\n")
        # Without this line Python would write the rest of the output at its end, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def make_app() -> typer.Typer:
    """Makes the command line, which is a function to call."""
    app = typer.Typer(
        name="suschef",
        help="Train the demand forecasts of a restaurant, watch the training, and forecast.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong use, 3 service cannot be reached, 130 Ctrl-C, "
        "141 the reader of the output has closed its end, 143 SIGTERM.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for command in COMMANDS:
        app.command()(command)
    # `import` is a word of Python, and no function can have this name.
    app.command("import")(import_sales)
    return app


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"suschef {metadata.version('smartsuschef-client')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, metavar="", help="Print the version and exit."
        ),
    ] = False,
) -> None: ...
