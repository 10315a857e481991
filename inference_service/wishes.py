"""What is to be forecast, and whether a version can: which dishes, and which days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from inference_service.dish_names import require_models
from inference_service.loaded_version import LoadedVersion
from shared.errors import InvalidInput, NotReady, Violation
from shared.forecasting.dish_model import DishModel
from shared.restaurant.place import Place

#: Days after the last known sale that can still be forecast: beyond, the forecast would be fiction.
MAX_DAYS_AHEAD = 366

#: Days that can be named by how far they are from the present one of the store.
RELATIVE_DAYS = {"today": 0, "tomorrow": 1}

#: Quantiles in one answer, over all dishes and days: more are known beforehand not to fit into what clients accept.
MAX_QUANTILE_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forecast.

    Args:
        dishes: none for all of the store.
        start: first day, one of RELATIVE_DAYS, or None for the day after the last known sale.
        horizon: days; 0 for as many as the version was configured for.
        recent_sales: by dish and day, known since the training or corrected.
        weather: by day (DatetimeIndex), NaN for unknown.
        weather_forecast: of a service, where `weather` says nothing; as that.
        place: instead of the one trained for.
        openings: whether the restaurant will be open on a day, instead of what its habits say.
        levels: of the quantiles, ascending.
        service_level: probability with which what is prepared is to meet the demand; None where that is not asked.
        full: with contributions and holidays.
    """

    dishes: Sequence[str] = ()
    start: dt.date | str | None = None
    horizon: int = 0
    recent_sales: Mapping[str, Mapping[dt.date, float]] = field(default_factory=dict)
    weather: pd.DataFrame | None = None
    weather_forecast: pd.DataFrame | None = None
    place: Place | None = None
    openings: Mapping[dt.date, bool] = field(default_factory=dict)
    levels: Sequence[float] = ()
    service_level: float | None = None
    full: bool = False


def dishes_of(version: LoadedVersion, wish: Wish) -> list[str]:
    """Those that are to be forecast.

    Raises:
        NotFound: one without a model was named.
    """
    require_models(wish.dishes, version.models)
    return list(dict.fromkeys(wish.dishes)) or list(version.models)


def span_of(version: LoadedVersion, dishes: Sequence[str], wish: Wish) -> tuple[dt.date, dt.date]:
    """First and last day to forecast.

    Raises:
        InvalidInput: days that cannot be forecast, or too many quantiles.
    """
    known = version.history_end
    start = _start(version, wish)
    furthest = known + dt.timedelta(days=MAX_DAYS_AHEAD)
    told = {dish: wish.recent_sales[dish] for dish in dishes if dish in wish.recent_sales}
    latest = max((date for sales in told.values() for date in sales), default=known)
    violations = []
    if latest >= furthest:
        violations.append(Violation("recent_sales", f"{latest}: {_too_far(known)}"))
    elif start and latest > known and latest >= start:
        description = f"{latest} is not before start_date: sales of a day that is forecast are its answer"
        violations.append(Violation("recent_sales", description))
    if start and start <= known:
        named = f"{wish.start} is {start}; " if isinstance(wish.start, str) else ""
        description = f"{named}expected a day after {known}, the last that the models know"
        violations.append(Violation("start_date", description))
    if start and start > furthest:
        violations.append(Violation("start_date", f"{start}: {_too_far(known)}"))
    values = len(wish.levels) * len(dishes) * wish.horizon
    if values > MAX_QUANTILE_VALUES:
        description = f"{values} values, expected at most {MAX_QUANTILE_VALUES}; ask for fewer levels, days or dishes"
        violations.append(Violation("quantiles", description))
    if violations:
        raise InvalidInput(violations)
    first = start or max(known, latest) + dt.timedelta(days=1)
    return first, first + dt.timedelta(days=wish.horizon - 1)


def today_of(version: LoadedVersion, wish: Wish) -> dt.date:
    """The present day on the clock of the place that is forecast."""
    return (wish.place or version.manifest.place).now().date()


def staleness(model: DishModel, first: dt.date) -> NotReady | None:
    """Why a dish cannot be forecast any more, if so: an old model may be taken over from version to version."""
    if (first - model.history_end).days <= MAX_DAYS_AHEAD:
        return None
    return NotReady(
        f"the model of {model.dish!r} knows sales up to {model.history_end}, more than {MAX_DAYS_AHEAD} days before "
        f"{first}; train it with newer sales",
        reason="STALE_MODEL",
    )


def _start(version: LoadedVersion, wish: Wish) -> dt.date | None:
    if not isinstance(wish.start, str):
        return wish.start
    return today_of(version, wish) + dt.timedelta(days=RELATIVE_DAYS[wish.start])


def _too_far(known: dt.date) -> str:
    return f"more than {MAX_DAYS_AHEAD} days after {known}, the last day that the models know; train with newer sales"
