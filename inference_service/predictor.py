"""Forecasts the dishes of a loaded version; knows no gRPC."""

import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import structlog

from inference_service.loaded_version import LoadedVersion
from shared.errors import InvalidInput, NotFound, Violation
from shared.forecasting.days import Days
from shared.forecasting.dish_model import DishModel
from shared.forecasting.forecaster import Forecast
from shared.place import Place
from shared.weather import WeatherSource

log = structlog.get_logger(__name__)

#: Days after the last known sale that can still be forecast: beyond, the forecast would be fiction.
MAX_DAYS_AHEAD = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forecast.

    Args:
        dishes: none for all of the store.
        start: first day; None for the day after the last known sale.
        horizon: days.
        recent_sales: by dish and day, known since the training or corrected.
        weather: by day (DatetimeIndex), NaN for unknown.
        place: instead of the one trained for.
        levels: of the quantiles, ascending.
        full: with contributions and holidays.
    """

    dishes: Sequence[str] = ()
    start: dt.date | None = None
    horizon: int = 14
    recent_sales: Mapping[str, Mapping[dt.date, float]] = field(default_factory=dict)
    weather: pd.DataFrame | None = None
    place: Place | None = None
    levels: Sequence[float] = ()
    full: bool = False


@dataclass(frozen=True, slots=True)
class DishPrediction:
    """The forecast of one dish.

    Args:
        dish, champion: who is forecast, by whom.
        history_end: the last day whose sales the forecast knew.
        days: that were asked for.
        forecast: one value for each day.
        quantiles: shape (days, levels); None where none were asked for or the backtest is too short.
    """

    dish: str
    champion: str
    history_end: dt.date
    days: Days
    forecast: Forecast
    quantiles: npt.NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer to a wish.

    Args:
        dishes: that could be served.
        failures: dish and message of those that could not, in a call for the whole store.
        weather_source: where the weather came from.
        warnings: reason and message.
    """

    dishes: Sequence[DishPrediction]
    failures: Sequence[tuple[str, str]]
    weather_source: WeatherSource
    warnings: Sequence[tuple[str, str]]


class Cancelled(Exception):
    """The caller has left."""


def predict(version: LoadedVersion, wish: Wish, is_cancelled: Callable[[], bool]) -> Prediction:
    """Forecasts several days ahead, as the backtest did.

    Args:
        version: to forecast with.
        wish: what.
        is_cancelled: asked between dishes.

    Raises:
        NotFound: a dish without a model was named.
        InvalidInput: days that cannot be forecast.
        Cancelled: nobody waits any more.
    """
    dishes = _dishes(version, wish)
    first, last = _span(version, wish)
    earliest = min(version.models[dish].history_end for dish in dishes) + dt.timedelta(days=1)
    days, weather_source = version.days(min(earliest, first), last, wish.weather, wish.place)
    served: list[DishPrediction] = []
    failures: list[tuple[str, str]] = []
    for dish in dishes:
        if is_cancelled():
            raise Cancelled
        try:
            served.append(_predict_dish(version.models[dish], days, wish))
        except Exception as error:
            if wish.dishes:
                raise
            # The whole store was asked for: one dish must not cost the others.
            log.exception("dish not served", store=version.manifest.store, dish=dish)
            failures.append((dish, f"{type(error).__name__}: {error}"))
    warnings = list(version.manifest.warnings) if wish.place is None else []
    ignored = sorted(set(wish.recent_sales) - set(version.models))
    if ignored:
        warnings.append(("RECENT_SALES_IGNORED", f"no model for {', '.join(map(repr, ignored))}"))
    if wish.levels:
        without = [prediction.dish for prediction in served if prediction.quantiles is None]
        warnings += [("NO_QUANTILES", f"too short a backtest for quantiles: {', '.join(without)}")] if without else []
    return Prediction(served, failures, weather_source, warnings)


def _dishes(version: LoadedVersion, wish: Wish) -> list[str]:
    unknown = [dish for dish in wish.dishes if dish not in version.models]
    if unknown:
        described = []
        for dish in unknown[:20]:
            similar = difflib.get_close_matches(dish, version.models, n=1)
            described.append(f"{dish!r}" + (f" (did you mean {similar[0]!r}?)" if similar else ""))
        more = f" and {len(unknown) - 20} more" if len(unknown) > 20 else ""
        raise NotFound(
            f"no model for {', '.join(described)}{more}; ListModels tells the dishes that have one",
            reason="UNKNOWN_DISH",
        )
    return list(dict.fromkeys(wish.dishes)) or list(version.models)


def _span(version: LoadedVersion, wish: Wish) -> tuple[dt.date, dt.date]:
    """First and last day to forecast."""
    recent = [date for sales in wish.recent_sales.values() for date in sales]
    known = version.history_end
    first = wish.start or max([known, *recent]) + dt.timedelta(days=1)
    violations = []
    if first <= known:
        violations.append(Violation("start_date", f"expected a day after {known}, the last that the models know"))
    if (first - known).days > MAX_DAYS_AHEAD:
        description = (
            f"{first} is more than {MAX_DAYS_AHEAD} days after {known}, the last day that the models know; "
            "train with newer sales"
        )
        violations.append(Violation("start_date", description))
    if violations:
        raise InvalidInput(violations)
    return first, first + dt.timedelta(days=wish.horizon - 1)


def _predict_dish(model: DishModel, days: Days, wish: Wish) -> DishPrediction:
    """Forecasts from the day after the model's history, through to the days that are wanted."""
    skipped = ((model.history_end + dt.timedelta(days=1)) - days.dates[0].date()).days
    ahead = days[skipped:]
    recent = wish.recent_sales.get(model.dish, {})
    forecast = model.forecast(ahead, recent, explain=wish.full)
    wanted = len(ahead) - wish.horizon
    forecast = forecast.from_day(wanted)
    quantiles = model.quantiles(forecast.yhat, wish.levels) if wish.levels else None
    shown = ahead[wanted:]
    if quantiles is not None:
        quantiles[shown.closed] = 0.0
    known_until = max([model.history_end, *(date for date in recent if date < shown.dates[0].date())])
    return DishPrediction(model.dish, model.forecaster.name, known_until, shown, forecast, quantiles)
