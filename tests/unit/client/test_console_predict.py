"""Tests of `suschef predict`: the tables of a forecast, and the request."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from smartsuschef.forecast.v1.forecast_pb2 import DishError, Warning
from smartsuschef.forecast.v1.inference_pb2 import (
    FEATURE_GROUP_HOLIDAY,
    FEATURE_GROUP_LEVEL_AND_TREND,
    FEATURE_GROUP_WEATHER,
    PREDICT_VIEW_FULL,
    WEATHER_SOURCE_CLIMATOLOGY,
    Contribution,
    DayForecast,
    DishForecast,
    PredictRequest,
    PredictResponse,
    Quantile,
)
from tests.unit.client.console import json_lines, suschef
from tests.unit.client.scripted_server import Context, ScriptedServer

TUESDAY = date(2026, 11, 24)


def forecast(dish: str, *units: float, closed: int | None = None, full: bool = False) -> DishForecast:
    """A hybrid's forecast from Tuesday on; `closed` is the index of a closed day."""
    days = []
    for index, value in enumerate(units):
        day = DayForecast(
            date=(TUESDAY + timedelta(index)).isoformat(),
            yhat=value,
            closed=index == closed,
            prophet_yhat=value - 1,
            residual_hat=1,
            quantiles=[Quantile(level=0.1, value=value - 2), Quantile(level=0.9, value=value + 2)],
        )
        if full:
            day.contributions.add(group=FEATURE_GROUP_LEVEL_AND_TREND, value=value - 3)
            day.contributions.add(group=FEATURE_GROUP_HOLIDAY, value=3 if index == 1 else 0)
            day.contributions.append(Contribution(group=FEATURE_GROUP_WEATHER, value=0))
            day.holidays.extend(["Thanksgiving"] if index == 1 else [])
        days.append(day)
    return DishForecast(dish=dish, champion="hybrid", history_end="2026-11-23", days=days)


WEEK = (10, 20, 40, 80, 40, 20, 0)


@pytest.fixture
def inference(server: ScriptedServer) -> ScriptedServer:
    """A service with forecasts of two dishes for a week, and one dish that fails; a request may name fewer dishes."""
    forecasts = [forecast("Grilled carp [spicy]", *WEEK, closed=6), forecast("鳗鱼 eel", *(day / 10 for day in WEEK))]

    def step(request: PredictRequest, context: Context) -> PredictResponse:
        return PredictResponse(
            store="north",
            version="v7",
            weather_source=WEATHER_SOURCE_CLIMATOLOGY,
            forecasts=forecasts[: len(request.dishes) or 2],
            errors=[] if request.dishes else [DishError(dish="Squid", reason="NO_MODEL", message="was never trained")],
            warnings=[Warning(reason="OLD_HISTORY", message="name the day in open_dates")],
        )

    server.on("Predict", step)
    return server


def test_all_dishes_are_shown_in_one_table_with_a_scale_for_each(inference: ScriptedServer) -> None:
    result = suschef(inference, "predict", "--store", "north")
    lines = result.stdout.splitlines()
    assert lines[0] == "Units expected each day; bars: each dish on its own scale"
    assert lines[1].split() == ["Tu", "We", "Th", "Fr", "Sa", "Su", "Mo"]
    assert lines[2].split() == ["Dish", "Champion", "Total", "24", "25", "26", "27", "28", "29", "30"]
    assert lines[3].split() == [
        *("Grilled", "carp", "[spicy]", "hybrid", "210"),
        *("▁▁▁▁", "▂▂▂▂", "▄▄▄▄", "████", "▄▄▄▄", "▂▂▂▂"),
    ]
    assert lines[4].split() == ["10", "20", "40", "80", "40", "20", "·"]
    assert lines[5].split() == ["鳗鱼", "eel", "hybrid", "21", "▁▁▁▁", "▂▂▂▂", "▄▄▄▄", "████", "▄▄▄▄", "▂▂▂▂"]
    assert lines[6].split() == ["1.0", "2.0", "4.0", "8.0", "4.0", "2.0", "0.0"]
    assert lines[-4:] == [
        "error    Squid: was never trained (NO_MODEL)",
        "warning  name the day in --open (OLD_HISTORY)",
        "2026-11-24 to 2026-11-30; weather: seasonal mean; · closed (--open DAY if not)",
        "Store north, version v7",
    ]
    assert result.exit_code == 0


