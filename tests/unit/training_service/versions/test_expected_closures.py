"""The closed days that a history tells of."""

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from training_service.learning.store_history import build_store_history
from training_service.versions.expected_closures import expected_closures

CONFIG = PipelineConfig()

#: First day of Ramadan in Turkey.
RAMADAN = pd.Timestamp("2026-02-18")


def test_a_restaurant_that_has_closed_for_its_first_ramadan_opens_with_the_feast() -> None:
    dates = pd.date_range("2025-09-01", "2026-03-01", unit="s")
    sales = pd.DataFrame({"date": dates, "dish": "soup", "sales": np.where(dates < RAMADAN, 20.0, 0.0)})
    history = build_store_history(sales, None, CONFIG)
    calendar = HolidayCalendar("TR")

    closures = expected_closures(history, calendar, CONFIG)

    days = [f"{day.date}" for day in closures.days(history.end, 30)]
    assert (days[0], days[-1], len(days)) == ("2026-03-01", "2026-03-19", 19)
