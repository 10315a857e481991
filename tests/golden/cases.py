"""The golden cases: models of every forecaster, fitted to a made restaurant, and what they forecast."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS
from shared.forecasting.blend import combine
from shared.forecasting.days import Days, build_days
from shared.forecasting.dish_forecasts import forecast_dishes
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled_features import LOOKBACK_DAYS
from shared.forecasting.pooled_trees import PooledTrees
from shared.registry.artifacts import digest_of, dump_artifact, load_artifact
from shared.restaurant.calendar import HolidayCalendar
from shared.restaurant.store_context import StoreContext
from shared.restaurant.weather import fill_weather
from training_service.learning.fitting.fits import fit_forecasters
from training_service.learning.folds import trim_to_first_sale
from training_service.learning.store_fit import fit_store
from training_service.learning.store_history import StoreHistory, build_store_history
from training_service.learning.train_dish import train_dish

#: China moves its days off, and their names say from which day.
CALENDAR = HolidayCalendar("CN")

#: The history ends a week before Labour Day, which was seen a year before, and holds a Spring Festival.
FIRST_DAY, DAYS, HORIZON = dt.date(2024, 3, 4), 418, 21

#: Few rounds keep the artifacts small. A changed constant changes the forecasts of few trees as well as those of many.
SMALL = {
    "n_cv_folds": 2,
    "pooled_max_rows": 4000,
    "pooled_tree_rounds": 8,
    "residual_tree_rounds": 6,
    "prophet_regressors": ["temperature_2m_mean"],
}

#: Days from the first sale of the young dish to the end of the history.
_YOUNG_DISH_DAYS = 45

#: Levels of the recorded quantiles.
_LEVELS = (0.1, 0.5, 0.9)

#: By case, situation and series ("yhat", "0.1", ...): one value for each day of the horizon.
Forecasts = Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Stored values of a version, as a registry holds them.

    Args:
        config: Every field of `PipelineConfig`, as a manifest has them.
        trees: Payload of the pooled trees, see `PooledTrees.to_payload`.
        context: Payload of the store context, see `StoreContext.to_payload`.
        dishes: Payload of each model by name of its case, see `DishModel.to_payload`.
    """

    config: Mapping[str, Any]
    trees: Mapping[str, Any]
    context: Mapping[str, Any]
    dishes: Mapping[str, Mapping[str, Any]]

    def write(self, folder: Path) -> None:
        """Writes one file for each value."""
        (folder / "config.json").write_text(json.dumps(self.config, indent=1, sort_keys=True) + "\n")
        for name, payload in {"_trees": self.trees, "_context": self.context, **self.dishes}.items():
            (folder / f"{name}.artifact").write_bytes(dump_artifact(payload))

    @classmethod
    def read(cls, folder: Path) -> "Artifacts":
        """Reads the values that `write` has written to a folder."""
        stored = {}
        for file in sorted(folder.glob("*.artifact")):
            data = file.read_bytes()
            stored[file.stem] = load_artifact(data, digest_of(data))
        trees, context = stored.pop("_trees"), stored.pop("_context")
        return cls(json.loads((folder / "config.json").read_text()), trees, context, stored)


def restaurant() -> StoreHistory:
    """The history of a made restaurant: three dishes, weather, closed Mondays, holidays, a week of vacation."""
    # `default_rng` is not used: only the old generator promises the same numbers in every release of NumPy.
    rng = np.random.RandomState(1847)
    dates = pd.date_range(FIRST_DAY, periods=DAYS, freq="D", unit="s")
    warm = 12 + 9 * np.sin(2 * np.pi * (dates.day_of_year.to_numpy() - 110) / 365) + rng.normal(0, 3, DAYS)
    rain = np.maximum(0.0, rng.normal(0, 4, DAYS))
    festive = np.array([bool(CALENDAR.names(date.date())) for date in dates])
    closed = (dates.day_of_week == 0) | dates.isin(pd.date_range("2024-08-06", "2024-08-12"))
    week = np.array([1.0, 0.8, 0.9, 1.0, 1.3, 1.6, 1.2])[dates.day_of_week.to_numpy()]
    frames = []
    for dish, level, of_weather, first in (
        ("fish", 11.0, -0.01, 0),
        ("pie", 17.0, 0.0, DAYS - _YOUNG_DISH_DAYS),
        ("soup", 28.0, 0.02, 0),
    ):
        mean = (
            level * week * (1 + of_weather * (warm - 12)) * np.where(festive, 1.8, 1.0) * (1 + 0.0005 * np.arange(DAYS))
        )
        sales = np.where(closed, 0.0, rng.poisson(np.maximum(mean, 0.1)).astype(np.float64))
        frames.append(pd.DataFrame({"date": dates, "dish": dish, "sales": sales})[first:])
    weather = pd.DataFrame({"temperature_2m_mean": warm, "precipitation_sum": rain}, index=dates)
    return build_store_history(pd.concat(frames), weather, PipelineConfig())


