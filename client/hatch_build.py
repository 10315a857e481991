"""A hatchling hook that adds the gRPC stubs of the contract to the client's wheel.

In the repository the stubs lie in `protos/`, beside the folder of the client. A source distribution has its own copy.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StubsHook(BuildHookInterface):
    """Adds the folder `protos/smartsuschef` of the repository to a wheel or a source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Names the stubs among the files of the build.

        Args:
            version: "standard", or "editable" for an installation that imports the sources in place: `dev-mode-dirs`
                in pyproject.toml then names the folder of the stubs.
            build_data: Data of the build; the stubs are added to its entry "force_include", a mapping from a source
                path to a path in the wheel.

        Raises:
            FileNotFoundError: There are no stubs: the folder of the client was copied without the repository.
        """
        folder = Path(self.root)
        comes_from_an_sdist = (folder / "smartsuschef" / "forecast").is_dir()
        if version == "editable" or comes_from_an_sdist:
            return
        stubs = folder.parent / "protos" / "smartsuschef"
        if not stubs.is_dir():
            raise FileNotFoundError(
                f"there are no gRPC stubs in {stubs}: build the client inside a clone of the repository, or from its "
                "source distribution"
            )
        build_data["force_include"][str(stubs)] = "smartsuschef"
