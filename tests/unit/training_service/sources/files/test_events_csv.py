"""Reading the file of named days beside a sales file."""

import datetime as dt
from pathlib import Path

import pytest

from shared.errors import InvalidInput
from training_service.learning.events import SalesEvent
from training_service.sources.files.events_csv import find_events_csv, read_events_csv


def written(folder: Path, *lines: str) -> Path:
    path = folder / "events.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_event_has_a_day_or_a_first_and_a_last_day_and_perhaps_a_dish(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "name,date,last_date,dish,remark",
        "Street fair, 2026-09-12 ,2026-09-13,,loud",
        "Wedding,2026-10-03,,Cre\u0300me,",
    )

    assert read_events_csv(path, "default") == (
        SalesEvent("Street fair", dt.date(2026, 9, 12), dt.date(2026, 9, 13)),
        SalesEvent("Wedding", dt.date(2026, 10, 3), dt.date(2026, 10, 3), ("Crème",)),
    )


def test_date_and_name_are_enough(tmp_path: Path) -> None:
    day = dt.date(2026, 9, 12)

    assert read_events_csv(written(tmp_path, "date;name", "2026-09-12;fair"), "north") == (
        SalesEvent("fair", day, day),
    )


def test_an_event_of_another_store_does_not_count(tmp_path: Path) -> None:
    path = written(tmp_path, "date,name,store", "2026-09-12,fair,north", "2026-09-13,fire,south", "2026-09-14,flood,")

    assert [event.name for event in read_events_csv(path, "north")] == ["fair", "flood"]


def test_all_violations_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "date,name,last_date", "12.9.2026,fair,", "2026-09-12,,2026-09-11", "2026-09-12,fair,soon")

    with pytest.raises(InvalidInput) as caught:
        read_events_csv(path, "default")

    assert [each.description for each in caught.value.violations] == [
        "column 'date': expected dates like 2026-11-23; not so on line 2",
        "column 'last_date': expected dates like 2026-11-23; not so on line 4",
        "column 'last_date': expected the day in 'date' or a later one; not so on line 3",
        "column 'name': expected the name of the event; not so on line 3",
    ]


def test_a_file_without_the_columns_of_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no column 'name'; the columns are date, kind"):
        read_events_csv(written(tmp_path, "date,kind", "2026-09-12,login"), "default")


def test_a_sales_file_without_events_beside_it_has_none(tmp_path: Path) -> None:
    assert find_events_csv(tmp_path / "sales.csv") is None
