"""What the contract tests share: the example programs of foreign clients, generated and compiled."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Where `make` installs what npm provides.
TOOLS = ROOT / ".tools" / "node_modules"


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the compiled TypeScript examples."""
    if not (TOOLS / ".bin" / "tsc").exists():
        pytest.skip("no TypeScript ('make test' installs it where npm is)")
    # Beside a copy of the protos, as in the repository: the examples generate their stubs from there.
    copy = tmp_path_factory.mktemp("typescript")
    folder = copy / "examples" / "typescript"
    shutil.copytree(
        ROOT / "examples" / "typescript", folder, ignore=shutil.ignore_patterns("node_modules", "dist", "gen")
    )
    (copy / "protos").symlink_to(ROOT / "protos")
    (folder / "node_modules").symlink_to(TOOLS)
    for script in ("generate", "build"):
        ended = subprocess.run(
            ["npm", "run", "--silent", script], cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder / "dist"
