"""Forecasting with a loaded version, without a service."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inference_service.forecast_request import ForecastRequest
from inference_service.loaded_version import LoadedVersion, load_version
from inference_service.predictor import Cancelled, DishPrediction, predict
from shared.arrays import FloatArray
from shared.errors import InvalidInput, NotReady
from shared.forecasting.baseline import BaselineForecaster
from shared.notices import Notice
from shared.registry.registry import Registry
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.closing_weekdays import ClosedWeekday
from shared.restaurant.feasts import Anchor
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.place import FALLBACK_LOCATION, Place
from shared.restaurant.weather import Climatology, WeatherSource
from shared.restaurant.yearly_closures import YearlyClosure
from tests.support.versions import publish


@pytest.fixture
def version(tmp_path: Path) -> LoadedVersion:
    """A version whose models of soup and fish know sales up to the same day, of pasta 28 and of pie 728 days less."""
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1", older_by={"soup": 0, "fish": 0, "pie": 728, "pasta": 28})
    return load_version(registry, "harbour", "v1")


def never() -> bool:
    """The caller never leaves."""
    return False


def test_the_other_dishes_are_forecast_where_the_model_of_one_dish_is_too_old(version: LoadedVersion) -> None:
    prediction = predict(version, ForecastRequest(horizon=7), never)

    assert [each.dish for each in prediction.dishes] == ["fish", "pasta", "soup"]
    [failure] = prediction.failures
    assert (failure.dish, failure.reason) == ("pie", "STALE_MODEL")
    assert "train it with newer sales" in failure.message


def test_a_request_that_names_a_dish_whose_model_is_too_old_is_refused(version: LoadedVersion) -> None:
    with pytest.raises(NotReady) as caught:
        predict(version, ForecastRequest(dishes=["pie"], horizon=7), never)

    assert caught.value.reason == "STALE_MODEL"


def test_a_dish_with_an_older_model_is_forecast_for_the_same_days_as_the_others(version: LoadedVersion) -> None:
    by_dish = {each.dish: each for each in predict(version, ForecastRequest(horizon=7), never).dishes}

    assert by_dish["pasta"].days.dates.equals(by_dish["soup"].days.dates)
    assert by_dish["pasta"].forecast.yhat == pytest.approx(by_dish["soup"].forecast.yhat)
    assert by_dish["pasta"].history_end < by_dish["soup"].history_end


def test_open_and_closed_dates_of_the_request_override_the_closing_habits(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    publish(
        registry, "harbour", "v1", closing=ClosingHabits(weekdays=(ClosedWeekday(0, 28, 28), ClosedWeekday(1, 28, 28)))
    )
    usual = load_version(registry, "harbour", "v1")
    monday, wednesday, long_ago = dt.date(2025, 2, 17), dt.date(2025, 2, 19), dt.date(2024, 2, 19)

    def week(openings: dict[dt.date, bool]) -> DishPrediction:
        [prediction] = predict(
            usual, ForecastRequest(start=monday, horizon=7, openings=openings, full=True), never
        ).dishes
        return prediction

    by_habit, overridden = week({}), week({monday: True, wednesday: False, long_ago: True})

    assert by_habit.days.closed.tolist() == [True, True, False, False, False, False, False]
    assert overridden.days.closed.tolist() == [False, True, True, False, False, False, False]
    assert by_habit.forecast.yhat[:3] == pytest.approx([0.0, 0.0, 30.0])
    assert overridden.forecast.yhat[:3] == pytest.approx([20.0, 0.0, 0.0])
    assert overridden.forecast.yhat[3:].tolist() == by_habit.forecast.yhat[3:].tolist()
    assert sum(overridden.forecast.contributions.values()) == pytest.approx(overridden.forecast.yhat)


def test_a_restaurant_closed_for_weeks_stays_closed_until_the_request_says_when_it_opens(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    end = Place(country="DE").now().date()
    closure = OngoingClosure(since=end - dt.timedelta(days=29), until=end + dt.timedelta(days=3))
    publish(registry, "harbour", "v1", end=end, closure=closure)
    version = load_version(registry, "harbour", "v1")
    days = [end + dt.timedelta(days=ahead) for ahead in range(1, 7)]

    def closed(request: ForecastRequest) -> tuple[list[bool], list[str]]:
        prediction = predict(version, request, never)
        [dish] = prediction.dishes
        return dish.days.closed.tolist(), [warning.reason for warning in prediction.warnings]

    assert closed(ForecastRequest(horizon=6)) == ([True] * 3 + [False] * 3, ["CLOSED_FOR_LONG"])
    request = ForecastRequest(horizon=6, openings={days[1]: True, days[4]: False})
    assert closed(request) == ([True, False, False, False, True, False], ["CLOSED_FOR_LONG"])
    assert closed(ForecastRequest(horizon=3, start=days[3])) == ([False] * 3, [])
    sold = {"soup": {days[0]: 12.0}}
    assert closed(ForecastRequest(horizon=3, recent_sales=sold)) == ([False] * 3, [])
    assert closed(ForecastRequest(horizon=2, recent_sales={"soup": {days[0]: 0.0}})) == (
        [True] * 2,
        ["CLOSED_FOR_LONG"],
    )


def test_a_request_that_says_when_the_restaurant_opens_ends_its_yearly_closure_too(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    end = Place(country="DE").now().date()
    first = end - dt.timedelta(days=39)
    season = YearlyClosure(Anchor.of_date(first), first=0, last=45, years=2)
    closure = OngoingClosure(since=first, until=end + dt.timedelta(days=6))
    publish(registry, "harbour", "v1", closing=ClosingHabits(yearly_closures=(season,)), end=end, closure=closure)
    version = load_version(registry, "harbour", "v1")

    def closed(request: ForecastRequest) -> list[bool]:
        [dish] = predict(version, request, never).dishes
        return [bool(is_closed) for is_closed in dish.days.closed]

    assert closed(ForecastRequest(horizon=8)) == [True] * 6 + [False] * 2
    request = ForecastRequest(horizon=8, openings={end + dt.timedelta(days=3): True})
    assert closed(request) == [True] * 2 + [False] * 6


def test_a_place_in_the_request_removes_the_warning_of_a_fallback_place_and_no_other(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    warnings = (Notice(FALLBACK_LOCATION, "Shanghai is used"), Notice("NO_WEATHER", "none was to be had"))
    publish(registry, "harbour", "v1", warnings=warnings, end=Place(country="DE").now().date())
    version = load_version(registry, "harbour", "v1")

    assert predict(version, ForecastRequest(place=Place(country="FR")), never).warnings == [warnings[1]]
    assert predict(version, ForecastRequest(), never).warnings == list(warnings)


class CountedMeans(Mapping[str, FloatArray]):
    """Means of a climatology that count how often each column is read."""

    def __init__(self, means: Mapping[str, FloatArray]) -> None:
        self._means = means
        self.reads: Counter[str] = Counter()

    def __getitem__(self, column: str) -> FloatArray:
        self.reads[column] += 1
        return self._means[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._means)

    def __len__(self) -> int:
        return len(self._means)


def test_the_weather_is_filled_once_and_its_source_is_told_of_the_days_of_the_answer(version: LoadedVersion) -> None:
    means = CountedMeans({"temperature_2m_mean": np.full(366, 12.0)})
    version = replace(version, context=replace(version.context, climatology=Climatology(means)))
    first = version.history_end + dt.timedelta(days=3)
    # The weather service knows the days of the answer, and not the days before them that are computed as well.
    dates = pd.date_range(first, periods=7, unit="s")
    weather_forecast = pd.DataFrame({"temperature_2m_mean": np.full(7, 20.0)}, index=dates)

    prediction = predict(version, ForecastRequest(start=first, horizon=7, weather_forecast=weather_forecast), never)

    assert means.reads == {"temperature_2m_mean": 1}
    assert prediction.weather_source is WeatherSource.FORECAST
    shown = prediction.dishes[0].days
    assert shown.columns["temperature_2m_mean"].tolist() == [20.0] * 7
    assert shown.measured["temperature_2m_mean"].all()


def test_a_request_without_a_horizon_gets_the_horizon_that_the_version_was_configured_for(
    version: LoadedVersion,
) -> None:
    configured = replace(version, config=version.config.model_copy(update={"forecast_horizon": 5}))

    lengths = [
        len(predict(configured, request, never).dishes[0].days)
        for request in (ForecastRequest(), ForecastRequest(horizon=3))
    ]
    assert lengths == [5, 3]


def test_the_forecast_stops_between_two_batches_when_the_caller_has_left(version: LoadedVersion) -> None:
    asked = []

    def left_after_the_first() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        predict(version, ForecastRequest(horizon=7), left_after_the_first)

    assert len(asked) == 2


def test_all_dishes_of_a_large_store_are_forecast_in_order(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    names = [f"dish-{i:03}" for i in range(150)]
    publish(registry, "harbour", "v1", older_by={name: 7 * (i % 2) for i, name in enumerate(names)})

    prediction = predict(load_version(registry, "harbour", "v1"), ForecastRequest(horizon=2), never)

    assert [each.dish for each in prediction.dishes] == names


def test_the_other_dishes_of_a_batch_are_forecast_where_one_dish_fails(version: LoadedVersion) -> None:
    soup = version.models["soup"]
    assert isinstance(soup.forecaster, BaselineForecaster)
    damaged = replace(soup, forecaster=replace(soup.forecaster, sums=np.empty(0)))
    version = replace(version, models={**version.models, "soup": damaged})

    prediction = predict(version, ForecastRequest(horizon=7), never)

    assert [each.dish for each in prediction.dishes] == ["fish", "pasta"]
    assert ("soup", "FORECAST_FAILED") in [(failure.dish, failure.reason) for failure in prediction.failures]
    with pytest.raises(ValueError, match="broadcast"):
        predict(version, ForecastRequest(dishes=["fish", "soup"], horizon=7), never)


def test_today_and_tomorrow_follow_the_clock_of_the_place(tmp_path: Path) -> None:
    first, last = (Place(country="US", time_zone=zone) for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"))
    version = version_that_knows_until(last.now().date() - dt.timedelta(days=1), tmp_path)

    def first_day(start: str, place: Place) -> dt.date:
        [soup] = predict(version, ForecastRequest(start=start, horizon=1, place=place), never).dishes
        return soup.days.dates[0].date()

    assert first_day("today", last) == last.now().date()
    assert first_day("tomorrow", first) == first.now().date() + dt.timedelta(days=1)
    assert first_day("tomorrow", first) > first_day("tomorrow", last)


def test_a_start_today_is_refused_with_the_date_where_the_models_know_the_sales_of_today(tmp_path: Path) -> None:
    today = Place(country="DE").now().date()
    version = version_that_knows_until(today, tmp_path)

    with pytest.raises(InvalidInput, match=f"today is {today}; expected a day after {today}"):
        predict(version, ForecastRequest(start="today"), never)


def version_that_knows_until(day: dt.date, folder: Path) -> LoadedVersion:
    registry = Registry(str(folder))
    publish(registry, "harbour", "v1", end=day)
    return load_version(registry, "harbour", "v1")


def test_a_forecast_that_begins_in_the_past_has_a_warning(tmp_path: Path) -> None:
    today = Place(country="DE").now().date()
    old, fresh = (version_that_knows_until(today - dt.timedelta(days), tmp_path / str(days)) for days in (20, 1))

    stale, past = predict(old, ForecastRequest(), never).warnings
    assert stale.reason == "STALE_HISTORY"
    assert "20 days old" in stale.message
    assert f"today is {today}" in past.message
    assert predict(fresh, ForecastRequest(), never).warnings == []


def test_a_forecast_that_begins_long_after_the_last_known_sale_has_a_warning(tmp_path: Path) -> None:
    today = Place(country="DE").now().date()
    version = version_that_knows_until(today - dt.timedelta(60), tmp_path)

    def reasons(request: ForecastRequest) -> list[str]:
        return [warning.reason for warning in predict(version, request, never).warnings]

    assert reasons(ForecastRequest(start="tomorrow", horizon=3)) == ["STALE_HISTORY", "SALES_LONG_PAST"]
    newer = {"soup": {today - dt.timedelta(days=ahead): 20.0 for ahead in range(1, 50)}}
    assert reasons(ForecastRequest(start="tomorrow", horizon=3, recent_sales=newer)) == []


def test_open_or_closed_dates_outside_of_the_forecast_have_a_warning(tmp_path: Path) -> None:
    today = Place(country="DE").now().date()
    version = version_that_knows_until(today, tmp_path)
    soon, later = today + dt.timedelta(days=2), today + dt.timedelta(days=2 + 365)

    [warning] = predict(version, ForecastRequest(horizon=3, openings={soon: False, later: False}), never).warnings

    assert warning.reason == "DATES_NOT_FORECAST"
    assert later.isoformat() in warning.message
    assert soon.isoformat() not in warning.message


def test_a_start_in_the_past_is_not_reported_as_wrong_recent_sales(version: LoadedVersion) -> None:
    with pytest.raises(InvalidInput) as caught:
        predict(version, ForecastRequest(start=dt.date(2020, 1, 1)), never)

    assert [violation.field for violation in caught.value.violations] == ["start_date"]
