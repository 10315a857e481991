"""The script `suschef`. Every installation of the client has the script, even without the extra `console`."""

import sys

#: The packages that the extra `console` installs.
_EXTRA = ("rich", "typer")


def main() -> None:
    """Runs the console. Without the extra `console`, prints what to install and exits with 1."""
    try:
        from smartsuschef.client.console.app import main as run
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.exit("suschef needs the packages rich and typer: run pip install 'smartsuschef-client[console]'")
    run()
