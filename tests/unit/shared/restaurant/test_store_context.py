"""The facts of a store: stored facts come back as they were, and those of another release are refused."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shared.errors import UnservableVersion
from shared.registry.artifacts import digest_of, dump_artifact, load_artifact
from shared.restaurant.closing_habits import ClosingHabits
from shared.restaurant.closing_holidays import ClosedHolidays
from shared.restaurant.closing_weekdays import ClosedWeekday
from shared.restaurant.ongoing_closure import OngoingClosure
from shared.restaurant.school_holidays import SchoolHoliday
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import Climatology

CONTEXT = StoreContext(
    climatology=Climatology({"temperature_2m_mean": np.arange(366.0)}),
    closing=ClosingHabits((ClosedWeekday(0, 28, 28),), ClosedHolidays(("Christmas Day",)), ((8, 3), (8, 4)), (-2, 49)),
    closure=OngoingClosure(dt.date(2026, 3, 2), dt.date(2026, 4, 30)),
    school_holidays=(SchoolHoliday("Autumn", dt.date(2026, 10, 26), dt.date(2026, 10, 30)),),
)


def payload() -> dict[str, Any]:
    data = dump_artifact(CONTEXT.to_payload())
    loaded: dict[str, Any] = load_artifact(data, digest_of(data))
    return loaded


def test_the_facts_of_a_store_are_stored_and_loaded() -> None:
    loaded = StoreContext.from_payload(payload())

    assert (loaded.closing, loaded.closure) == (CONTEXT.closing, CONTEXT.closure)
    assert dict(loaded.climatology.means)["temperature_2m_mean"].tolist() == list(range(366))


def test_a_store_that_is_open_and_knows_no_weather_is_stored_and_loaded() -> None:
    context = StoreContext(Climatology({}), ClosingHabits())

    assert StoreContext.from_payload(context.to_payload()) == context


PARTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "the whole": lambda stored: stored,
    "the closing habits": lambda stored: stored["closing"],
    "the closure": lambda stored: stored["closure"],
    "the school holiday": lambda stored: stored["school_holidays"][0],
}


@pytest.mark.parametrize("part", PARTS)
def test_an_unknown_key_is_refused(part: str) -> None:
    stored = payload()
    PARTS[part](stored)["moon_phase"] = 1

    with pytest.raises(UnservableVersion, match="unknown \\['moon_phase'\\]"):
        StoreContext.from_payload(stored)


@pytest.mark.parametrize(
    ("part", "key"), [(part, key) for part, within in PARTS.items() for key in within(CONTEXT.to_payload())]
)
def test_a_missing_key_is_refused(part: str, key: str) -> None:
    stored = payload()
    del PARTS[part](stored)[key]

    with pytest.raises(UnservableVersion, match=f"missing \\['{key}'\\]"):
        StoreContext.from_payload(stored)


@pytest.mark.parametrize(
    "climatology", [{"moon_phase": np.zeros(366)}, {"precipitation_sum": np.zeros(365)}, {"precipitation_sum": 0.0}]
)
def test_a_climatology_of_other_columns_or_days_is_refused(climatology: dict[str, Any]) -> None:
    with pytest.raises(UnservableVersion, match="climatology"):
        StoreContext.from_payload({**payload(), "climatology": climatology})
