"""Tests of `suschef check`: what an owner sees at a glance, what the full form tells, and the request."""

from collections.abc import Sequence

import grpc
import pytest

from smartsuschef.forecast.v1.forecast_pb2 import Location, Warning
from smartsuschef.forecast.v1.training_pb2 import (
    CHOSEN_BY_NAME,
    CHOSEN_BY_VALUES,
    SALES_COLUMN_ROLE_DATE,
    SALES_COLUMN_ROLE_DISH,
    SALES_COLUMN_ROLE_QUANTITY,
    SALES_COLUMN_ROLE_STATUS,
    SALES_SOURCE_KIND_CSV,
    SALES_SOURCE_KIND_DATABASE,
    ChosenColumn,
    DataReport,
    DateForm,
    DishPreview,
    ExpectedClosedDay,
    LeftOutRows,
    Outlier,
    SalesForm,
    SalesPreview,
    SimilarNames,
    StartTrainingResponse,
    WeekdaySales,
)
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.scripted_server import ScriptedServer, fails

CLOSED_ON_MONDAYS = "closed on Mondays (28 of the last 28)"


def cafe(**changes: object) -> SalesPreview:
    """A preview of a café that is closed on Mondays."""
    preview = SalesPreview(
        store="default",
        form=SalesForm(kind=SALES_SOURCE_KIND_CSV, encoding="UTF-8", separator=";", header_line=1, decimal_mark=","),
        columns=[
            ChosenColumn(
                role=SALES_COLUMN_ROLE_DATE,
                name="Datum",
                chosen_by=CHOSEN_BY_VALUES,
                why="its values are dates, and those of 'Tag' are not",
                example="02.12.2025",
            ),
            ChosenColumn(
                role=SALES_COLUMN_ROLE_DISH, name="Artikel", chosen_by=CHOSEN_BY_NAME, why="name", example="Flat White"
            ),
            ChosenColumn(
                role=SALES_COLUMN_ROLE_QUANTITY, name="Menge", chosen_by=CHOSEN_BY_NAME, why="name", example="3"
            ),
            ChosenColumn(role=SALES_COLUMN_ROLE_STATUS, name="Storno", chosen_by=CHOSEN_BY_NAME, why="it tells"),
        ],
        unread_columns=["Preis", "Tag"],
        dates=DateForm(
            format="%d.%m.%Y",
            description="day first",
            chosen_by=CHOSEN_BY_VALUES,
            why="no other form fits all of the dates",
            example="02.12.2025",
            example_day="2025-12-02",
        ),
        rows_read=1_000,
        rows_used=988,
        left_out=[
            LeftOutRows(reason="totals", rows=2, lines=[80, 160]),
            LeftOutRows(reason="voided", rows=10, lines=[4, 9, 12, 20, 31], column="Storno"),
        ],
        dishes=[
            DishPreview(
                dish="Flat White", units=576, units_per_open_day=24, first_day="2025-12-02", last_day="2026-11-29"
            ),
            *(
                DishPreview(
                    dish=f"Cake {number}",
                    units=48,
                    units_per_open_day=2,
                    first_day="2025-12-02",
                    last_day="2026-11-29",
                )
                for number in range(10)
            ),
            DishPreview(dish="Ramen", units=14, units_per_open_day=7, first_day="2026-11-28", last_day="2026-11-29"),
            DishPreview(dish="Punch", first_day="2025-12-02", last_day="2026-01-06", stopped=True),
        ],
        weekdays=[
            WeekdaySales(weekday=1, days=8),
            *(WeekdaySales(weekday=each, units_per_open_day=44, days=8, open_days=8) for each in range(2, 7)),
            WeekdaySales(weekday=7, units_per_open_day=61, days=8, open_days=7),
        ],
        closed_days=[
            ExpectedClosedDay(date="2026-11-30", habit=CLOSED_ON_MONDAYS),
            ExpectedClosedDay(date="2026-12-07", habit=CLOSED_ON_MONDAYS),
            ExpectedClosedDay(date="2026-12-08", habit="closed on public holidays", is_guess=True),
        ],
        data_report=DataReport(
            sales_source="sales.csv",
            rows=988,
            first_day="2025-12-02",
            last_day="2026-11-29",
            dishes=13,
            refund_rows=3,
            outlier_days=5,
            outliers=[
                Outlier(dish="Flat White", date="2026-11-18", quantity=900, usual=24, limited_to=31, line=294),
                *(Outlier(dish=f"Cake {day}", date=f"2026-11-0{day}", quantity=9, usual=2) for day in range(1, 5)),
            ],
            stopped=["Punch"],
            short=["Ramen"],
            similar_names=[SimilarNames(names=["Cake 1", "Cake1"])],
        ),
        location=Location(country="DE", subdivision="BW", time_zone="Europe/Berlin"),
        warnings=[
            Warning(reason="ROWS_NOT_SOLD", message="rows that were not sold are left out"),
            Warning(reason="SALES_FORM", message="the encoding is taken for Windows-1252"),
        ],
    )
    for name, value in changes.items():
        preview.ClearField(name)
        if value is not None:
            preview.MergeFrom(SalesPreview(**{name: value}))  # type: ignore[arg-type]  # arguments of several types
    return preview


