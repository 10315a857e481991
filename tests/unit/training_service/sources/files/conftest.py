"""A fixture that writes sales files."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a CSV file with this text and answers its path."""

    def file(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "sales.csv"
        path.write_text(text, encoding=encoding)
        return path

    return file