def test_the_last_line_tells_when_the_forecast_was_made_and_the_age_of_the_sales(server: ScriptedServer) -> None:
    answer = PredictResponse(store="north", version="v7", forecasts=[forecast("Tea", 1.0)], sales_age_days=1)
    answer.forecast_time.FromDatetime(datetime(2026, 11, 24, 5, 30, tzinfo=UTC))
    server.on("Predict", answer)

    last = suschef(server, "predict", width=120).stdout.splitlines()[-1]

    assert last == "Store north, version v7, made at 2026-11-24 05:30 UTC, newest sales 1 day old"


@pytest.mark.parametrize(("width", "tables"), [(80, 2), (60, 2), (120, 1)])
def test_days_that_do_not_fit_into_one_table_are_shown_by_week(server: ScriptedServer, width: int, tables: int) -> None:
    fortnight = [100.0 + day for day in range(14)]
    names = ("Whole grilled sea bass with lemon and thyme", "Tea")
    server.on("Predict", PredictResponse(forecasts=[forecast(name, *fortnight, closed=1) for name in names]))
    lines = suschef(server, "predict", width=width).stdout.splitlines()
    assert max(len(line) for line in lines) <= width
    assert sum(line.startswith("Dish") for line in lines) == tables
    assert any("█" in line for line in lines) is (tables == 1)
    words = Counter(word for line in lines for word in line.split())
    assert [words[f"{units:.0f}"] for units in fortnight] == [2, 0, *[2] * 12]


def test_no_line_is_wider_than_the_terminal(server: ScriptedServer) -> None:
    month = [100.0 + day for day in range(30)]
    name = "Whole grilled sea bass with lemon, thyme and a very long name"
    server.on("Predict", PredictResponse(forecasts=[forecast(name, *month), forecast("Tea", *month)]))
    for width in (40, 60, 80, 120, 200):
        lines = suschef(server, "predict", "--days", "30", width=width).stdout.splitlines()
        assert max(len(line) for line in lines) <= width
        assert {f"{units:.0f}" for units in month} <= {word for line in lines for word in line.split()}


def test_the_table_shows_the_units_to_prepare_if_the_request_asks_for_them(server: ScriptedServer) -> None:
    forecasts = [forecast("Carp", *WEEK, closed=6), forecast("Tea", *WEEK)]
    for dish in forecasts:
        for day in dish.days:
            day.prepare_quantity = 0 if day.closed else round(day.yhat) + 5
    forecasts.append(forecast("Soup", *WEEK))
    server.on("Predict", PredictResponse(forecasts=forecasts, service_level=0.9))
    lines = suschef(server, "predict", "--service-level", "0.9").stdout.splitlines()
    assert lines[0].startswith("Units to prepare each day")
    assert lines[3].split()[:3] == ["Carp", "hybrid", "240"]
    assert lines[4].split() == ["15", "25", "45", "85", "45", "25", "·"]
    assert lines[6].split() == ["15", "25", "45", "85", "45", "25", "5"]
    assert lines[8].split() == ["-"] * 7
    detail = next(line.split() for line in lines if line.startswith("Day"))
    assert detail[:3] == ["Day", "Units", "Prepare"]


def test_one_dish_is_shown_day_by_day(inference: ScriptedServer) -> None:
    lines = suschef(inference, "predict", "Grilled carp").stdout.splitlines()
    assert lines[0] == "Grilled carp [spicy]  hybrid, sales known to 2026-11-23, 210 units in 7 days"
    assert lines[1].split() == ["Day", "Units", "10%", "90%"]
    assert lines[5].split() == ["Fri", "27", "Nov", "80", "█" * 24, "78.0", "82.0"]
    assert lines[6].split()[4] == "█" * 12
    assert lines[8].split()[:4] == ["Mon", "30", "Nov", "closed"]


def test_one_day_is_singular_and_no_figure_is_minus_zero(server: ScriptedServer) -> None:
    day = DayForecast(date="2026-11-24", yhat=-0.01, prophet_yhat=31, residual_hat=-0.01)
    server.on("Predict", PredictResponse(forecasts=[DishForecast(dish="Carp", champion="hybrid", days=[day])]))
    lines = suschef(server, "predict", "Carp", "--full").stdout.splitlines()
    assert lines[0].endswith(", 0.0 units in 1 day")
    assert lines[2].split() == ["Tue", "24", "Nov", "0.0", "31.0", "0.0"]


