"""Tests of what the demonstration says of wrong use and of a wrong file, before anything starts."""

import datetime as dt
from pathlib import Path

import pytest

from local_stack.demo import main
from local_stack.demo_sales import load_sales_settings

TWO_STORES = "date,dish,quantity,store\n2026-01-01,Soup,3,north\n2026-01-01,Soup,3,south\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the demonstration, which must stay without a folder of the demonstration."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Runs the demonstration, which must end before anything starts, and returns what it said."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert not (folder / "var").exists()
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--sales", "absent.csv", "--country", "DE"], "SALES: there is no file"),
        (["--sales", ".", "--country", "DE"], "is a folder"),
        (["--sales", __file__], "COUNTRY: a sales file needs a country"),
        (["--country", "Atlantis"], "no public holidays are known for COUNTRY=ATLANTIS"),
        (["--unknown"], "usage: make demo [SALES=file.csv COUNTRY=CN STORE=name]"),
    ],
)
def test_the_demonstration_refuses_wrong_use(
    arguments: list[str], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refused(arguments, folder, capsys)


@pytest.mark.parametrize(
    ("content", "store", "told"),
    [
        (
            TWO_STORES,
            "",
            "The file has several restaurants: choose one with STORE=name, in quotes where the name has blanks.",
        ),
        (TWO_STORES, "west", "Choose another one with STORE=name, in quotes where"),
        (TWO_STORES, "a\tb", "got the character U+0009"),
        (TWO_STORES, "a" * 65, "expected a name of 1 to 64 printable characters, got 65 characters"),
        (TWO_STORES, " ", "STORE=' ': expected a name of 1 to 64 printable characters, got nothing but blanks"),
        (TWO_STORES, "a b", "no sales of store 'a b'"),
        ("day,dish\n2026-01-01,Soup\n", "", "or name it with SALES_QUANTITY_COLUMN"),
        ("day,dish\n2026-01-01,Soup\n", "", "make demo SALES=file.csv COUNTRY=CN SALES_QUANTITY_COLUMN=name"),
        ("day,dish,sold\n01/02/2025,Soup,3\n02/01/2025,Soup,3\n", "", "SALES_DATE_FORMAT=%d.%m.%Y"),
        (TWO_STORES, "", "make demo SALES=file.csv COUNTRY=CN SALES_STORE_COLUMN=none."),
        (
            f"date,dish,sold\n{dt.datetime.now(dt.UTC) + dt.timedelta(days=1):%Y-%m-%d},Soup,3\n",
            "",
            "SALES: there are no sales up to ",
        ),
        ("PK\x03\x04\x14", "", "SALES: "),
    ],
)
def test_a_wrong_file_is_told_in_the_parameters_of_make_demo(
    content: str, store: str, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sales.csv").write_text(content)

    shown = refused(["--sales", "sales.csv", "--country", "DE", "--store", store], folder, capsys)

    assert told in shown
    assert "--" not in shown
    assert "server" not in shown


def test_the_country_and_the_columns_of_a_file_come_from_the_environment_and_the_settings_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sales.csv").write_text("when,dish,quantity\n2026-01-01,Soup,3\n")
    (folder / ".env").write_text("COUNTRY=Atlantis\nSALES_DATE_COLUMN=overruled\n")
    monkeypatch.setenv("SALES_DATE_COLUMN", "when")

    assert "COUNTRY=ATLANTIS" in refused(["--sales", "sales.csv"], folder, capsys)


def test_a_wrong_setting_of_the_file_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sales.csv").write_text("date,dish,quantity\n2026-01-01,Soup,3\n")
    monkeypatch.setenv("SALES_DATE_FORMAT", "%Y")

    assert "SALES_DATE_FORMAT: expected" in refused(["--sales", "sales.csv", "--country", "DE"], folder, capsys)


def test_the_hour_at_which_a_day_ends_comes_from_the_file_of_pipeline_config(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "late.json").write_text('{"day_ends_at_hour": 26}')
    monkeypatch.setenv("PIPELINE_CONFIG", "late.json")

    settings = load_sales_settings()

    assert settings.config().day_ends_at_hour == 26
    assert settings.variables() == {"PIPELINE_CONFIG": str(folder / "late.json")}
