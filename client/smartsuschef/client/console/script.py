"""The script `suschef`, which every installation has, also one without what the console is made of."""

import sys

_EXTRA = ("rich", "typer")


def main() -> None:
    """Runs the console; where the extra `console` is not installed, ends with 1 and a line that says so."""
    try:
        from smartsuschef.client.console.app import main as run
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.exit("suschef needs rich and typer: install smartsuschef-client[console]")
    run()
