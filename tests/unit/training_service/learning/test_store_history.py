"""Sales laid out by day: missing rows count as zero sales, days without any sales as closed."""

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import simple_store
from training_service.learning.store_history import build_store_history


def history_of(rows: list[tuple[str, str, float]]) -> dict[str, list[float]]:
    """The sales by dish of a history laid out from rows of date, dish and units."""
    sales = pd.DataFrame(rows, columns=["date", "dish", "sales"]).assign(date=lambda f: pd.to_datetime(f["date"]))
    history = build_store_history(sales, None, PipelineConfig())
    return {dish: values.tolist() for dish, values in history.sales.items()}


def test_a_day_without_a_row_of_the_dish_counts_as_zero_sales_where_the_restaurant_was_open() -> None:
    rows = [("2025-01-01", "soup", 3.0), ("2025-01-02", "fish", 1.0), ("2025-01-03", "soup", 4.0)]

    assert history_of(rows)["soup"] == [3.0, 0.0, 4.0]


def test_the_history_of_a_dish_lasts_from_its_first_sale_to_the_last_day_of_the_store() -> None:
    rows = [("2025-01-01", "soup", 3.0), ("2025-01-02", "fish", 1.0), ("2025-01-03", "soup", 4.0)]

    fish = history_of(rows)["fish"]

    np.testing.assert_array_equal(fish, [np.nan, 1.0, 0.0])


def test_a_day_without_any_sales_is_closed_where_dishes_sell_daily() -> None:
    rows = [
        ("2025-01-01", "soup", 3.0),
        ("2025-01-02", "soup", 0.0),
        ("2025-01-02", "fish", 0.0),
        ("2025-01-04", "soup", 2.0),
        ("2025-01-04", "fish", 0.0),
    ]

    histories = history_of(rows)

    np.testing.assert_array_equal(histories["soup"], [3.0, np.nan, np.nan, 2.0])
    np.testing.assert_array_equal(histories["fish"], [np.nan] * 4)


def test_weather_that_most_days_lack_is_not_used() -> None:
    dates = pd.date_range("2025-01-01", periods=10, unit="s")
    sales = pd.DataFrame({"date": dates, "dish": "soup", "sales": 1.0})
    weather = pd.DataFrame(
        {"temperature_2m_mean": 1.0, "precipitation_sum": [0.0] + [np.nan] * 9, "moon": 1.0}, index=dates
    )

    assert list(build_store_history(sales, weather, PipelineConfig()).weather) == ["temperature_2m_mean"]


def test_days_are_computed_once_for_a_calendar_and_a_configuration() -> None:
    store, config = simple_store(), PipelineConfig()
    days = store.days(HolidayCalendar("DE"), config)

    assert store.days(HolidayCalendar("DE"), PipelineConfig()) is days
    assert store.days(HolidayCalendar("FR"), config).occasions != days.occasions
    assert "month" not in store.days(HolidayCalendar("DE"), PipelineConfig(time_features=("day",))).columns
    assert store.until(50) is store.until(50)
    assert len(store.until(49).closed) == 49