def shown(server: ScriptedServer, preview: SalesPreview, *options: str, width: int = 80) -> list[str]:
    server.on("StartTraining", StartTrainingResponse(preview=preview))
    result = suschef(server, "check", *options, width=width)
    assert result.exit_code == 0, result.stderr
    return [line.rstrip() for line in result.stdout.splitlines()]


def test_an_owner_sees_the_closed_mondays_and_the_flat_whites(server: ScriptedServer) -> None:
    lines = shown(server, cafe())

    assert "Flat White     24      576" in lines
    assert f"closed   Mon 2026-11-30, Mon 2026-12-07: {CLOSED_ON_MONDAYS}" in lines
    assert "closed   Tue 2026-12-08: closed on public holidays; a guess" in lines
    assert "          Mon  Tue  Wed  Thu  Fri  Sat  Sun" in lines
    assert "units  closed   44   44   44   44   44   61" in lines
    assert "open      0/8  8/8  8/8  8/8  8/8  8/8  7/8" in lines


def test_how_the_file_is_read_stands_first(server: ScriptedServer) -> None:
    lines = shown(server, cafe())

    assert lines[:9] == [
        "sales    sales.csv: UTF-8 text, columns separated by ';'",
        "         988 rows from 2025-12-02 to 2026-11-29",
        "date     'Datum', day first: 02.12.2025 is Tue 2 Dec 2025",
        "dish     'Artikel', such as 'Flat White'",
        "units    'Menge', such as '3'",
        "place    holidays of DE-BW, time zone Europe/Berlin",
        "left out 12 of 1,000 rows: voided 10, totals 2",
        "refunds  3 rows subtracted from the sales of their dish and day",
        "",
    ]


def test_the_short_form_shows_some_dishes_and_some_outliers(server: ScriptedServer) -> None:
    lines = shown(server, cafe())

    assert sum(line.startswith("Cake") for line in lines) == 7
    assert "and 4 dishes with 158 units in four weeks; --full shows all" in lines
    assert "stopped  'Punch': no longer sold, so not trained" in lines
    outlier = lines.index("outlier  Flat White on Wed 2026-11-18, line 294: 900 sold, 24 is usual; learnt")
    assert lines[outlier + 1] == "         as 31"
    assert "outlier  2 days more far from the usual; --full shows them" in lines
    assert "names    alike, not merged: 'Cake 1', 'Cake1'" in lines


def test_what_has_a_line_of_its_own_is_no_warning_in_the_short_form(server: ScriptedServer) -> None:
    short, full = shown(server, cafe()), shown(server, cafe(), "--full")

    assert [line for line in short if line.startswith("warning")] == [
        "warning  the encoding is taken for Windows-1252 (SALES_FORM)"
    ]
    assert "warning  rows that were not sold are left out (ROWS_NOT_SOLD)" in full


def test_the_full_form_tells_why_and_names_all_dishes_and_lines(server: ScriptedServer) -> None:
    lines = shown(server, cafe(), "--full")

    assert any("its values are dates, and those of 'Tag' are not" in line for line in lines)
    assert "Dates day first (%d.%m.%Y): no other form fits all of the dates." in lines
    assert "Not read: 'Preis', 'Tag'." in lines
    assert "voided      10  Storno  4, 9, 12, 20, 31, …" in lines
    assert "totals       2          80, 160" in lines
    assert sum(line.startswith("Cake") for line in lines) == 10
    (punch,) = (line for line in lines if line.startswith("Punch"))
    assert punch.split() == ["Punch", "0.0", "0.0", "2025-12-02", "2026-01-06", "no", "longer", "sold"]
    (ramen,) = (line for line in lines if line.startswith("Ramen"))
    assert ramen.endswith("since 2026-11-28")


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("options", [(), ("--full",)])
def test_no_line_is_longer_than_the_terminal_but_the_command(
    server: ScriptedServer, width: int, options: Sequence[str]
) -> None:
    lines = shown(server, cafe(), *options, width=width)

    assert max(len(line) for line in lines[:-1]) <= width


