"""Reads the file of school holidays that may lie beside a sales file: a table, or the JSON of a public service."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.restaurant.place import Place
from shared.restaurant.school_holidays import SchoolHoliday
from training_service.sources.files.named_columns import read_named_columns
from training_service.sources.school_holiday_table import NEEDED, OPTIONAL, rows_of, school_holidays_of

#: Names that the file may have; the first one that is there is read.
SCHOOL_HOLIDAYS_FILES = ("school_holidays.csv", "school_holidays.json")

#: Largest size of the JSON in bytes. The school holidays of all of Germany take 100 kB a year.
_MOST_BYTES = 20_000_000


def find_school_holidays(sales_path: Path) -> Path | None:
    """The file of the school holidays in the folder of a sales file; None where there is none."""
    paths = (sales_path.with_name(name) for name in SCHOOL_HOLIDAYS_FILES)
    return next((path for path in paths if path.is_file()), None)


def read_school_holidays(path: Path, store: str, place: Place | None) -> tuple[SchoolHoliday, ...]:
    """Reads the school holidays of a store.

    Args:
        path: CSV file with the columns of `school_holidays_of`, or the JSON that OpenHolidays answers to
            `/SchoolHolidays`, or that ferien-api.de answers.
        store: Name of the store.
        place: Place of the store; None where the place is not known.

    Raises:
        InvalidInput: The file is wrong; every violation names what is wrong and where.
    """
    table = _json_rows(path) if path.suffix == ".json" else read_named_columns(path, NEEDED, OPTIONAL)
    return school_holidays_of(table, store, place, path.name)


def _json_rows(path: Path) -> pd.DataFrame:
    expected = "expected the list of school holidays that OpenHolidays or ferien-api.de answers"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"the file is larger than {_MOST_BYTES:,} bytes")
        content = json.loads(path.read_bytes())
        if not isinstance(content, list):
            raise TypeError(f"it holds {type(content).__name__} and no list")
        rows = [row for holiday in content for row in _rows_of_holiday(holiday)]
    # RecursionError: lists in lists, thousands deep. UnicodeDecodeError is a ValueError.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput([Violation(path.name, f"{expected}: {type(error).__name__}: {error}")]) from error
    return rows_of(rows)


def _rows_of_holiday(holiday: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """One row for each subdivision of a holiday; one row without a subdivision for a holiday of the whole country."""
    if "startDate" not in holiday:
        days = {"start_date": str(holiday["start"])[:10], "end_date": str(holiday["end"])[:10]}
        yield {**days, "name": _short(str(holiday["name"])), "subdivision": str(holiday["stateCode"]), "country": "DE"}
        return
    # One language for all years, so that a holiday keeps its name.
    texts = sorted((str(name["language"]).upper() != "EN", str(name["text"])) for name in holiday["name"])
    days = {"start_date": str(holiday["startDate"])[:10], "end_date": str(holiday["endDate"])[:10], "name": texts[0][1]}
    areas = holiday.get("subdivisions") or holiday.get("groups") or []
    if holiday.get("nationwide") or not areas:
        yield days
    for area in [] if holiday.get("nationwide") else areas:
        yield {**days, "subdivision": str(area["code"])}


def _short(name: str) -> str:
    """The first word of a name such as "osterferien baden-württemberg 2026"."""
    return (name.split() or [""])[0]
