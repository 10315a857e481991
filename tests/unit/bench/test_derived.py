"""Sets derived from real sales have the event that their description names, and nothing else is changed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.accuracy import derived
from bench.accuracy.dataset import LEAST_DAYS, read_series
from bench.accuracy.derived import DERIVED, Derived, Transform
from shared.restaurant.calendar import country_is_known

DAYS = pd.date_range("2018-01-01", "2018-12-31", name="date")


def wide(portions: float = 10.0, dishes: int = 3) -> pd.DataFrame:
    """The same sales of every dish on every day of a year."""
    columns = pd.MultiIndex.from_product([[""], [f"dish-{n}" for n in range(dishes)]], names=["store", "dish"])
    return pd.DataFrame(portions, DAYS, columns)


def changed(transform: Transform, **options: float) -> pd.DataFrame:
    return transform(wide(**options), np.random.default_rng(0))  # type: ignore[arg-type]  # arguments of several types


def test_a_closure_has_no_sales_and_the_days_around_it_keep_theirs() -> None:
    found = changed(derived.closed(20, 5))

    assert found.iloc[-20:-5].isna().all(axis=None)
    assert (found.drop(found.index[-20:-5]) == 10).all(axis=None)


def test_a_rest_day_closes_one_weekday_since_a_day() -> None:
    found = changed(derived.closed_on(1, 28))

    assert set(found.index[found.isna().all(axis=1)]) == {day for day in DAYS[-28:] if day.day_of_week == 1}


def test_a_level_changes_the_last_days_by_its_factor() -> None:
    found = changed(derived.level(0.5, 30))

    assert (found.iloc[-30:] == 5).all(axis=None)
    assert (found.iloc[:-30] == 10).all(axis=None)


def test_a_canteen_is_open_on_working_days_outside_the_turn_of_the_year() -> None:
    is_open = changed(derived.canteen).notna().all(axis=1)

    assert set(DAYS[is_open.to_numpy()].day_of_week) == {0, 1, 2, 3, 4}
    assert not is_open["2018-12-24"]
    assert not is_open["2018-01-05"]
    assert is_open["2018-12-21"]


def test_the_feast_moves_with_the_year_and_has_an_eve() -> None:
    sales = changed(derived.ramadan_feast).iloc[:, 0]

    assert sales["2018-06-14":"2018-06-17"].tolist() == pytest.approx([17, 4, 4, 4])
    assert (sales.drop(sales["2018-06-14":"2018-06-17"].index) == 10).all()


def test_thinned_dishes_sell_few_whole_portions() -> None:
    found = changed(derived.thinned(0.7))

    assert found.mean().to_numpy() == pytest.approx(0.7, abs=0.15)
    assert (found == found.round()).all(axis=None)


def test_visitors_are_one_series_with_the_sales_of_all_dishes() -> None:
    assert (changed(derived.visitors) == 30).all(axis=None)
    assert list(changed(derived.visitors).columns.get_level_values("dish")) == ["visitors"]


def test_a_resort_is_open_in_summer_and_sells_most_in_july() -> None:
    sales = changed(derived.resort).iloc[:, 0]

    assert sales.dropna().index[0] == pd.Timestamp("2018-04-01")
    assert sales.dropna().index[-1] == pd.Timestamp("2018-10-31")
    assert DAYS[int(sales.fillna(0).argmax())].month == 7
    assert sales.max() == pytest.approx(4 * sales.min(), rel=0.05)


def test_every_second_dish_runs_out() -> None:
    found = changed(derived.sold_out(12, 2))

    assert found.iloc[-12:-2].isna().all().tolist() == [True, False, True]


def test_a_set_keeps_the_best_sellers_of_its_stores_and_days_and_the_weather(tmp_path: Path) -> None:
    rows = [
        (day, store, dish, portions)
        for day in ("2018-01-01", "2018-01-02", "2018-01-03")
        for store in ("here", "there", "elsewhere")
        for dish, portions in (("soup", 5), ("salad", 9), ("bread", 1))
    ]
    (tmp_path / "chain").mkdir()
    pd.DataFrame(rows, columns=["date", "store", "dish", "sales"]).to_csv(tmp_path / "chain" / "sales.csv", index=False)
    (tmp_path / "chain" / "weather.csv").write_text("date,temperature_2m_mean\n")
    chain = Derived(
        source="chain",
        description="Two stores.",
        transform=derived.unchanged,
        dishes=2,
        stores=("here", "there"),
        first="2018-01-02",
    )

    chain.write(tmp_path, tmp_path / "out")

    written = pd.read_csv(tmp_path / "out" / "sales.csv")
    assert set(written["date"]) == {"2018-01-02", "2018-01-03"}
    assert set(written["store"]) == {"here", "there"}
    assert set(written["dish"]) == {"soup", "salad"}
    assert len(written) == 8
    assert (tmp_path / "out" / "weather.csv").is_file()


@pytest.mark.parametrize("name", DERIVED)
def test_every_set_can_be_read_and_is_the_same_each_time(
    name: str, real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    each = DERIVED[name]
    root = real_data(each.source).parent

    each.write(root, tmp_path / "once")
    each.write(root, tmp_path / "twice")

    assert (tmp_path / "once" / "sales.csv").read_bytes() == (tmp_path / "twice" / "sales.csv").read_bytes()
    assert country_is_known(each.country)
    for series in read_series(tmp_path / "once", stores=5):
        cutoffs = series.cutoffs(each.cutoffs)
        assert len(cutoffs) == each.cutoffs
        assert cutoffs[0] >= LEAST_DAYS
        assert all(series.dishes(cutoff) for cutoff in cutoffs)
