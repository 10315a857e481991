"""Each container loads only the libraries that it needs."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("inference_service.server", ("prophet", "cmdstanpy", "dramatiq", "sqlalchemy", "matplotlib")),
        ("training_service.server", ("prophet", "cmdstanpy", "lightgbm", "matplotlib")),
        ("smartsuschef.client.console.app", ("pandas", "numpy", "lightgbm", "redis", "pydantic", "shared")),
    ],
)
def test_a_process_loads_only_what_it_needs(module: str, unwanted: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*[name for name in {unwanted!r} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert loaded == []
