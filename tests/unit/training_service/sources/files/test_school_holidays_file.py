"""School holidays beside a sales file: a table, or the JSON of a public service."""

import datetime as dt
import json
from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.restaurant.place import Place
from shared.restaurant.school_holidays import SchoolHoliday
from training_service.sources.files.school_holidays_file import find_school_holidays, read_school_holidays
from training_service.sources.school_holiday_table import NotOfThePlace

STUTTGART = Place(country="DE", subdivision="BW")
SOMEWHERE_IN_GERMANY = Place(country="DE")
AUTUMN = SchoolHoliday("Herbstferien", dt.date(2026, 10, 26), dt.date(2026, 10, 30))


def written(folder: Path, *lines: str) -> Path:
    """A file of school holidays with these lines."""
    path = folder / "school_holidays.csv"
    path.write_text("\n".join(lines))
    return path


def answered(folder: Path, answer: object) -> Path:
    """A file with the JSON of a service."""
    path = folder / "school_holidays.json"
    path.write_text(json.dumps(answer))
    return path


@pytest.mark.parametrize("code", ["BW", "DE-BW", "de-bw", ""])
def test_the_rows_of_the_place_are_read_without_their_years(tmp_path: Path, code: str) -> None:
    path = written(
        tmp_path,
        "start_date,end_date,name,subdivision,remark",
        f"2026-10-26,2026-10-30,Herbstferien 2026,{code},x",
        f"2025-12-22,2026-01-05,Weihnachtsferien 2025/26,{code},",
        "2026-10-12,2026-10-24,Herbstferien,DE-NI,",
    )

    assert read_school_holidays(path, "default", STUTTGART) == (
        SchoolHoliday("Weihnachtsferien", dt.date(2025, 12, 22), dt.date(2026, 1, 5)),
        AUTUMN,
    )


def test_rows_of_other_stores_and_countries_are_left_out_and_equal_rows_count_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "start_date;end_date;name;country;store",
        "2026-10-26;2026-10-30;Herbstferien;DE;",
        "2026-10-26;2026-10-30;Herbstferien;de;north",
        "2026-10-17;2026-11-02;Toussaint;FR;north",
        "2026-11-02;2026-11-03;Bridge days;DE;south",
    )

    assert read_school_holidays(path, "north", SOMEWHERE_IN_GERMANY) == (AUTUMN,)


def test_the_only_subdivision_of_a_file_is_that_of_a_store_without_one(tmp_path: Path) -> None:
    rows = ["start_date,end_date,name,subdivision", "2026-10-26,2026-10-30,Herbstferien,BW"]

    assert read_school_holidays(written(tmp_path, *rows), "default", SOMEWHERE_IN_GERMANY) == (AUTUMN,)
    assert read_school_holidays(written(tmp_path, *rows), "default", None) == (AUTUMN,)

    with pytest.raises(NotOfThePlace, match="no row is for DE HH; the rows are for BW"):
        read_school_holidays(written(tmp_path, *rows), "default", Place(country="DE", subdivision="HH"))
    of_two = written(tmp_path, *rows, "2026-10-12,2026-10-24,Herbstferien,NI")
    with pytest.raises(NotOfThePlace, match=r"several subdivisions.*name it in the place of the store, such as BW"):
        read_school_holidays(of_two, "default", SOMEWHERE_IN_GERMANY)


def test_wrong_rows_are_refused_all_at_once_with_their_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "start_date,end_date,name",
        "26.10.2026,2026-10-30,Herbstferien",
        "2026-10-26,,Herbstferien",
        "2026-10-26,2026-10-20,Herbstferien",
        "2026-08-31,2027-07-31,School year",
        "2026-10-26,2026-10-30,",
    )

    with pytest.raises(InvalidInput) as refused:
        read_school_holidays(path, "default", STUTTGART)

    assert [violation.description for violation in refused.value.violations] == [
        "column 'start_date': expected dates like 2026-11-23; not so on line 2",
        "column 'end_date': expected dates like 2026-11-23; not so on line 3",
        "column 'end_date': expected the day in 'start_date' or a later one; not so on line 4",
        "column 'end_date': expected a holiday of at most 130 days; not so on line 5",
        "column 'name': expected the name of the school holiday; not so on line 6",
    ]
    with pytest.raises(InvalidInput, match="no column 'start_date'; the columns are date, name"):
        read_school_holidays(written(tmp_path, "date,name", "2026-10-26,x"), "default", STUTTGART)


def test_an_answer_of_openholidays_is_read(tmp_path: Path) -> None:
    def holiday(first: str, last: str, name: str, **where: object) -> dict[str, object]:
        texts = [{"language": "EN", "text": name}, {"language": "DE", "text": "Ferien"}]
        return {"id": "1", "startDate": first, "endDate": last, "type": "School", "name": texts, **where}

    path = answered(
        tmp_path,
        [
            holiday(
                "2026-10-26",
                "2026-10-30",
                "Autumn",
                nationwide=False,
                subdivisions=[{"code": "DE-BY", "shortName": "BY"}, {"code": "DE-BW", "shortName": "BW"}],
            ),
            holiday("2026-12-24", "2027-01-06", "Christmas", nationwide=True),
            holiday("2026-10-12", "2026-10-24", "Autumn", subdivisions=[{"code": "DE-NI", "shortName": "NI"}]),
        ],
    )

    assert read_school_holidays(path, "default", STUTTGART) == (
        SchoolHoliday("Autumn", dt.date(2026, 10, 26), dt.date(2026, 10, 30)),
        SchoolHoliday("Christmas", dt.date(2026, 12, 24), dt.date(2027, 1, 6)),
    )


def test_an_answer_of_ferien_api_is_read(tmp_path: Path) -> None:
    answer = [
        {
            "start": "2026-10-26T00:00Z",
            "end": "2026-10-30T00:00Z",
            "year": 2026,
            "stateCode": "BW",
            "name": "herbstferien baden-württemberg 2026",
            "slug": "herbstferien-2026-BW",
        }
    ]

    found = read_school_holidays(answered(tmp_path, answer), "default", STUTTGART)

    assert found == (SchoolHoliday("herbstferien", dt.date(2026, 10, 26), dt.date(2026, 10, 30)),)


@pytest.mark.parametrize("answer", [{"error": "no such state"}, [1], [{"date": "2026-10-26"}], [{"startDate": "x"}]])
def test_other_json_is_refused(tmp_path: Path, answer: object) -> None:
    with pytest.raises(InvalidInput, match="expected the list of school holidays"):
        read_school_holidays(answered(tmp_path, answer), "default", STUTTGART)


def test_the_table_is_read_before_the_json(tmp_path: Path) -> None:
    sales = tmp_path / "sales.csv"
    assert find_school_holidays(sales) is None
    answered(tmp_path, [])
    assert find_school_holidays(sales) == tmp_path / "school_holidays.json"
    written(tmp_path, "start_date,end_date,name")
    assert find_school_holidays(sales) == tmp_path / "school_holidays.csv"
