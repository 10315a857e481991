"""Tests of the sample restaurant: it is reproducible, and its sales have the patterns that make forecasting hard."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from local_stack.sample import SAMPLE_DAYS, main, write_sample
from shared.config import PipelineConfig
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.weather import WEATHER_COLS
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.weather_csv import read_weather_csv

#: With this last day the history begins and ends on open days: on no Monday and outside the summer break.
LAST_DAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("sample")
    write_sample(target, end=LAST_DAY)
    return target


@pytest.fixture(scope="module")
def history(folder: Path) -> StoreHistory:
    sales = read_sales_file(folder / "sales.csv", "default", SalesColumns()).sales
    weather = read_weather_csv(folder / "weather.csv", WEATHER_COLS)
    return build_store_history(sales, weather, PipelineConfig())


def test_the_same_seed_gives_the_same_files_and_another_gives_others(folder: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "same", end=LAST_DAY)
    write_sample(tmp_path / "other", seed=1, end=LAST_DAY)

    for name in ("sales.csv", "weather.csv"):
        assert (tmp_path / "same" / name).read_bytes() == (folder / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != (folder / name).read_bytes()


def test_the_restaurant_is_closed_on_mondays_and_for_a_break(history: StoreHistory) -> None:
    closed = pd.Series(history.closed, index=history.dates)

    assert closed[history.dates.day_of_week == 0].all()
    assert closed.rolling(10).sum().max() == 10
    assert closed.mean() < 0.25
    habits = history.closing_habits(HolidayCalendar("DE"), PipelineConfig())
    assert [each.weekday for each in habits.weekdays] == [0]


def test_there_are_a_new_dish_and_a_slow_seller(history: StoreHistory) -> None:
    sales = pd.DataFrame(dict(history.sales), index=history.dates)
    open_days = sales.notna().sum()

    assert len(history.dates) == SAMPLE_DAYS
    assert (open_days < PipelineConfig().min_train_days).sum() == 1
    assert (sales.mean() < 2).sum() == 1


def test_rain_lowers_the_sales_of_salad(history: StoreHistory) -> None:
    salad = pd.Series(history.sales["Garden salad"])
    wet = pd.Series(history.weather["precipitation_sum"]) > 1

    assert salad[wet].mean() < 0.9 * salad[~wet].mean()


@pytest.mark.parametrize("name", ["sales.csv", "weather.csv"])
def test_existing_files_are_overwritten_only_on_demand(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path), "--days", "3"])

    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert str(tmp_path / name) in told
    assert "--force" in told
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]

    main([str(tmp_path), "--days", "3", "--force"])

    assert (tmp_path / name).read_text() != "mine"


def test_a_folder_that_cannot_be_written_is_reported_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path / "file" / "folder")])

    assert caught.value.code == 1
    assert capsys.readouterr().err == f"{tmp_path / 'file' / 'folder'} cannot be written: Not a directory\n"
