"""Stores of a group share their trees, and nothing else: neither names nor days to come."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from shared.config import PipelineConfig
from shared.forecasting.pooled_trees import OTHER_DISH, PooledTrees
from shared.registry.artifacts import dump_artifact
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store, tomorrow
from training_service.learning.fitting.seasons import without_seasons
from training_service.learning.folds import cutoffs, future_days
from training_service.learning.group_trees import GroupMember, GroupTrees, fit_group_trees, group_cutoffs
from training_service.learning.store_fit import StoreFit, fit_store
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.learning.train_dish import train_dish

DE, FR = HolidayCalendar("DE"), HolidayCalendar("FR")
CONFIG = PipelineConfig(
    n_cv_folds=2,
    pooled_tree_rounds=20,
    pooled_max_rows=5000,
    blend_prior={"baseline": 1.0, "smoothing": 2.0, "pooled": 10.0},
)


def trees_of(members: list[GroupMember], position: int = 0) -> GroupTrees:
    """The trees that a group has fitted for one of its stores."""
    days = group_cutoffs([member.store for member in members], CONFIG)
    return GroupTrees(
        by_cutoff={day: fit_group_trees(members, day, CONFIG)[position] for day in days},
        whole=fit_group_trees(members, None, CONFIG)[position],
        dish_days=sum(member.store.dish_days for member in members),
        stores=len(members),
    )


def fit_in_group(members: list[GroupMember], position: int = 0) -> StoreFit:
    """What is fitted to one store of a group."""
    member = members[position]
    return fit_store(member.store, member.calendar, CONFIG, trees_of(members, position))


def fitted(trees: PooledTrees | None) -> PooledTrees:
    assert trees is not None
    return trees


def with_dishes(store: StoreHistory, names: dict[str, str]) -> StoreHistory:
    """The same history with other names of dishes, in the same order."""
    return replace(store, sales={names[dish]: values for dish, values in store.sales.items()})


def young_store(days: int) -> StoreHistory:
    """A store that opened a few days before the end of `noisy_store(300)`, and sells one dish."""
    last = pd.Timestamp(noisy_store(300).end)
    dates = pd.date_range(end=last, periods=days, unit="s")
    units = 20.0 + 4 * dates.day_of_week.to_numpy(np.float64)
    return build_store_history(pd.DataFrame({"date": dates, "dish": "stew", "sales": units}), None, CONFIG)


def test_a_group_of_one_store_has_the_trees_of_the_store_alone() -> None:
    store = noisy_store(200)

    assert dump_artifact(fit_in_group([GroupMember(store, DE)]).to_payload()) == dump_artifact(
        fit_store(store, DE, CONFIG).to_payload()
    )


def test_stores_of_a_group_share_the_cutoffs_of_their_folds() -> None:
    long, short = noisy_store(300), young_store(60)

    days = group_cutoffs([long, short], CONFIG)

    for store in (long, short):
        assert days == [store.start + dt.timedelta(days=cutoff - 1) for cutoff in cutoffs(store, CONFIG)]


def test_sales_of_another_store_after_a_cutoff_change_no_forecast_of_that_fold() -> None:
    own, other = noisy_store(240), noisy_store(240, seed=8)
    first, second = cutoffs(own, CONFIG)
    later = {dish: values.copy() for dish, values in other.sales.items()}
    for values in later.values():
        values[first:] = np.where(np.isfinite(values[first:]), 500.0, np.nan)
    changed = replace(other, sales=later)

    before = fit_in_group([GroupMember(own, DE), GroupMember(other, DE)])
    after = fit_in_group([GroupMember(own, DE), GroupMember(changed, DE)])

    for name, forecasts in before.forecasts[first].items():
        np.testing.assert_array_equal(after.forecasts[first][name], forecasts)
    # The fold after the change knows of the change, so the test above can fail.
    assert (after.forecasts[second]["pooled"] != before.forecasts[second]["pooled"]).any()


def test_the_artifacts_of_a_store_hold_nothing_that_names_a_dish_of_another_store() -> None:
    own, other = noisy_store(200), with_dishes(noisy_store(200, seed=8), {"fish": "secret", "soup": "soup"})
    renamed = with_dishes(other, {"secret": "hidden", "soup": "soup"})

    trees = fitted(fit_in_group([GroupMember(own, DE), GroupMember(other, DE)]).trees)
    of_renamed = fitted(fit_in_group([GroupMember(own, DE), GroupMember(renamed, DE)]).trees)

    assert list(trees.dishes) == ["fish", "soup", OTHER_DISH]
    assert dump_artifact(trees.to_payload()) == dump_artifact(of_renamed.to_payload())
    assert "secret" not in repr(trees.to_payload())


def test_each_store_of_a_group_corrects_its_own_dishes_and_expects_its_own_holidays() -> None:
    own, other = noisy_store(200), with_dishes(noisy_store(200, seed=8), {"fish": "pie", "soup": "stew"})
    members = [GroupMember(own, DE), GroupMember(other, FR)]

    here, there = (fitted(each) for each in fit_group_trees(members, None, CONFIG))

    assert here.trees == there.trees
    assert list(here.dishes) == ["fish", "soup", OTHER_DISH, OTHER_DISH]
    assert list(there.dishes) == [OTHER_DISH, OTHER_DISH, "pie", "stew"]
    np.testing.assert_array_equal(here.correction[2:], here.correction[-1])
    np.testing.assert_array_equal(there.correction[[0, 1, 4]], there.correction[-1])
    np.testing.assert_array_equal(here.irregular, own.days(DE, CONFIG).is_irregular)
    np.testing.assert_array_equal(there.irregular, other.days(FR, CONFIG).is_irregular)


def test_a_store_without_weather_shares_the_trees_of_a_store_with_weather() -> None:
    with_weather, without = noisy_store(200), replace(noisy_store(200, seed=8), weather={})
    members = [GroupMember(with_weather, DE), GroupMember(without, DE)]

    for position, member in enumerate(members):
        fit = fit_in_group(members, position)
        assert fitted(fit.trees).weather == ("temperature_2m_mean",)
        trained = train_dish("soup", member.store, fit, DE, CONFIG)
        assert "pooled" in trained.model.weights
        yhat = trained.model.forecast(future_days(member.store, 14, DE, CONFIG)).yhat
        assert np.isfinite(yhat).all()


def test_a_store_of_a_fortnight_has_the_trees_of_its_group() -> None:
    young = young_store(14)
    members = [GroupMember(young, DE), GroupMember(noisy_store(300), DE)]
    assert fit_store(young, DE, CONFIG).trees is None

    fit = fit_in_group(members)
    trained = train_dish("stew", young, fit, DE, CONFIG)

    assert fit.dish_days == sum(member.store.dish_days for member in members)
    assert trained.model.weights["pooled"] > 0.3
    ahead = future_days(young, 14, DE, CONFIG)
    yhat = trained.model.forecast(ahead).yhat
    assert ahead.dates[0].date() == tomorrow(young)
    assert np.abs(yhat - (20.0 + 4 * ahead.weekdays)).max() < 8.0


def test_a_fold_whose_cutoff_no_other_store_has_is_fitted_to_the_store_alone() -> None:
    store = noisy_store(200)
    group = trees_of([GroupMember(store, DE), GroupMember(noisy_store(200, seed=8), DE)])

    fit = fit_store(store, DE, CONFIG, replace(group, by_cutoff={}))

    alone = fit_store(store, DE, CONFIG)
    for cutoff, by_name in alone.forecasts.items():
        np.testing.assert_array_equal(fit.forecasts[cutoff]["pooled"], by_name["pooled"])
    assert fitted(fit.trees).trees == fitted(group.whole).trees


def test_a_group_without_enough_history_has_no_trees() -> None:
    members = [GroupMember(young_store(14), DE), GroupMember(young_store(14), DE)]

    assert fit_group_trees(members, None, CONFIG) == [None, None]
    assert fit_group_trees(members, members[0].store.start - dt.timedelta(days=1), CONFIG) == [None, None]


def test_the_trees_of_a_group_learn_sales_without_seasons() -> None:
    turkey = HolidayCalendar("TR")
    usual = noisy_store(300)
    in_ramadan = np.array(["Ramadan" in names for names in usual.days(turkey, CONFIG).seasons])
    assert in_ramadan.any()
    halved = replace(
        usual, sales={dish: np.where(in_ramadan, 0.5 * values, values) for dish, values in usual.sales.items()}
    )

    _, seasons = without_seasons(halved, halved.days(turkey, CONFIG))
    by_group = fitted(trees_of([GroupMember(halved, turkey)]).whole)

    assert seasons.names == ("Ramadan",)
    assert dump_artifact(by_group.to_payload()) == dump_artifact(
        fitted(fit_store(halved, turkey, CONFIG).trees).to_payload()
    )
