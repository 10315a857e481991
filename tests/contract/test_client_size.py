"""Tests of what an installation of the client with its console consists of, and what it weighs."""

import importlib.metadata as metadata
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[2] / "client" / "pyproject.toml").read_text())["project"]

#: Largest size of all packages together, in bytes: the promise to backends, without pip and setuptools.
MOST_BYTES = 60_000_000

#: Every package that comes along, directly or not. A new one should be worth its size.
PACKAGES = {
    *("googleapis-common-protos", "grpcio", "grpcio-health-checking", "grpcio-status", "protobuf", "typing-extensions"),
    # The types of the messages in the client's signatures, for strict type checkers.
    "types-protobuf",
    # The console. Typer itself requires pydantic.
    *("rich", "markdown-it-py", "mdurl", "pygments", "typer", "annotated-doc", "shellingham"),
    *("pydantic", "pydantic-core", "annotated-types", "typing-inspection"),
}


def needed(requirements: list[str], found: set[str]) -> set[str]:
    """The names of all packages that requirements bring along on this machine, extras left out."""
    for requirement in map(Requirement, requirements):
        name = requirement.name.lower().replace("_", "-")
        if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            found.add(name)
            needed(metadata.requires(name) or [], found)
    return found


def size(package: str) -> int:
    """Bytes of the installed files of a package."""
    files = [Path(str(file.locate())) for file in metadata.files(package) or []]
    return sum(file.stat().st_size for file in files if file.is_file())


def all_packages() -> set[str]:
    return needed([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["console"]], set())


def test_the_client_brings_no_packages_but_these() -> None:
    assert all_packages() == PACKAGES


def test_the_client_with_its_console_stays_small() -> None:
    sizes = {package: size(package) for package in all_packages()}

    assert min(sizes.values()) > 0
    assert sum(sizes.values()) < MOST_BYTES, sorted(sizes.items(), key=lambda item: -item[1])