def test_the_short_form_fits_one_screen(server: ScriptedServer) -> None:
    assert len(shown(server, cafe())) <= 40


def test_old_sales_say_how_old_they_are(server: ScriptedServer) -> None:
    report = DataReport(sales_source="sales.csv", first_day="2001-01-01", last_day="2001-12-31")

    (line,) = (line for line in shown(server, cafe(data_report=report)) if "2001-12-31" in line)

    assert line.endswith(" days ago)")


def test_the_restaurants_of_a_file_are_named(server: ScriptedServer) -> None:
    preview = cafe(restaurants=["Harbour", "Station"], restaurant="Harbour")

    assert "store    'Harbour'; the file also has 'Station'" in shown(server, preview, "--store", "Harbour")


def test_a_restaurant_without_sales_is_told_that_nothing_would_be_trained(server: ScriptedServer) -> None:
    preview = cafe(dishes=[DishPreview(dish="Soup")], closed_days=None)

    lines = shown(server, preview)

    assert "dishes   none was ever sold, so nothing can be trained: check the column of the" in lines
    assert "closed   on no day of the two weeks after the last sale" in lines


def test_many_closed_days_of_one_habit_are_told_as_one(server: ScriptedServer) -> None:
    days = [ExpectedClosedDay(date=f"2026-12-{day:02}", habit="closed for Christmas") for day in range(1, 9)]

    lines = shown(server, cafe(closed_days=days))

    assert "closed   Tue 2026-12-01 to Tue 2026-12-08, 8 days: closed for Christmas" in lines


def test_a_database_has_no_columns(server: ScriptedServer) -> None:
    report = DataReport(sales_source="database x", first_day="2025-12-02", last_day="2026-11-29")
    preview = cafe(form=SalesForm(kind=SALES_SOURCE_KIND_DATABASE), columns=None, dates=None, data_report=report)

    lines = shown(server, preview, "--full")

    assert lines[0] == "sales    database x"
    assert not any(line.startswith("date ") for line in lines)


def test_the_request_says_that_nothing_is_to_be_trained(server: ScriptedServer) -> None:
    shown(server, cafe(), "--store", "north", "--source", "till.csv", "--country", "DE", "--keep-outliers")

    request = server.received["StartTraining"][-1].request
    assert (request.validate_only, request.store, request.sales_data_source) == (True, "north", "till.csv")
    assert (request.location, request.keep_outliers) == (Location(country="DE"), True)


def test_the_next_command_names_the_same_sales(server: ScriptedServer) -> None:
    lines = shown(server, cafe(), "--store", "Lower Manhattan", "--source", "till 1.csv", "--country", "DE")

    assert lines[-1] == (
        "Nothing was trained. If this is right: suschef train --source 'till 1.csv' --country DE "
        "--store 'Lower Manhattan'"
    )


def test_programs_get_the_preview_as_json(server: ScriptedServer) -> None:
    server.on("StartTraining", StartTrainingResponse(preview=cafe()))

    (answer,) = json_lines(suschef(server, "check", "--json").stdout)

    assert answer["dishes"][0]["units_per_open_day"] == 24
    assert answer["closed_days"][0]["is_guess"] is False


def test_wrong_sales_end_with_2_and_speak_of_options(server: ScriptedServer) -> None:
    description = "the file has the sales of several restaurants: 'A', 'B'; choose one of them as the store"
    server.on("StartTraining", fails(grpc.StatusCode.INVALID_ARGUMENT, violations={"sales_data_source": description}))

    result = suschef(server, "check", "--source", "x.csv", width=200)

    assert result.exit_code == 2
    assert "--source: the file has the sales of several restaurants: 'A', 'B'; choose one of them with --store" in (
        result.stderr
    )


def test_a_file_and_a_source_are_one_too_many(server: ScriptedServer) -> None:
    result = suschef(server, "check", __file__, "--source", "x.csv", width=200)

    assert result.exit_code == 2
    assert "give one of them" in result.stderr
    assert not server.received
