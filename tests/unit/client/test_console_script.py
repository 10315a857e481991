"""Tests of the script `suschef` that client/pyproject.toml names."""

import os
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: The packages that an installation without extras has, as far as the client imports them.
WITHOUT_EXTRAS = ("google", "grpc", "grpc_health", "typing_extensions")


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with the packages of an installation without extras."""
    for name in WITHOUT_EXTRAS:
        spec = find_spec(name)
        assert spec is not None
        found = Path(spec.origin) if spec.origin else Path(next(iter(spec.submodule_search_locations or ())))
        found = found.parent if found.name == "__init__.py" else found
        (tmp_path / found.name).symlink_to(found)
    return tmp_path


def test_without_the_extra_the_script_says_in_one_line_what_to_install(packages: Path) -> None:
    ended = _script("--version", packages=packages)
    assert ended.returncode == 1
    assert ended.stderr == "suschef needs the packages rich and typer: run pip install 'smartsuschef-client[console]'\n"


def test_the_script_runs_the_console() -> None:
    assert _script("--version").stdout.startswith("suschef ")


def _script(*arguments: str, packages: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs the script with all packages, or only with the packages of a folder."""
    scripts = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())["project"]["scripts"]
    module, function = scripts["suschef"].split(":")
    folders = [ROOT / "client", ROOT / "protos", *([packages] if packages else [])]
    # -S hides the packages that are installed beside the interpreter.
    python = [sys.executable, "-S"] if packages else [sys.executable]
    return subprocess.run(
        [*python, "-c", f"from {module} import {function}; {function}()", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(folder) for folder in folders)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
