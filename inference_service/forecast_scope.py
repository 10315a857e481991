"""Decides which dishes and which days of a request a version can forecast, and says why it refuses the others."""

import datetime as dt
from collections.abc import Mapping, Sequence

from inference_service.dish_names import require_models
from inference_service.forecast_request import RELATIVE_DAYS, ForecastRequest
from inference_service.loaded_version import LoadedVersion
from shared.errors import InvalidInput, NotReady, Violation
from shared.forecasting.dish_model import DishModel

#: Days after the last sale that a model knows on which it still forecasts: a later forecast would be fiction.
MAX_DAYS_AHEAD = 366

#: Number of quantiles in one answer, over all dishes and days: an answer with more exceeds what clients accept.
MAX_QUANTILE_VALUES = 100_000


def dishes_of(version: LoadedVersion, request: ForecastRequest) -> list[str]:
    """The dishes to forecast, each once: those that the request names, or all dishes of the version.

    Raises:
        NotFound: The request names a dish that has no model.
    """
    fields = {f"dishes[{position}]": dish for position, dish in enumerate(request.dishes)}
    require_models(fields, version.models, version.manifest)
    return list(dict.fromkeys(request.dishes)) or list(version.models)


def span_of(version: LoadedVersion, dishes: Sequence[str], request: ForecastRequest) -> tuple[dt.date, dt.date]:
    """The first and the last day to forecast.

    Args:
        version: Version that forecasts.
        dishes: Names of the dishes to forecast.
        request: Request with a horizon of at least one day.

    Raises:
        InvalidInput: The days cannot be forecast, or the answer would have too many quantiles.
    """
    history_end = version.history_end
    start = _start(version, request)
    furthest = history_end + dt.timedelta(days=MAX_DAYS_AHEAD)
    recent_days = [date for dish in dishes for date in request.recent_sales.get(dish, {})]
    last_sale = max(recent_days, default=history_end)
    violations = []
    if last_sale >= furthest:
        violations.append(Violation("recent_sales", f"{last_sale}: {_too_far(history_end)}"))
    elif start and last_sale > history_end and last_sale >= start:
        description = f"{last_sale} is not before start_date; give the sales of days before the forecast only"
        violations.append(Violation("recent_sales", description))
    if start and start <= history_end:
        named = f"{request.start} is {start}; " if isinstance(request.start, str) else ""
        description = f"{named}expected a day after {history_end}, the last day whose sales the models know"
        violations.append(Violation("start_date", description))
    if start and start > furthest:
        violations.append(Violation("start_date", f"{start}: {_too_far(history_end)}"))
    values = len(request.levels) * len(dishes) * request.horizon
    if values > MAX_QUANTILE_VALUES:
        description = f"{values} values, expected at most {MAX_QUANTILE_VALUES}; ask for fewer levels, days or dishes"
        violations.append(Violation("quantiles", description))
    if violations:
        raise InvalidInput(violations)
    first = start or max(history_end, last_sale) + dt.timedelta(days=1)
    return first, first + dt.timedelta(days=request.horizon - 1)


def staleness(model: DishModel, first: dt.date) -> NotReady | None:
    """The error for a dish whose model is too old to forecast, or None; a new version may have taken over old models.

    Args:
        model: Model of the dish.
        first: First day to forecast.
    """
    if (first - model.history_end).days <= MAX_DAYS_AHEAD:
        return None
    return NotReady(
        f"the model of {model.dish!r} knows sales up to {model.history_end}, more than {MAX_DAYS_AHEAD} days before "
        f"{first}; train it with newer sales",
        reason="STALE_MODEL",
        metadata={"dish": model.dish},
    )


def first_day_of(version: LoadedVersion, request: ForecastRequest) -> dt.date:
    """The first day of the forecast, where the request has no recent sales; `span_of` checks the day."""
    return _start(version, request) or version.history_end + dt.timedelta(days=1)


def today_of(version: LoadedVersion, request: ForecastRequest) -> dt.date:
    """The present day on the clock of the restaurant."""
    return (request.place or version.manifest.place).local(request.asked).date()


def age_of_sales(version: LoadedVersion, request: ForecastRequest, last_sales: Mapping[str, dt.date]) -> int:
    """Days from the last known sale to the present day on the clock of the restaurant, never below 0.

    Args:
        version: Version that forecasts.
        request: What the caller asks for.
        last_sales: Last day before the forecast whose sales are known, by name of each dish that is forecast; empty
            where no dish is.
    """
    last_sale = max(last_sales.values(), default=version.history_end)
    return max(0, (today_of(version, request) - last_sale).days)


def _start(version: LoadedVersion, request: ForecastRequest) -> dt.date | None:
    if not isinstance(request.start, str):
        return request.start
    return today_of(version, request) + dt.timedelta(days=RELATIVE_DAYS[request.start])


def _too_far(history_end: dt.date) -> str:
    return (
        f"more than {MAX_DAYS_AHEAD} days after {history_end}, the last day whose sales the models know; "
        f"train with newer sales"
    )
