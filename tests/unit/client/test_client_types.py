"""The types of the client and of the contract reach those who install them: type checkers look for a marker."""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())


@pytest.mark.parametrize("package", ["client", "smartsuschef"])
def test_a_package_that_others_import_is_marked_as_typed_and_installed(package: str) -> None:
    assert (resources.files(package) / "py.typed").is_file()
    installed = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert package in [Path(folder).name for folder in installed]
