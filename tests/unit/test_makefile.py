"""The Makefile makes an interrupted environment anew, and its help is a table."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def test_make_starts_again_with_an_environment_that_was_interrupted(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    shutil.copytree(REPOSITORY / "local_stack", tmp_path / "local_stack")
    (tmp_path / "client").mkdir()
    for folder in (tmp_path, tmp_path / "client"):
        (folder / "pyproject.toml").touch()
    # This constraint ends pip before it downloads anything.
    (tmp_path / "constraints.txt").write_text("no constraint at all\n")
    # Ctrl-C in the first seconds leaves an environment without pip.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=tmp_path, check=True)

    made = subprocess.run(
        ["make", f"PYTHON={sys.executable}", ".venv/.local-is-installed"],
        cwd=tmp_path,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "No module named pip" not in made.stderr
    assert "Invalid requirement" in made.stderr


@pytest.mark.parametrize("store", ["Lower Manhattan", "Ca$h & Carry", 'Hell\'s "Kitchen"', "南京路店", "--all"])
def test_the_demonstration_gets_the_name_of_a_store_as_it_was_typed(tmp_path: Path, store: str) -> None:
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nfor argument; do printf '%s\\n' \"$argument\"; done\n")
    python.chmod(0o755)
    (tmp_path / ".venv" / ".local-is-installed").touch()

    for arguments, environment in (([f"STORE={store}"], {}), ([], {"STORE": store})):
        told = subprocess.run(
            ["make", "-o", ".venv/.local-is-installed", "demo", *arguments],
            cwd=tmp_path,
            env={**os.environ, "MAKEFLAGS": "", "MAKELEVEL": "0", **environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert told.splitlines()[-1] == f"--store={store}"


def test_the_help_describes_all_targets_in_one_column() -> None:
    told = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    columns = {len(line[0]) for line in re.finditer(r"^  make [a-z-]+ +", told, re.MULTILINE)}
    assert len(columns) == 1


def test_the_help_lists_every_target() -> None:
    targets = re.findall(r"^\.PHONY: (.+)$", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    told = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\S+) +\S", told, re.MULTILINE) == sorted(targets)
