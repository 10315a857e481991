"""The sales of a file as a run gets them."""

from pathlib import Path

import pandas as pd

from shared.config import PipelineConfig
from shared.restaurant.place import Place
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource


def test_a_moment_belongs_to_its_day_in_the_time_zone_of_the_place(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("date,dish,sales\n2026-01-02T04:30:00Z,soup,1\n")
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig())

    data = source.read("sales.csv", "default", Place(country="US", time_zone="America/New_York"))

    assert data.sales["date"].tolist() == [pd.Timestamp("2026-01-01")]


def test_a_weather_file_that_cannot_be_read_is_left_out_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("date,dish,sales\n2026-01-02,soup,1\n")
    (tmp_path / "weather.csv").write_text("Datum;Temperatur\n02.01.2026;3\n")
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig())

    data = source.read("sales.csv", "default")

    assert data.weather is None
    assert data.weather_origin == "none"
    (warning,) = data.warnings
    assert warning.reason == "WEATHER_FILE_UNREADABLE"
    assert "no column 'date'" in warning.message


def test_the_events_beside_a_sales_file_come_with_the_sales(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("date,dish,sales\n2026-01-02,soup,1\n")
    (tmp_path / "events.csv").write_text("date,name\n2026-01-02,fair\n")
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig())

    data = source.read("sales.csv", "default")

    assert [(event.name, f"{event.first}") for event in data.events] == [("fair", "2026-01-02")]
    assert data.warnings == ()


def test_a_file_of_events_that_cannot_be_read_is_left_out_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("date,dish,sales\n2026-01-02,soup,1\n")
    (tmp_path / "events.csv").write_text("time,user\n2026-01-02,anna\n")
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig())

    data = source.read("sales.csv", "default")

    assert data.events == ()
    (warning,) = data.warnings
    assert warning.reason == "EVENTS_UNREADABLE"
    assert "no column 'date'" in warning.message


def test_the_school_holidays_beside_a_sales_file_come_with_the_sales(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("date,dish,sales\n2026-01-02,soup,1\n")
    file = tmp_path / "school_holidays.csv"
    file.write_text("start_date,end_date,name,subdivision\n2026-10-26,2026-10-30,Autumn,BW\n")
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), PipelineConfig())

    data = source.read("sales.csv", "default", Place(country="DE", subdivision="BW"))

    assert [holiday.name for holiday in data.school_holidays] == ["Autumn"]
    assert data.warnings == ()

    data = source.read("sales.csv", "default", Place(country="DE", subdivision="HH"))

    assert data.school_holidays == ()
    (warning,) = data.warnings
    assert warning.reason == "SCHOOL_HOLIDAYS_UNREADABLE"
    assert "no row is for DE HH" in warning.message
