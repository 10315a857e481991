"""Puts the contract's stubs into the client's wheel: in the repository they lie in `protos/`, beside this folder."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StubsHook(BuildHookInterface):
    """Adds `protos/smartsuschef` to what is built; an sdist has the stubs already, and is built as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling.

        Args:
            version: "standard", or "editable" for an installation that uses the sources in place.
            build_data: takes the stubs under "force_include", as source and target.
        """
        stubs = Path(self.root).parent / "protos" / "smartsuschef"
        if stubs.is_dir() and version != "editable":
            build_data["force_include"][str(stubs)] = "smartsuschef"
