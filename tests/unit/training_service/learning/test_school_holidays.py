"""School holidays change the level of dishes where they stand out, and are known before they begin."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.school_holidays import SchoolHoliday, returning_name
from training_service.learning.fitting.seasons import learn_seasons
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.learning.train_dish import train_dish

DE = HolidayCalendar("DE", "NI")
CONFIG = PipelineConfig(n_cv_folds=2)

#: The last day of the history, a week before the autumn holidays.
LAST_DAY = "2026-10-05"
HOLIDAYS = tuple(
    SchoolHoliday(name, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    for name, first, last in (
        ("autumn", "2024-10-04", "2024-10-19"),
        ("Easter", "2025-04-07", "2025-04-19"),
        ("summer", "2025-07-03", "2025-08-13"),
        ("autumn", "2025-10-13", "2025-10-25"),
        ("Easter", "2026-03-23", "2026-04-07"),
        ("summer", "2026-07-02", "2026-08-12"),
        ("autumn", "2026-10-12", "2026-10-24"),
    )
)
LEVELS = {"pasta": 60.0, "pizza": 40.0}


def canteen(in_holidays: dict[str, float], last: str = LAST_DAY) -> StoreHistory:
    """A restaurant beside a school.

    Args:
        in_holidays: Level in a school holiday relative to the usual one, by name of the holiday; 1 for all others.
        last: Last day.
    """
    rng = np.random.default_rng(3)
    dates = pd.date_range("2024-06-01", last, unit="s")
    factor = np.ones(len(dates))
    for holiday in HOLIDAYS:
        within = (dates >= pd.Timestamp(holiday.first)) & (dates <= pd.Timestamp(holiday.last))
        factor[within] = in_holidays.get(holiday.name, 1.0)
    frames = [
        pd.DataFrame({"date": dates, "dish": dish, "sales": rng.poisson(level * factor).astype(float)})
        for dish, level in LEVELS.items()
    ]
    return replace(build_store_history(pd.concat(frames), None, CONFIG), school_holidays=HOLIDAYS)


def learnt(store: StoreHistory) -> list[str]:
    """Names of the seasons that have an effect."""
    return sorted(learn_seasons(np.array(list(store.sales.values())), store.days(DE, CONFIG)).names)


def test_a_restaurant_beside_a_school_sells_less_in_the_holidays_to_come() -> None:
    store = canteen({"autumn": 0.5, "Easter": 0.5, "summer": 0.5})
    model = train_dish("pasta", store, fit_store(store, DE, CONFIG), DE, CONFIG).model
    ahead = future_days(store, 28, DE, CONFIG)

    yhat = model.forecast(ahead).yhat

    within = np.array(["school holidays: autumn" in names for names in ahead.seasons])
    assert within.sum() == 13
    assert yhat[within].mean() == pytest.approx(0.5 * LEVELS["pasta"], rel=0.12)
    assert yhat[~within].mean() == pytest.approx(LEVELS["pasta"], rel=0.12)


def test_one_school_holiday_alone_has_its_own_effect() -> None:
    assert learnt(canteen({"summer": 1.6})) == ["school holidays: summer"]


def test_school_holidays_that_change_nothing_have_no_effect() -> None:
    assert learnt(canteen({})) == []


def test_a_fold_knows_the_school_holidays_to_come_and_not_what_they_will_sell() -> None:
    store = canteen({"autumn": 0.5, "Easter": 0.5, "summer": 0.5})
    cutoff = 60

    past = store.until(cutoff)

    assert past.school_holidays == HOLIDAYS
    assert learnt(past) == []


def test_a_stored_history_keeps_its_school_holidays() -> None:
    store = canteen({}, "2024-09-01")

    assert StoreHistory.from_payload(store.to_payload()).school_holidays == HOLIDAYS


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Osterferien 2026", "Osterferien"),
        ("Weihnachtsferien 2026/27", "Weihnachtsferien"),
        ("2026-2027 Noël", "Noël"),
        ("2026", "2026"),
    ],
)
def test_the_name_of_a_school_holiday_has_no_year(written: str, name: str) -> None:
    assert returning_name(written) == name
