"""Files in the shapes that restaurants bring, trained and forecast by the running services.

A file that can be read says the same as the tidy file of the same sales, so that both have the same forecast.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from smartsuschef.client import ForecastClient, ForecastServiceError
from smartsuschef.forecast.v1 import inference_pb2, training_pb2
from tests.support import brought_files as files
from tests.support.brought_files import LAST_DAY, Sale
from tests.support.stack import Stack, running_stack
from tests.support.waiting import train, wait_until_live

Outcome = tuple[training_pb2.TrainingResult, inference_pb2.PredictResponse]


@dataclass(frozen=True)
class Brought:
    """A file, and what is right about it.

    Args:
        write: Writes the sales in the shape of the file.
        country: Country of the restaurant.
        told: Reasons of the warnings of the run.
        left_out: Rows that are left out, by reason.
        refunds: Number of rows of refunds.
        store: Name of the store in the file; empty where the file names none.
        encoding: Encoding of the file.
        dishes: Units of each dish on a mean day.
    """

    write: Callable[[Sequence[Sale]], str]
    country: str = "US"
    told: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    refunds: int = 0
    store: str = ""
    encoding: str = "utf-8"
    dishes: tuple[tuple[str, int], ...] = tuple(files.DISHES.items())


_THOUSANDS = (("Espresso Martini", 1400), ("Negroni", 900))
_ACCENTS = (("Crème brûlée", 18), ("Tarte au citron", 12))
_GERMAN = (("Käsespätzle", 12), ("Weißwurst", 30))

BROUGHT = {
    "article_code": Brought(files.article_code, "FR"),
    "bigquery_utc": Brought(files.bigquery),
    "coffee_shop_columns": Brought(files.coffee_shop, store="Lower Manhattan"),
    "count_and_sales": Brought(files.count_and_sales),
    "daily_total_rows": Brought(files.daily_totals, told=("TOTALS_LEFT_OUT",), left_out=("totals",)),
    "grand_total_last": Brought(files.grand_total, told=("TOTALS_LEFT_OUT",), left_out=("totals",)),
    "day_and_order_date": Brought(files.day_and_order_date),
    "day_mon_year": Brought(files.day_named_month),
    "day_mon_year_date": Brought(files.day_named_month_short),
    "mon_day_year": Brought(files.named_month_first),
    "dmy_dashes": Brought(files.day_first_dashes, "IN"),
    "duplicate_other_columns": Brought(files.repeated_columns),
    "italian": Brought(files.italian, "IT"),
    "japanese_25h": Brought(files.japanese_clock, "JP"),
    "latin1": Brought(files.italian, "DE", encoding="cp1252", dishes=_GERMAN, told=("SALES_FORM",)),
    "nfd_names": Brought(files.two_spellings, "FR", dishes=_ACCENTS),
    "order_lines_blank_parent": Brought(files.order_lines, told=("DATES_FROM_ORDERS",)),
    "overlapping_exports": Brought(files.overlapping, "GB", told=("RECEIPTS_TWICE",)),
    "preorder_row": Brought(files.preorder, told=("FUTURE_SALES",)),
    "quoted_thousands": Brought(files.quoted_thousands, dishes=_THOUSANDS),
    "refund_row": Brought(files.refund, refunds=1),
    "report_preamble": Brought(files.titled, told=("SALES_FORM",)),
    "square_two_locations": Brought(files.two_locations, store="Harbour"),
    "status_voided": Brought(files.voided_by_status, "HK", told=("ROWS_NOT_SOLD",), left_out=("voided",)),
    "store_names": Brought(files.two_stores, store="Lower Manhattan"),
    "toast_void": Brought(files.voided_by_toast, told=("ROWS_NOT_SOLD",), left_out=("voided",), store="Main"),
    "trailing_separator": Brought(files.trailing_separator),
    "utc_midnight": Brought(files.utc_midnights),
}


@pytest.fixture(scope="module")
def outcome(stack: Stack, client: ForecastClient) -> Callable[..., Outcome]:
    """Answers a function that trains and forecasts a file, once for each store."""
    known: dict[str, Outcome] = {}

    def of(contents: str, store: str, country: str = "GB", *, name: str = "", encoding: str = "utf-8") -> Outcome:
        if store not in known:
            source = files.put(stack.data / f"brought-{name or store}", contents, encoding)
            last = train(client, store=store, source=source, country=country)[-1]
            assert last.state == training_pb2.RUN_STATE_SUCCEEDED, last
            assert last.result.published, last
            wait_until_live(client, store, last.result.version)
            known[store] = last.result, client.predict(store=store)
        return known[store]

    return of


@pytest.mark.parametrize("case", BROUGHT)
def test_the_forecast_is_that_of_the_tidy_file(outcome: Callable[..., Outcome], case: str) -> None:
    brought = BROUGHT[case]
    truth = files.sales(dict(brought.dishes))
    tidy = f"tidy-{brought.country}-{brought.dishes[0][0].encode().hex()}-{brought.dishes[0][1]}"
    _, right = outcome(files.plain(truth), tidy, brought.country)

    store = brought.store or f"brought-{case}"
    result, answer = outcome(brought.write(truth), store, brought.country, name=case, encoding=brought.encoding)

    assert answer.forecasts == right.forecasts
    assert _closed_weekdays(answer) == {0}
    assert {warning.reason for warning in result.warnings} == set(brought.told)
    assert tuple(result.data_report.left_out_rows) == brought.left_out
    assert result.data_report.refund_rows == brought.refunds


def test_a_weather_file_of_another_origin_is_told_and_left_out(
    stack: Stack, client: ForecastClient, outcome: Callable[..., Outcome]
) -> None:
    truth = files.sales()
    source = files.put(stack.data / "foreign-weather", files.plain(truth))
    (stack.data / "foreign-weather" / "weather.csv").write_text("Date,TempC\n2025-11-24,7.5\n")

    last = train(client, store="foreign-weather", source=source, country="GB")[-1]

    assert last.result.published
    assert [warning.reason for warning in last.result.warnings] == ["WEATHER_FILE_UNREADABLE"]
    wait_until_live(client, "foreign-weather", last.result.version)
    _, right = outcome(files.plain(truth), "without-weather")
    assert client.predict(store="foreign-weather").forecasts == right.forecasts


@pytest.mark.parametrize(
    ("day", "units"),
    [
        (LAST_DAY - dt.timedelta(days=6), 900),
        (LAST_DAY - dt.timedelta(days=6), 150),
        (LAST_DAY - dt.timedelta(days=46), 900),
    ],
)
def test_one_large_order_is_told_and_moves_no_forecast(
    outcome: Callable[..., Outcome], day: dt.date, units: int
) -> None:
    usual = files.sales({"Flat White": 23, "Club Sandwich": 14})
    _, right = outcome(files.plain(usual), "no-order")

    result, answer = outcome(
        files.plain(files.with_outlier(usual, day, "Club Sandwich", units)), f"order-{units}-{day}"
    )

    (outlier,) = (each for each in result.data_report.outliers if each.HasField("limited_to"))
    assert (outlier.dish, outlier.date, outlier.quantity) == ("Club Sandwich", day.isoformat(), units)
    assert _units(answer, "Club Sandwich") == pytest.approx(_units(right, "Club Sandwich"), rel=0.1)
    assert _units(answer, "Flat White") == pytest.approx(_units(right, "Flat White"), rel=0.1)


def test_days_with_zeros_are_open_days(outcome: Callable[..., Outcome]) -> None:
    every = files.sales({"Wedding cake slice": 3}, days=210, closed=())
    sold = [(day, dish, units if at % 10 in (0, 3, 7) else 0) for at, (day, dish, units) in enumerate(every)]
    mean = sum(units for _, _, units in sold) / len(sold)

    result, answer = outcome(files.plain(sold), "zeros")

    assert result.data_report.closed_days == 0
    assert _closed_weekdays(answer) == set()
    assert _units(answer, "Wedding cake slice") == pytest.approx(14 * mean, rel=0.2)


def test_seven_closed_mondays_of_a_new_cafe_go_on(outcome: Callable[..., Outcome]) -> None:
    _, answer = outcome(files.plain(files.sales(days=50)), "new-cafe")

    assert _closed_weekdays(answer) == {0}


def test_a_bar_that_ends_after_midnight_is_told_the_setting(outcome: Callable[..., Outcome]) -> None:
    result, _ = outcome(files.after_midnight(files.sales(closed=(0, 6))), "bar")

    after_midnight, unfinished = result.warnings
    assert after_midnight.reason == "SOLD_AFTER_MIDNIGHT"
    assert "day_ends_at_hour (24 now) to 26" in after_midnight.message
    # The last date of the file has nothing but the end of the evening before.
    assert unfinished.reason == "LAST_DAY_UNFINISHED"


def test_with_the_setting_the_evenings_of_a_bar_are_whole(tmp_path: Path) -> None:
    config = tmp_path / "pipeline.json"
    config.write_text('{"day_ends_at_hour": 26}')
    truth = files.sales(closed=(0, 6))
    with (
        running_stack(tmp_path / "stack", PIPELINE_CONFIG=str(config)) as stack,
        ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address) as client,
    ):
        answers = []
        for store, contents in (("bar", files.after_midnight(truth)), ("tidy", files.plain(truth))):
            result = train(client, store=store, source=files.put(stack.data / store, contents), country="US")[-1].result
            assert not result.warnings
            wait_until_live(client, store, result.version)
            answers.append(client.predict(store=store))

    of_bar, of_tidy = answers
    assert of_bar.forecasts == of_tidy.forecasts
    assert _closed_weekdays(of_bar) == {0, 6}


def test_a_dish_that_sells_the_same_every_day_goes_on(outcome: Callable[..., Outcome]) -> None:
    same = [(day, dish, 5) for day, dish, _ in files.sales(closed=())]

    _, answer = outcome(files.plain(same), "constant")

    assert all(day.yhat == pytest.approx(5, abs=0.01) for each in answer.forecasts for day in each.days)


def test_a_dish_of_nine_days_is_forecast_at_its_level(outcome: Callable[..., Outcome]) -> None:
    old = [(day, dish, 12) for day, dish, _ in files.sales({"Soup": 12}, closed=())]
    new = [(day, "New pie", 8) for day, _, _ in old[-9:]]

    result, answer = outcome(files.plain([*old, *new]), "new-dish")

    assert _units(answer, "New pie") == pytest.approx(14 * 8, rel=0.05)
    assert _units(answer, "Soup") == pytest.approx(14 * 12, rel=0.05)
    assert list(result.data_report.short) == ["New pie"]


def test_a_single_sale_is_forecast(outcome: Callable[..., Outcome]) -> None:
    _, answer = outcome(files.plain([(LAST_DAY, "Soup", 3)]), "one-row")

    assert all(day.yhat == pytest.approx(3) for day in answer.forecasts[0].days)


def test_a_closure_around_the_spring_festival_returns(outcome: Callable[..., Outcome]) -> None:
    festivals = (dt.date(2023, 1, 22), dt.date(2024, 2, 10), dt.date(2025, 1, 29), dt.date(2026, 2, 17))
    closures = [(day - dt.timedelta(days=3), day + dt.timedelta(days=11)) for day in festivals]
    last_day = dt.date(2026, 2, 9)
    every = files.sales({"红烧牛肉面": 50, "小笼包": 28}, days=1140, closed=(), last_day=last_day)
    open_days = [sale for sale in every if not any(first <= sale[0] <= last for first, last in closures)]

    _, answer = outcome(files.plain(open_days), "noodles", "CN")

    expected = [day.closed for day in answer.forecasts[0].days]
    assert expected == [dt.date.fromisoformat(day.date) >= closures[-1][0] for day in answer.forecasts[0].days]


def test_the_level_of_the_fast_ends_with_the_feast(outcome: Callable[..., Outcome]) -> None:
    fasts = (
        (dt.date(2024, 3, 11), dt.date(2024, 4, 9)),
        (dt.date(2025, 3, 1), dt.date(2025, 3, 29)),
        (dt.date(2026, 2, 19), dt.date(2026, 3, 19)),
    )

    def level(day: dt.date) -> float:
        if any(first <= day <= last for first, last in fasts):
            return 0.45
        return 2.2 if any(0 < (day - last).days <= 3 for _, last in fasts) else 1.0

    every = files.sales({"Köfte": 60, "Pilav": 45}, days=800, closed=(), last_day=dt.date(2026, 3, 12))
    _, usual = outcome(files.plain(every), "no-fast", "GB")
    fasting = [(day, dish, round(units * level(day))) for day, dish, units in every]

    _, answer = outcome(files.plain(fasting), "fast", "TR")

    def by_date(of: inference_pb2.PredictResponse) -> dict[dt.date, float]:
        days = [day for forecast in of.forecasts for day in forecast.days]
        return {
            dt.date.fromisoformat(day.date): sum(each.yhat for each in days if each.date == day.date) for day in days
        }

    right = by_date(usual)
    shares = {date: units / right[date] for date, units in by_date(answer).items()}
    feast = dt.date(2026, 3, 20)
    assert [share for date, share in shares.items() if date < feast] == pytest.approx([0.45] * 7, abs=0.15)
    assert all(share > 1.6 for date, share in shares.items() if feast <= date < feast + dt.timedelta(days=3))
    after = [share for date, share in shares.items() if date >= feast + dt.timedelta(days=3)]
    assert after == pytest.approx([1.0] * 4, abs=0.25)


def test_the_half_day_of_an_early_export_is_left_out(outcome: Callable[..., Outcome]) -> None:
    truth = files.sales()
    cut = [sale for sale in files.by_hour(truth) if sale[0] < LAST_DAY or sale[1] < "14:00"]

    result, answer = outcome(files.timed(cut), "half-day")
    _, right = outcome(files.plain([sale for sale in truth if sale[0] < LAST_DAY]), "half-day-tidy")

    assert [warning.reason for warning in result.warnings] == ["LAST_DAY_UNFINISHED"]
    assert LAST_DAY.isoformat() in {day.date for day in answer.forecasts[0].days}
    for dish in files.DISHES:
        assert _units(answer, dish) == pytest.approx(_units(right, dish), rel=1e-6)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (files.monthly(), "totals of a month"),
        (files.weekly("Week starting"), "export the sales by day"),
        (files.weekly("Date"), "totals of a week"),
    ],
    ids=["monthly_dayfirst", "weekly_totals", "weekly_totals_date"],
)
def test_totals_of_weeks_and_months_are_refused(
    stack: Stack, client: ForecastClient, request: pytest.FixtureRequest, contents: str, words: str
) -> None:
    source = files.put(stack.data / f"totals-{request.node.callspec.id}", contents)

    with pytest.raises(ForecastServiceError) as refused:
        train(client, store="totals", source=source, country="GB")

    assert refused.value.reason == "INVALID_INPUT"
    assert words in str(refused.value)


@pytest.mark.parametrize("write", [files.two_stores, files.two_locations], ids=["store_names", "square_two_locations"])
def test_a_file_of_several_restaurants_names_them(
    stack: Stack,
    client: ForecastClient,
    request: pytest.FixtureRequest,
    write: Callable[[Sequence[Sale]], str],
) -> None:
    source = files.put(stack.data / f"several-{request.node.callspec.id}", write(files.sales()))

    with pytest.raises(ForecastServiceError) as refused:
        train(client, store="default", source=source, country="US")

    for name in ("Lower Manhattan", "Hell's Kitchen") if write is files.two_stores else ("Harbour", "Station"):
        assert name in str(refused.value)


def test_sales_that_are_all_zero_are_refused_in_words(stack: Stack, client: ForecastClient) -> None:
    nothing = [(day, dish, 0) for day, dish, _ in files.sales()]
    source = files.put(stack.data / "all-zero", files.plain(nothing))

    last = train(client, store="all-zero", source=source, country="GB")[-1]

    assert last.state == training_pb2.RUN_STATE_FAILED
    assert "no dish in these sales was ever sold" in last.message


def _units(answer: inference_pb2.PredictResponse, dish: str) -> float:
    (forecast,) = (each for each in answer.forecasts if each.dish == dish)
    return sum(day.yhat for day in forecast.days)


def _closed_weekdays(answer: inference_pb2.PredictResponse) -> set[int]:
    return {dt.date.fromisoformat(day.date).weekday() for each in answer.forecasts for day in each.days if day.closed}
