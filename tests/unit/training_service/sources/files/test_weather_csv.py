"""Reading the weather file beside a sales file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.errors import InvalidInput
from shared.restaurant.weather import WEATHER_COLS
from training_service.sources.files.weather_csv import find_weather_csv, read_weather_csv


def test_the_wanted_columns_that_the_file_has_are_read(tmp_path: Path) -> None:
    file = tmp_path / "weather.csv"
    file.write_text("date,precipitation_sum,moon,temperature_2m_max\n2025-01-02,,1,3.5\n2025-01-01,0,1,\n")

    weather = read_weather_csv(file, WEATHER_COLS)

    assert list(weather.columns) == ["temperature_2m_max", "precipitation_sum"]
    assert weather.index.tolist() == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02")]
    np.testing.assert_array_equal(weather["precipitation_sum"], [0.0, np.nan])


@pytest.mark.parametrize("name", ["grilled_fish", "yaz", "kiel_bakery", "bakery_chain"])
def test_the_weather_of_real_restaurants_is_read(name: str, real_data: Callable[[str], Path]) -> None:
    path = find_weather_csv(real_data(name) / "sales.csv")

    assert path is not None
    assert "temperature_2m_mean" in read_weather_csv(path, WEATHER_COLS)


def test_all_violations_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "weather.csv"
    file.write_text("date,precipitation_sum\n2025-01-01,wet\n1/2/2025,1\n2025-01-01,1\n")

    with pytest.raises(InvalidInput) as caught:
        read_weather_csv(file, WEATHER_COLS)

    joined = caught.value.message
    assert "column 'date': expected dates like 2026-11-23; not so on line 3" in joined
    assert "twice: line 4" in joined
    assert "column 'precipitation_sum': expected numbers; not so on line 2" in joined


def test_weather_outside_the_bounds_of_its_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "weather.csv"
    file.write_text("date,temperature_2m_mean,relative_humidity_2m_mean\n2025-01-01,500,101\n2025-01-02,-12,0\n")

    with pytest.raises(InvalidInput) as caught:
        read_weather_csv(file, WEATHER_COLS)

    assert [violation.description for violation in caught.value.violations] == [
        "column 'temperature_2m_mean': expected -90 to 60; not so on line 2: '500'",
        "column 'relative_humidity_2m_mean': expected 0 to 100; not so on line 2: '101'",
    ]


def test_a_sales_file_without_a_weather_file_beside_it_has_no_weather(tmp_path: Path) -> None:
    assert find_weather_csv(tmp_path / "sales.csv") is None
