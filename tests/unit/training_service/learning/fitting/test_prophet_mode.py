"""The mode that is found in this process is that of the package's model, and Stan finds nothing better."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasting.days import Days
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.weather import WEATHER_COLS
from tests.support.stores import CALENDARS, noisy_store, real_store
from training_service.learning.fitting.prophet import fit_in_process
from training_service.learning.fitting.prophet_design import Design, design
from training_service.learning.fitting.prophet_mode import NoMode, Posterior, Problem, find_mode, log_posterior
from training_service.learning.fitting.prophet_package import fit_package_model
from training_service.learning.folds import trim_to_first_sale

#: Difference of the logarithm of the posterior that counts as none.
NONE = 1e-3

MODELS = [
    {"growth": growth, "seasonality_mode": mode, "yearly_seasonality": yearly}
    for growth in ("linear", "flat")
    for mode in ("additive", "multiplicative")
    for yearly in (False, True)
]


def designed(sales: FloatArray, days: Days, config: PipelineConfig) -> Design:
    found = design(sales, days, config)
    assert found is not None
    return found


def parameters_of(model: Any, plan: Design) -> Posterior:
    """Parameters of a model that Stan has fitted, with the effects in the order of ours."""
    names = model.make_all_seasonality_features(model.history)[0].columns
    beta = dict(zip(names, np.ravel(model.params["beta"]), strict=True))
    ours = [f"{name}_delim_{i + 1}" for name, (_, order) in plan.orders.items() for i in range(2 * order)]
    ours += [f"{name}_delim_+0" for name in plan.holidays] + list(plan.regressors)
    is_flat = not plan.problem.has_rate
    return Posterior(
        k=0.0 if is_flat else float(np.mean(model.params["k"])),
        m=float(np.mean(model.params["m"])),
        deltas=np.empty(0) if is_flat else np.ravel(model.params["delta"]),
        beta=np.array([beta[name] for name in ours]),
        sigma=float(np.mean(model.params["sigma_obs"])),
    )


def assert_no_worse_than_stan(sales: FloatArray, days: Days, config: PipelineConfig) -> None:
    plan = designed(sales, days, config)
    model = fit_package_model(sales, days, config)
    of_stan = parameters_of(model, plan)
    reached = log_posterior(plan.problem, of_stan)

    if plan.problem.has_rate:  # Stan also draws the rate of a flat trend, which nothing reads
        assert reached == pytest.approx(float(np.mean(model.params["lp__"])), abs=NONE)
    assert log_posterior(plan.problem, find_mode(plan.problem)) >= reached - NONE


@pytest.mark.parametrize("name", ["grilled_fish", "yaz", "kiel_bakery"])
def test_stan_finds_no_better_mode_for_a_real_dish(name: str, real_data: Callable[[str], Path]) -> None:
    config = PipelineConfig()
    store = real_store(real_data(name), config)
    days = store.days(CALENDARS[name], config)

    for sales in list(store.sales.values())[:4]:
        assert_no_worse_than_stan(*trim_to_first_sale(sales, days), config)


@pytest.mark.parametrize("params", MODELS, ids=lambda params: "-".join(map(str, params.values())))
def test_stan_finds_no_better_mode_of_any_model(params: dict[str, Any]) -> None:
    config = PipelineConfig(prophet_params=params, prophet_regressors=("temperature_2m_mean",))
    store = noisy_store(400 if params["yearly_seasonality"] else 70)

    assert_no_worse_than_stan(store.sales["soup"], store.days(HolidayCalendar("DE"), config), config)


@pytest.mark.parametrize("name", ["grilled_fish", "kiel_bakery"])
def test_the_model_of_a_real_dish_is_that_of_the_package(name: str, real_data: Callable[[str], Path]) -> None:
    config = PipelineConfig(prophet_regressors=WEATHER_COLS)
    store = real_store(real_data(name), config)
    sales, days = trim_to_first_sale(next(iter(store.sales.values())), store.days(CALENDARS[name], config))
    plan = designed(sales, days, config)
    model = fit_package_model(sales, days, config)
    columns, scales, _, _ = model.make_all_seasonality_features(model.history)
    position = {column.removesuffix("_delim_+0"): i for i, column in enumerate(columns.columns)}
    seasons = sum(2 * order for _, order in plan.orders.values())
    order = [*range(seasons), *(position[each] for each in (*plan.holidays, *plan.regressors))]

    assert len(order) == columns.shape[1]
    np.testing.assert_allclose(plan.problem.effects, columns.to_numpy()[:, order], atol=1e-9)
    np.testing.assert_allclose(plan.problem.scales, np.array(scales)[order])
    np.testing.assert_allclose(plan.problem.times, model.history["t"])
    np.testing.assert_allclose(plan.problem.series, model.history["y_scaled"])
    np.testing.assert_allclose(plan.problem.changepoints, model.changepoints_t)


@pytest.mark.parametrize("params", MODELS[:4], ids=lambda params: "-".join(map(str, params.values())))
def test_nothing_near_the_mode_is_better(params: dict[str, Any]) -> None:
    config = PipelineConfig(prophet_params={**params, "changepoint_prior_scale": 0.5})
    store = noisy_store(300)
    problem = designed(store.sales["fish"], store.days(HolidayCalendar("DE"), config), config).problem
    mode = find_mode(problem)
    best = log_posterior(problem, mode)
    rng = np.random.default_rng(3)

    for size in (1e-1, 1e-2, 1e-3, 1e-4):
        for _ in range(50):
            near = replace(
                mode,
                k=mode.k + size * rng.normal() * problem.has_rate,
                m=mode.m + size * rng.normal(),
                deltas=mode.deltas + size * rng.normal(size=len(mode.deltas)),
                beta=mode.beta + size * rng.normal(size=len(mode.beta)),
                sigma=mode.sigma * np.exp(size * rng.normal()),
            )
            assert log_posterior(problem, near) <= best + 1e-9


def test_a_series_that_the_coefficients_pass_through_has_no_mode() -> None:
    rng = np.random.default_rng(1)
    problem = Problem(
        times=np.linspace(0, 1, 20),
        series=rng.random(20),
        changepoints=np.array([0.5]),
        effects=np.eye(20),
        scales=np.full(20, 1e4),
        multiplies=np.zeros(20, dtype=np.bool_),
        change_scale=0.5,
    )

    with pytest.raises(NoMode):
        find_mode(problem)


@pytest.mark.parametrize(
    "params",
    [
        {"changepoints": ["2024-05-01"]},
        {"n_changepoints": 0},
        {"seasonality_mode": "neither"},
        {"changepoint_prior_scale": -1.0},
    ],
)
def test_settings_that_are_not_known_here_are_left_to_the_package(params: dict[str, Any]) -> None:
    store, config = noisy_store(100), PipelineConfig(prophet_params=params)

    assert fit_in_process(store.sales["soup"], store.days(HolidayCalendar("DE"), config), config) is None


def test_a_dish_that_always_sells_the_same_is_left_to_the_package() -> None:
    store, config = noisy_store(100), PipelineConfig()
    sales = np.where(np.isfinite(store.sales["soup"]), 5.0, np.nan)

    assert fit_in_process(sales, store.days(HolidayCalendar("DE"), config), config) is None
