"""Tests of what the demonstration says of wrong use and of a refused file."""

from pathlib import Path

import pytest

from local_stack.demo import main, needs_store


@pytest.mark.parametrize(
    ("content", "needed"),
    [
        (b"date,dish,quantity,store\n2026-01-01,Soup,3,north\n2026-01-01,Soup,3,south\n", True),
        (b"date,dish,quantity,store\n2026-01-01,Soup,3,north\n", False),
        (b"date,dish\n2026-01-01,Soup\n", False),
        (b"PK\x03\x04\x14\x00\x06\x00", False),
    ],
)
def test_a_store_is_asked_for_only_if_the_file_has_several(content: bytes, needed: bool, tmp_path: Path) -> None:
    file = tmp_path / "sales.xlsx"
    file.write_bytes(content)
    assert needs_store(file) is needed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--sales", "absent.csv", "--country", "DE"], "there is no file"),
        (["--sales", __file__], "COUNTRY"),
        (["--country", "Atlantis"], "no public holidays are known for COUNTRY=ATLANTIS"),
    ],
)
def test_the_demonstration_refuses_wrong_use(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert told in capsys.readouterr().err