def test_close_levels_have_different_columns(server: ScriptedServer) -> None:
    levels = [Quantile(level=level, value=9) for level in (0.5, 0.991, 0.9912)]
    day = DayForecast(date="2026-11-24", yhat=9, quantiles=levels)
    server.on("Predict", PredictResponse(forecasts=[DishForecast(dish="Carp", days=[day])]))
    assert suschef(server, "predict").stdout.splitlines()[1].split()[2:] == ["50%", "99.1%", "99.12%"]


def test_full_shows_the_parts_of_the_forecast_and_the_holidays(server: ScriptedServer) -> None:
    server.on("Predict", PredictResponse(forecasts=[forecast("Carp", *WEEK, full=True)]))
    lines = suschef(server, "predict", "Carp", "--full").stdout.splitlines()
    assert lines[1].split() == ["Day", "Units", "10%", "90%", "Prophet", "Trees", "Holiday"]
    assert lines[3].split()[-3:] == ["19.0", "1.0", "Thanksgiving"]
    parts = next(number for number, line in enumerate(lines) if line.startswith("made of"))
    assert lines[parts].split() == ["made", "of", "Level", "Holiday"]
    assert lines[parts + 2].split() == ["Wed", "25", "Nov", "17.0", "3.0"]


def test_options_become_the_request(inference: ScriptedServer) -> None:
    suschef(
        inference,
        *("predict", "Tea", "Rice", "--store", "north", "--days", "3", "--start", "2026-11-24"),
        *("--quantile", "0.1", "--quantile", "0.9", "--full", "--version", "v7"),
        *("--open", "2026-11-26", "--closed", "2026-11-24", "--closed", "2026-11-25"),
    )
    assert inference.received["Predict"][0].request == PredictRequest(
        store="north",
        dishes=["Tea", "Rice"],
        start_date="2026-11-24",
        horizon_days=3,
        open_dates=["2026-11-26"],
        closed_dates=["2026-11-24", "2026-11-25"],
        quantiles=[0.1, 0.9],
        version="v7",
        view=PREDICT_VIEW_FULL,
    )


def test_with_json_the_answer_is_one_object(inference: ScriptedServer) -> None:
    (answer,) = json_lines(suschef(inference, "predict", "--json").stdout)
    assert answer["weather_source"] == "WEATHER_SOURCE_CLIMATOLOGY"
    assert answer["forecasts"][0]["days"][6] == {
        "date": "2026-11-30",
        "yhat": 0.0,
        "prophet_yhat": -1.0,
        "residual_hat": 1.0,
        "quantiles": [{"level": 0.1, "value": -2.0}, {"level": 0.9, "value": 2.0}],
        "closed": True,
        "contributions": [],
        "holidays": [],
        "members": [],
    }


def test_one_cost_alone_and_days_out_of_range_are_refused(inference: ScriptedServer) -> None:
    alone = suschef(inference, "predict", "--waste-cost", "2")
    assert alone.exit_code == 2
    assert "together" in alone.stderr
    assert suschef(inference, "predict", "--days", "99999999999").exit_code == 2
    assert suschef(inference, "predict", "--open", "tomorrow").exit_code == 2
    assert not inference.received["Predict"]


def test_the_service_level_is_not_mentioned_without_units_to_prepare(server: ScriptedServer) -> None:
    server.on("Predict", PredictResponse(forecasts=[forecast("Soup", 10)], service_level=0.9))
    assert "prepared units" not in suschef(server, "predict", "--service-level", "0.9").stdout


def test_a_service_level_close_to_100_percent_is_not_rounded(server: ScriptedServer) -> None:
    day = DayForecast(date="2026-11-24", yhat=1, prepare_quantity=9)
    server.on("Predict", PredictResponse(forecasts=[DishForecast(dish="Soup", days=[day])], service_level=0.99999))
    shown = " ".join(suschef(server, "predict", "--service-level", "0.99999").stdout.split())
    assert "the prepared units meet the demand with a probability of 99.999%" in shown
