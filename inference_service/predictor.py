"""Forecasts the dishes of a loaded version; knows no gRPC."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import structlog

from inference_service.dish_names import listed
from inference_service.loaded_version import LoadedVersion
from inference_service.wishes import Wish, dishes_of, span_of, staleness, today_of
from shared.enumeration import enumerated
from shared.forecasting.days import Days
from shared.forecasting.dish_forecasts import forecast_dishes
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecast
from shared.forecasting.preparation import prepare_quantities
from shared.forecasting.prophet import ProphetForecaster
from shared.place import FALLBACK_LOCATION
from shared.weather import WeatherSource

log = structlog.get_logger(__name__)

#: Dishes that are forecast together; between batches a caller that has left is noticed.
_BATCH = 64

#: Days that the sales may lie behind without a word: a restaurant is closed on some, and trains once a week.
_DAYS_WITHOUT_SALES = 7

#: A forecast that begins so many days after the last known sale follows nothing of what happened since.
_DAYS_UNHEARD_OF = 28

#: Dates that a warning names.
_DATES_TOLD = 5


@dataclass(frozen=True, slots=True)
class DishPrediction:
    """The forecast of one dish.

    Args:
        dish, champion: who is forecast, by whom.
        history_end: the last day whose sales the forecast knew.
        days: that were asked for.
        forecast: one value for each day.
        quantiles: shape (days, levels); None where none were asked for or the store has no backtest.
        prepare: whole portions of each day, shape (days,); None as for the quantiles.
    """

    dish: str
    champion: str
    history_end: dt.date
    days: Days
    forecast: Forecast
    quantiles: npt.NDArray[np.float64] | None
    prepare: npt.NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer to a wish.

    Args:
        dishes: that could be served.
        failures: dish, reason and message of those that could not, in a call for the whole store.
        weather_source: where the weather came from.
        warnings: reason and message.
    """

    dishes: Sequence[DishPrediction]
    failures: Sequence[tuple[str, str, str]]
    weather_source: WeatherSource
    warnings: Sequence[tuple[str, str]]


class Cancelled(Exception):
    """The caller has left."""


def predict(version: LoadedVersion, wish: Wish, is_cancelled: Callable[[], bool]) -> Prediction:
    """Forecasts several days ahead, as the backtest did.

    Args:
        version: to forecast with.
        wish: what.
        is_cancelled: asked between batches of dishes.

    Raises:
        NotFound: a dish without a model was named.
        InvalidInput: days that cannot be forecast, or too many quantiles.
        NotReady: a dish was named whose model is too old.
        Cancelled: nobody waits any more.
    """
    wish = replace(wish, horizon=wish.horizon or version.config.forecast_horizon)
    dishes = dishes_of(version, wish)
    first, last = span_of(version, dishes, wish)
    failures: list[tuple[str, str, str]] = []
    for dish in dishes:
        stale = staleness(version.models[dish], first)
        if stale and wish.dishes:
            raise stale
        if stale:
            failures.append((dish, stale.reason, stale.message))
    failed = {dish for dish, _, _ in failures}
    fresh = [dish for dish in dishes if dish not in failed]
    earliest = min((version.models[dish].history_end + dt.timedelta(days=1) for dish in fresh), default=first)
    days = version.days(
        min(earliest, first),
        last,
        wish.weather,
        wish.place,
        wish.weather_forecast,
        openings=wish.openings,
        reopened=_reopened(version, wish),
    )
    by_dish: dict[str, DishPrediction] = {}
    for models in _batches([version.models[dish] for dish in fresh]):
        predictions, failed_here = _predict_batch(version, models, days, wish, is_cancelled)
        by_dish |= {prediction.dish: prediction for prediction in predictions}
        failures += failed_here
    failures.sort()
    served = [by_dish[dish] for dish in fresh if dish in by_dish]
    source = version.weather_source(first, last, wish.weather, wish.weather_forecast)
    warnings = _warnings(version, wish, served, first, last) + _closure_warning(version, days, first)
    return Prediction(served, failures, source, warnings)


def _reopened(version: LoadedVersion, wish: Wish) -> dt.date | None:
    """The first day after the history on which anything was sold, as far as the caller has told."""
    told = (item for sales in wish.recent_sales.values() for item in sales.items())
    return min((date for date, sold in told if sold > 0 and date > version.history_end), default=None)


