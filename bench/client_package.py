"""`make bench-install`: measures what an installation of the client weighs, and how long its import takes.

The client of the working tree, and of an older commit if one is named, is installed with its console into new
environments. Sizes leave pip and setuptools out. An import is compared with the import of gRPC alone in the same
environment, in processor time, because that hardly depends on other work of the machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

#: Packages that an environment may have without the client.
_NOT_COUNTED = ("pip", "setuptools")

#: Number of processes that import each module. The fastest counts, because other work only ever adds time.
_IMPORTS = 25

_IMPORT = "import time; started = time.process_time(); import {}; print(time.process_time() - started)"

#: Prints the bytes of every installed package, by name, as JSON. The files are those that pip has noted.
_SIZES = """
import importlib.metadata as metadata, json, os
sizes = {}
for each in metadata.distributions():
    files = [each.locate_file(file) for file in each.files or []]
    sizes[each.name.lower()] = sum(os.path.getsize(file) for file in files if os.path.isfile(file))
print(json.dumps(sizes))
"""


#: What is imported: gRPC alone, gRPC with what errors and messages need anyway, and the client.
_MODULES = {
    "grpc": "gRPC alone",
    "grpc, grpc_status.rpc_status, google.protobuf.message": "gRPC with grpc-status and protobuf",
    "smartsuschef.client": "the client",
}


def main() -> None:
    """Installs, measures, and prints a table for each client."""
    parser = argparse.ArgumentParser(prog="make bench-install", description=__doc__)
    parser.add_argument("--base", default="", help="commit whose client is measured in the same run")
    arguments = parser.parse_args()
    console = Console()
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {"working tree": root}
        if arguments.base:
            sources = {arguments.base: _checked_out(root, arguments.base, folder / "base"), **sources}
        for label, source in sources.items():
            with console.status(f"Installing the client of {label} …"):
                python = _installed(source / "client", folder / label.replace("/", "-"))
            console.print(_table(label, _sizes(python), _import_seconds(python)))


def _checked_out(root: Path, commit: str, folder: Path) -> Path:
    """Writes the files of a commit into a folder, and returns the folder."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=root, check=True, capture_output=True).stdout  # noqa: S603, S607
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)  # noqa: S603, S607
    return folder


def _installed(client: Path, environment: Path) -> Path:
    """Installs a client with its console into a new environment, and returns the interpreter of the environment."""
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)  # noqa: S603
    python = environment / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{client}[console]"], check=True)  # noqa: S603
    return python


def _sizes(python: Path) -> dict[str, int]:
    """Bytes of every package that is counted, by name, the largest first."""
    sizes = json.loads(_output(python, _SIZES))
    counted = {name: size for name, size in sizes.items() if name not in _NOT_COUNTED}
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def _import_seconds(python: Path) -> dict[str, float]:
    """Seconds of each import. The imports take turns, so that other work of the machine slows all of them alike."""
    rounds = [[float(_output(python, _IMPORT.format(each))) for each in _MODULES] for _ in range(_IMPORTS)]
    return {each: min(seconds) for each, seconds in zip(_MODULES, zip(*rounds, strict=True), strict=True)}


def _output(python: Path, code: str) -> str:
    # Without -P the working tree could stand in for the installed client.
    return subprocess.run([python, "-P", "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603


def _table(label: str, sizes: dict[str, int], imports: dict[str, float]) -> Table:
    table = Table("", "", title=f"The client of {label}", title_justify="left", show_header=False)
    for name, size in sizes.items():
        table.add_row(name, f"{size / 1e6:.1f} MB")
    table.add_row("in all, beyond pip and setuptools", f"{sum(sizes.values()) / 1e6:.1f} MB", style="bold")
    alone = imports["grpc"]
    for modules, seconds in imports.items():
        table.add_row(f"import of {_MODULES[modules]}", f"{1000 * seconds:.0f} ms, {seconds / alone:.2f} times")
    return table


if __name__ == "__main__":
    main()
