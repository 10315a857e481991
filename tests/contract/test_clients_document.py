"""docs/clients.md shows every file of the examples as it is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LANGUAGES = {
    ".cs": "csharp",
    ".csproj": "xml",
    ".go": "go",
    ".java": "java",
    ".json": "json",
    ".py": "python",
    ".ts": "typescript",
    ".yaml": "yaml",
}
EXAMPLES = sorted(
    file
    for file in (ROOT / "examples").rglob("*")
    if file.suffix in LANGUAGES and not {"node_modules", "dist", "gen", "__pycache__"} & set(file.parts)
)


@pytest.fixture(scope="module")
def shown() -> set[tuple[str, str]]:
    """The blocks of code of the document, each with its language."""
    document = (ROOT / "docs" / "clients.md").read_text()
    return set(re.findall(r"^```([a-z]+)\n(.*?)^```$", document, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: str(file.relative_to(ROOT / "examples")))
def test_the_document_shows_the_example_as_it_is(file: Path, shown: set[tuple[str, str]]) -> None:
    assert (LANGUAGES[file.suffix], file.read_text()) in shown


def test_the_document_shows_nothing_that_is_no_example(shown: set[tuple[str, str]]) -> None:
    assert shown == {(LANGUAGES[file.suffix], file.read_text()) for file in EXAMPLES}
