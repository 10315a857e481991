"""The warnings of a forecast: what the caller should know beside the figures. docs/reasons.md lists the
codes."""

import datetime as dt
from collections.abc import Mapping

from inference_service.dish_names import listed
from inference_service.forecast_request import ForecastRequest
from inference_service.forecast_scope import age_of_sales, today_of
from inference_service.loaded_version import LoadedVersion
from shared.forecasting.days import Days
from shared.forecasting.prophet import ProphetForecaster
from shared.names import enumerated
from shared.notices import Notice
from shared.restaurant.place import FALLBACK_LOCATION

#: Days by which a forecast may begin in the past without a warning: a restaurant is closed on some days, and trains
#: once a week.
_DAYS_IN_THE_PAST = 7

#: Days from the last known sale to the first day of the forecast above which a warning is due: weeks of sales are
#: missing, and the forecast cannot follow what happened in them.
_DAYS_WITHOUT_SALES = 28

#: Age in days of the newest sales above which a warning is due: two weekly trainings have been missed.
_STALE_AFTER_DAYS = 14

#: Number of dates that a warning names.
_DATES_SHOWN = 5


def forecast_warnings(
    version: LoadedVersion,
    request: ForecastRequest,
    last_sales: Mapping[str, dt.date],
    days: Days,
    span: tuple[dt.date, dt.date],
) -> list[Notice]:
    """All warnings of a forecast, those of the version first.

    Args:
        version: Version that forecasts.
        request: What the caller asks for.
        last_sales: Last day before the forecast whose sales are known, by name of each dish that is forecast.
        days: Days that were computed; those of the forecast are among them.
        span: First and last day of the forecast.
    """
    first, last = span
    # A request that gives the place has done what the warning of a fallback place asks for.
    outdated = FALLBACK_LOCATION if request.place else ""
    return [
        *(warning for warning in version.manifest.warnings if warning.reason != outdated),
        *_of_age(version, request, last_sales, first),
        *_of_openings(version, request, first, last),
        *_of_recent_sales(version, request, last_sales),
        *_of_quantiles(version, request, last_sales),
        *_of_closure(version, days, first, last),
    ]


def _of_age(
    version: LoadedVersion, request: ForecastRequest, last_sales: Mapping[str, dt.date], first: dt.date
) -> list[Notice]:
    warnings = []
    today = today_of(version, request)
    age = age_of_sales(version, request, last_sales)
    if age > _STALE_AFTER_DAYS:
        message = (
            f"the newest sales behind this forecast are {age} days old: the forecast does not know what has changed "
            f"since; train with newer sales, or give them with the request"
        )
        warnings.append(Notice("STALE_HISTORY", message))
    if (today - first).days > _DAYS_IN_THE_PAST:
        message = (
            f"the forecast begins in the past, on {first}: today is {today}, and the models know sales up to "
            f"{version.history_end}; train with newer sales, or name a later first day"
        )
        warnings.append(Notice("FORECAST_OF_THE_PAST", message))
    last_sale = max(last_sales.values(), default=first)
    if (first - last_sale).days > _DAYS_WITHOUT_SALES:
        message = (
            f"the forecast begins on {first}, and the last known sales are those of {last_sale}: the forecast does not "
            f"know what happened in between; train with newer sales, or give them with the request"
        )
        warnings.append(Notice("SALES_LONG_PAST", message))
    return warnings


def _of_openings(version: LoadedVersion, request: ForecastRequest, first: dt.date, last: dt.date) -> list[Notice]:
    elsewhere = sorted(date for date in request.openings if not version.history_end < date <= last)
    if not elsewhere:
        return []
    named = enumerated([str(date) for date in elsewhere[:_DATES_SHOWN]], len(elsewhere))
    message = (
        f"open or closed dates outside of the forecast from {first} to {last} do not change the forecast: {named}; "
        f"check these dates"
    )
    return [Notice("DATES_NOT_FORECAST", message)]


def _of_recent_sales(
    version: LoadedVersion, request: ForecastRequest, last_sales: Mapping[str, dt.date]
) -> list[Notice]:
    if not request.recent_sales:
        return []
    warnings = []
    ignored = sorted(set(request.recent_sales) - set(version.models))
    if ignored:
        message = f"recent sales of dishes without a model are ignored: {listed(ignored)}; train these dishes"
        warnings.append(Notice("RECENT_SALES_IGNORED", message))
    corrected, unlearnt = [], []
    for dish in last_sales:
        model, recent = version.models[dish], request.recent_sales.get(dish, {})
        if any(date <= model.history_end for date in recent):
            corrected.append(dish)
        if recent and set(model.weights) == {ProphetForecaster.name}:
            unlearnt.append(dish)
    if corrected:
        message = (
            f"recent sales of days that the training knew change the forecast only in part: {listed(corrected)}; train "
            f"again if the sales of these days were wrong"
        )
        warnings.append(Notice("RECENT_SALES_KNOWN", message))
    if unlearnt:
        message = (
            f"recent sales do not change the forecasts of Prophet, the only forecaster of {listed(unlearnt)}; train "
            f"with the new sales"
        )
        warnings.append(Notice("RECENT_SALES_UNUSED", message))
    return warnings


def _of_quantiles(version: LoadedVersion, request: ForecastRequest, last_sales: Mapping[str, dt.date]) -> list[Notice]:
    if not request.levels and request.service_level is None:
        return []
    without = [dish for dish in last_sales if version.models[dish].spread is None]
    if not without:
        return []
    message = (
        f"the history is too short to tell how far sales lie from their forecast, so that quantiles are missing: "
        f"{listed(without)}; train again with more days of sales"
    )
    return [Notice("NO_QUANTILES", message)]


def _of_closure(version: LoadedVersion, days: Days, first: dt.date, last: dt.date) -> list[Notice]:
    closure = version.context.closure
    if closure is None:
        return []
    position = (first - days.dates[0].date()).days
    shown = days[max(0, position) : position + (last - first).days + 1]
    if not shown.closed[closure.expected(shown.dates, None)].any():
        return []
    message = (
        f"the restaurant has been closed since {closure.since} and is forecast to stay closed until {closure.until}; "
        f"name the day on which it opens again in open_dates"
    )
    return [Notice("CLOSED_FOR_LONG", message)]