def _warnings(
    version: LoadedVersion, wish: Wish, served: Sequence[DishPrediction], first: dt.date, last: dt.date
) -> list[tuple[str, str]]:
    answered = FALLBACK_LOCATION if wish.place else ""
    warnings = [(reason, message) for reason, message in version.manifest.warnings if reason != answered]
    today = today_of(version, wish)
    if (today - first).days > _DAYS_WITHOUT_SALES:
        message = (
            f"the forecast begins on {first}, which is long past: today is {today}, and the models know sales up to "
            f"{version.history_end}; train with newer sales, or name a later first day"
        )
        warnings.append(("FORECAST_OF_THE_PAST", message))
    known_until = max((prediction.history_end for prediction in served), default=first)
    if (first - known_until).days > _DAYS_UNHEARD_OF:
        message = (
            f"the forecast begins on {first}, and the last sales that are known are of {known_until}: it follows "
            f"nothing of what happened since; train with newer sales, or give them with the request"
        )
        warnings.append(("SALES_LONG_PAST", message))
    not_forecast = sorted(date for date in wish.openings if not version.history_end < date <= last)
    if not_forecast:
        named = enumerated([str(date) for date in not_forecast[:_DATES_TOLD]], len(not_forecast))
        message = f"the forecast goes from {first} to {last}, and has nothing to do with {named}"
        warnings.append(("DATES_NOT_FORECAST", f"{message}; are those that are open or closed mistyped?"))
    ignored = sorted(set(wish.recent_sales) - set(version.models))
    if ignored:
        warnings.append(("RECENT_SALES_IGNORED", f"no model for {listed(ignored)}"))
    corrected, unlearnt = [], []
    for prediction in served:
        model, recent = version.models[prediction.dish], wish.recent_sales.get(prediction.dish, {})
        if any(date <= model.history_end for date in recent):
            corrected.append(prediction.dish)
        if recent and set(model.weights) == {ProphetForecaster.name}:
            unlearnt.append(prediction.dish)
    if corrected:
        message = f"sales of days that the training knew are only partly taken into account: {listed(corrected)}"
        warnings.append(("RECENT_SALES_KNOWN", f"{message}; train again where they were wrong"))
    if unlearnt:
        warnings.append(
            ("RECENT_SALES_UNUSED", f"Prophet alone serves, which learns in trainings only: {listed(unlearnt)}")
        )
    wanted = wish.levels or wish.service_level is not None
    without = [each.dish for each in served if wanted and version.models[each.dish].spread is None]
    if without:
        message = f"history too short to tell how far sales lie from their forecast: {listed(without)}"
        warnings.append(("NO_QUANTILES", message))
    return warnings


def _closure_warning(version: LoadedVersion, days: Days, first: dt.date) -> list[tuple[str, str]]:
    closure = version.context.closure
    shown = days[max(0, (pd.Timestamp(first) - days.dates[0]).days) :]
    if closure is None or not shown.closed[closure.expected(shown.dates, None)].any():
        return []
    message = (
        f"closed since {closure.since}, and so expected to be until {closure.until}; name the day on which the "
        f"restaurant opens again in open_dates"
    )
    return [("CLOSED_FOR_LONG", message)]


def _batches(models: Sequence[DishModel]) -> list[Sequence[DishModel]]:
    """Models whose histories end on the same day, a batch at a time."""
    by_end: dict[dt.date, list[DishModel]] = {}
    for model in models:
        by_end.setdefault(model.history_end, []).append(model)
    return [group[i : i + _BATCH] for group in by_end.values() for i in range(0, len(group), _BATCH)]


def _predict_batch(
    version: LoadedVersion, models: Sequence[DishModel], days: Days, wish: Wish, is_cancelled: Callable[[], bool]
) -> tuple[list[DishPrediction], list[tuple[str, str, str]]]:
    """Forecasts of dishes, and failures as in `Prediction`."""
    if is_cancelled():
        raise Cancelled
    try:
        return _predict_dishes(models, days, wish), []
    except Exception as error:
        if wish.dishes:
            raise
        # The whole store was asked for: one dish must not cost the others.
        if len(models) > 1:
            alone = [_predict_batch(version, [model], days, wish, is_cancelled) for model in models]
            return [each for served, _ in alone for each in served], [each for _, failed in alone for each in failed]
        [model] = models
        log.exception("dish not served", store=version.manifest.store, dish=model.dish)
        return [], [(model.dish, "FORECAST_FAILED", f"{type(error).__name__}: {error}")]


def _predict_dishes(models: Sequence[DishModel], days: Days, wish: Wish) -> list[DishPrediction]:
    """Forecasts from the day after the models' history, through to the days that are wanted."""
    skipped = ((models[0].history_end + dt.timedelta(days=1)) - days.dates[0].date()).days
    ahead = days[skipped:]
    wanted = len(ahead) - wish.horizon
    shown = ahead[wanted:]
    forecasts = forecast_dishes(models, ahead, wish.recent_sales, explain=wish.full)
    return [
        _prediction(model, shown, forecast.from_day(wanted), wish)
        for model, forecast in zip(models, forecasts, strict=True)
    ]


def _prediction(model: DishModel, shown: Days, forecast: Forecast, wish: Wish) -> DishPrediction:
    recent = wish.recent_sales.get(model.dish, {})
    known_until = max([model.history_end, *(date for date in recent if date < shown.dates[0].date())])
    far = (shown.dates - pd.Timestamp(known_until)).days.to_numpy(np.float64)

    def demand(levels: Sequence[float]) -> npt.NDArray[np.float64] | None:
        if not levels or model.spread is None:
            return None
        widths = model.spread.widths(shown.returning)
        quantiles = model.spread.quantiles(forecast.yhat, far, widths, levels)
        quantiles[shown.closed] = 0.0
        return quantiles

    at_service_level = demand([wish.service_level] if wish.service_level is not None else [])
    return DishPrediction(
        model.dish,
        model.forecaster.name,
        known_until,
        shown,
        forecast,
        demand(wish.levels),
        None if at_service_level is None else prepare_quantities(at_service_level[:, 0]),
    )