def fit(config: PipelineConfig) -> Artifacts:
    """Fits every forecaster to the made restaurant, and trains two of its dishes as a run would.

    Args:
        config: Settings of features, forecasters and backtest.
    """
    store = restaurant()
    store_fit = fit_store(store, CALENDAR, config)
    trained = {dish: train_dish(dish, store, store_fit, CALENDAR, config).model for dish in ("soup", "pie")}
    sales, days = trim_to_first_sale(store.sales["soup"], store.days(CALENDAR, config))
    fitted = fit_forecasters(FORECASTERS, store_fit.dish_history("soup", sales, days, config))
    tail = sales[-max(config.lookback_days, LOOKBACK_DAYS) :]
    spread, seasons = trained["soup"].spread, trained["soup"].seasons
    alone = {name: DishModel("soup", fitted[name], store.end, tail, spread, seasons) for name in FORECASTERS}
    # The weights are those of the recording, so that a new forecaster changes no recorded blend.
    members = {name: fitted[name] for name in FORECASTERS if config.blend_prior.get(name)}
    blend = combine(members, dict.fromkeys(members, 1 / len(members)))
    alone[blend.name] = DishModel("soup", blend, store.end, tail, spread, seasons)
    assert store_fit.trees is not None
    return Artifacts(
        config=config.model_dump(mode="json"),
        trees=store_fit.trees.to_payload(),
        context=StoreContext(store.climatology(), store.closing_habits(CALENDAR, config)).to_payload(),
        dishes={name: model.to_payload() for name, model in alone.items()}
        | {"trained": trained["soup"].to_payload(), "trained_young": trained["pie"].to_payload()},
    )


def forecasts(artifacts: Artifacts) -> Forecasts:
    """Forecasts of stored models in two situations: with nothing known after the history, and with later sales."""
    config = PipelineConfig.model_validate(artifacts.config)
    trees = PooledTrees.from_payload(artifacts.trees)
    context = StoreContext.from_payload(artifacts.context)
    models = {case: DishModel.from_payload(payload, config, trees) for case, payload in artifacts.dishes.items()}
    end = FIRST_DAY + dt.timedelta(days=DAYS - 1)
    dates = pd.date_range(end + dt.timedelta(days=1), periods=HORIZON, freq="D", unit="s")
    news = {end + dt.timedelta(days=ahead): units for ahead, units in {-2: 51.0, 1: 44.0, 2: 9.0, 6: 90.0}.items()}
    warm = pd.DataFrame({"temperature_2m_mean": [25.0, 4.0, np.nan], "precipitation_sum": 1.0}, index=dates[:3])
    situations = {
        "without news": (_days(dates, None, context, config), {}),
        "with news": (_days(dates, warm, context, config), news),
    }
    return {
        case: {name: _series(model, days, recent) for name, (days, recent) in situations.items()}
        for case, model in models.items()
    }


def _days(dates: pd.DatetimeIndex, weather: pd.DataFrame | None, context: StoreContext, config: PipelineConfig) -> Days:
    filled = fill_weather(dates, weather, context.climatology)
    return build_days(dates, CALENDAR, filled, context.closing.expected(dates, CALENDAR), config)


def _series(model: DishModel, days: Days, recent: Mapping[dt.date, float]) -> dict[str, list[float]]:
    [forecast] = forecast_dishes([model], days, {model.dish: recent})
    ahead = np.arange(1.0, len(days) + 1)
    spread = model.spread
    assert spread is not None
    quantiles: FloatArray = spread.quantiles(forecast.yhat, ahead, spread.widths(days.returning), _LEVELS)
    return {"yhat": forecast.yhat.tolist()} | {
        str(level): quantiles[:, position].tolist() for position, level in enumerate(_LEVELS)
    }
