"""The warnings of a forecast: what the caller should know beside the figures."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from inference_service.dish_names import listed
from inference_service.loaded_version import LoadedVersion
from inference_service.wishes import Wish, today_of
from shared.forecasting.days import Days
from shared.forecasting.prophet import ProphetForecaster
from shared.names import enumerated
from shared.notices import Notice
from shared.restaurant.place import FALLBACK_LOCATION

#: Days that the sales may lie behind without a word: a restaurant is closed on some, and trains once a week.
_DAYS_WITHOUT_SALES = 7

#: A forecast that begins so many days after the last known sale follows nothing of what happened since.
_DAYS_UNHEARD_OF = 28

#: Dates that a warning names.
_DATES_TOLD = 5


def forecast_warnings(
    version: LoadedVersion, wish: Wish, known_until: Mapping[str, dt.date], days: Days, first: dt.date
) -> list[Notice]:
    """Everything that there is to warn of.

    Args:
        version: that forecasts.
        wish: what was asked for.
        known_until: the last day whose sales are known, by dish that is served.
        days: that were computed, through to the last one that is shown.
        first: day that is shown.
    """
    answered = FALLBACK_LOCATION if wish.place else ""
    return [
        *(warning for warning in version.manifest.warnings if warning.reason != answered),
        *_of_age(version, wish, known_until, first),
        *_of_openings(version, wish, days, first),
        *_of_recent_sales(version, wish, known_until),
        *_of_quantiles(version, wish, known_until),
        *_of_closure(version, days, first),
    ]


def _of_age(version: LoadedVersion, wish: Wish, known_until: Mapping[str, dt.date], first: dt.date) -> list[Notice]:
    warnings = []
    today = today_of(version, wish)
    if (today - first).days > _DAYS_WITHOUT_SALES:
        message = (
            f"the forecast begins on {first}, which is long past: today is {today}, and the models know sales up to "
            f"{version.history_end}; train with newer sales, or name a later first day"
        )
        warnings.append(Notice("FORECAST_OF_THE_PAST", message))
    latest = max(known_until.values(), default=first)
    if (first - latest).days > _DAYS_UNHEARD_OF:
        message = (
            f"the forecast begins on {first}, and the last sales that are known are of {latest}: it follows nothing of "
            f"what happened since; train with newer sales, or give them with the request"
        )
        warnings.append(Notice("SALES_LONG_PAST", message))
    return warnings


def _of_openings(version: LoadedVersion, wish: Wish, days: Days, first: dt.date) -> list[Notice]:
    last = days.dates[-1].date()
    elsewhere = sorted(date for date in wish.openings if not version.history_end < date <= last)
    if not elsewhere:
        return []
    named = enumerated([str(date) for date in elsewhere[:_DATES_TOLD]], len(elsewhere))
    message = f"the forecast goes from {first} to {last}, and has nothing to do with {named}"
    return [Notice("DATES_NOT_FORECAST", f"{message}; are those that are open or closed mistyped?")]


def _of_recent_sales(version: LoadedVersion, wish: Wish, known_until: Mapping[str, dt.date]) -> list[Notice]:
    warnings = []
    ignored = sorted(set(wish.recent_sales) - set(version.models))
    if ignored:
        warnings.append(Notice("RECENT_SALES_IGNORED", f"no model for {listed(ignored)}"))
    corrected, unlearnt = [], []
    for dish in known_until:
        model, recent = version.models[dish], wish.recent_sales.get(dish, {})
        if any(date <= model.history_end for date in recent):
            corrected.append(dish)
        if recent and set(model.weights) == {ProphetForecaster.name}:
            unlearnt.append(dish)
    if corrected:
        message = f"sales of days that the training knew are only partly taken into account: {listed(corrected)}"
        warnings.append(Notice("RECENT_SALES_KNOWN", f"{message}; train again where they were wrong"))
    if unlearnt:
        message = f"Prophet alone serves, which learns in trainings only: {listed(unlearnt)}"
        warnings.append(Notice("RECENT_SALES_UNUSED", message))
    return warnings


def _of_quantiles(version: LoadedVersion, wish: Wish, known_until: Mapping[str, dt.date]) -> list[Notice]:
    if not wish.levels and wish.service_level is None:
        return []
    without = [dish for dish in known_until if version.models[dish].spread is None]
    if not without:
        return []
    message = f"history too short to tell how far sales lie from their forecast: {listed(without)}"
    return [Notice("NO_QUANTILES", message)]


def _of_closure(version: LoadedVersion, days: Days, first: dt.date) -> list[Notice]:
    closure = version.context.closure
    shown = days[max(0, (pd.Timestamp(first) - days.dates[0]).days) :]
    if closure is None or not shown.closed[closure.expected(shown.dates, None)].any():
        return []
    message = (
        f"closed since {closure.since}, and so expected to be until {closure.until}; name the day on which the "
        f"restaurant opens again in open_dates"
    )
    return [Notice("CLOSED_FOR_LONG", message)]
