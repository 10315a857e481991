"""PipelineConfig: the settings of features, forecasters and backtest.

A number that decides forecasts is either a setting here or a constant beside its formula. It is a setting where people
of a restaurant or an experiment have a reason to change the number. Settings are part of every manifest, so a version
is served with those that it was trained with. A number that belongs to a formula, such as a prior weight of the
smoothing, is a constant of the module that has the formula. No manifest carries constants: whoever changes one, or the
meaning of a setting, gives FEATURE_SCHEMA a new value. The tests of `tests/golden` fail where that was forgotten.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from shared.errors import InvalidInput, Violation
from shared.forecasters import FORECASTERS, SAFE_FORECASTER
from shared.restaurant.calendar import HOLIDAY_FEATURES, SEASON_FEATURES, TIME_FEATURES, country_is_known
from shared.restaurant.weather import WEATHER_COLS

#: Name of what stored models mean to this code. It gets a new value, such as today's date, with every change of a
#: forecast that no setting tells: models that were trained before are then refused. `make golden` records the forecasts
#: of the new value.
FEATURE_SCHEMA = "2026-12-01.8"


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) != len(values):
        raise ValueError("expected every value once; remove the second one")
    return values


PositiveDays = Annotated[int, Field(ge=1, le=366)]
Names = Annotated[tuple[str, ...], AfterValidator(_distinct)]
DayCounts = Annotated[tuple[PositiveDays, ...], AfterValidator(_distinct)]


class PipelineConfig(BaseModel):
    """The settings of features, forecasters and backtest. Frozen, and part of every manifest.

    What is added to `lags`, `roll_windows`, `time_features` or `weather_cols` becomes a feature of the residual trees
    of the hybrid and of the pooled trees, in training and in serving. `pooled_omitted_features` keeps features from the
    pooled trees.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Features of the trees.
    lags: DayCounts = Field(default=(1, 7, 14), description="Days back whose sales are features")
    roll_windows: DayCounts = Field(
        default=(7, 14, 28),
        description="Days over which the mean of the sales before is a feature. The standard "
        "deviation is one of the hybrid for each of them, and of the pooled trees for the longest",
    )
    time_features: Names = Field(
        default=("day_of_week", "month", "day", "dayofyear", "is_weekend"),
        description="Names of features of the date, from shared.restaurant.calendar.TIME_FEATURES",
    )
    weather_cols: Names = Field(default=WEATHER_COLS, description="Columns of weather that are features")

    # Horizon, history and backtest.
    forecast_horizon: Annotated[int, Field(ge=1, le=30)] = Field(
        default=14, description="Days that are forecast where a request names no horizon"
    )
    min_train_days: Annotated[int, Field(ge=14)] = Field(
        default=60,
        description="Open days before a cutoff that Prophet and the hybrid need. A dish that has fewer before every "
        "cutoff goes without them",
    )
    n_cv_folds: Annotated[int, Field(ge=1, le=50)] = Field(
        default=3, description="Number of cutoffs of the backtest, one for each fold"
    )
    test_window_days: Annotated[int, Field(ge=1, le=30)] = Field(
        default=14, description="Days that are forecast from each cutoff, and days between cutoffs"
    )
    champion_margin: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.3, description="A forecaster serves alone if its MAE is below that of the blend by this share"
    )
    challenger_margin: Annotated[float, Field(ge=0)] = Field(
        default=0.05,
        description="A challenger goes live if its WAPE is not higher than that of the live version by this share",
    )
    weather_forecast_error: Annotated[float, Field(ge=0, le=10)] = Field(
        default=1.0,
        description="Size of the errors of the weather forecasts in a backtest: 1 as large as those of a weather "
        "service, 0 the weather as it came",
    )
    random_seed: int = Field(default=42, description="Seed of everything that is chosen at random in a training")

    # Forecasters.
    baseline_halflife_weeks: Annotated[float, Field(gt=0)] = Field(
        default=2.0, description="Weeks after which a sale counts half in the day-of-week mean"
    )
    prophet_params: Mapping[str, Any] = Field(
        default={
            "growth": "linear",
            # The trend may follow the level closely, as its slope is not carried beyond the history: see
            # prophet_trend_kept.
            "changepoint_prior_scale": 0.5,
            "seasonality_mode": "additive",
            "weekly_seasonality": True,
            "yearly_seasonality": "auto",
            "daily_seasonality": False,
        },
        description="Arguments of prophet.Prophet(); growth is linear or flat",
    )
    prophet_trend_kept: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.0, description="Share of the trend's slope that goes on after the history; 0 keeps the last level"
    )
    prophet_regressors: Names = Field(
        default=(), description="Columns of weather that Prophet itself takes as regressors, where the source has them"
    )
    residual_tree_params: Mapping[str, Any] = Field(
        default={
            "objective": "regression",
            "learning_rate": 0.05,
            "num_leaves": 15,
            "min_data_in_leaf": 20,
            "feature_fraction": 0.8,
            "lambda_l2": 1.0,
        },
        description="Parameters of lightgbm.train() for the residual trees of the hybrid",
    )
    residual_tree_rounds: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=40, description="Number of residual trees"
    )

    pooled_tree_params: Mapping[str, Any] = Field(
        default={
            "learning_rate": 0.045,
            "num_leaves": 24,
            "min_data_in_leaf": 150,
            "feature_fraction": 0.7,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 1.0,
        },
        description="Parameters of lightgbm.train() for the pooled trees. Without an objective Huber's loss is taken",
    )
    pooled_omitted_features: Names = Field(
        default=("month", "day", "mean_14"),
        description="Features that the pooled trees do not see: names of time features, and mean_<days> of "
        "a window. Over a short history month and day only number its days",
    )
    pooled_further_windows: DayCounts = Field(
        default=(112,),
        description="Days over which the pooled trees see the mean of the sales before, beyond those of roll_windows",
    )
    season_least_days: Annotated[int, Field(ge=0)] = Field(
        default=365,
        description="Days of history from which trees see the time of the year; in a shorter one it numbers the days",
    )
    pooled_tree_rounds: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=133, description="Number of pooled trees"
    )
    pooled_max_rows: Annotated[int, Field(ge=1000)] = Field(
        default=120_000,
        description="Rows that the pooled trees learn; where there are more, these are chosen at random",
    )
    blend_prior: Mapping[str, Annotated[float, Field(ge=0)]] = Field(
        default={name: entry.weight for name, entry in FORECASTERS.items()},
        description="Weight of each forecaster in a blend before any backtest; 0 leaves it out of training",
    )
    pooled_half_weight_days: Annotated[float, Field(ge=0)] = Field(
        default=3000.0,
        description="Open days of all dishes together at which the pooled trees have half of their weight before any "
        "backtest: from fewer days they learn little",
    )
    blend_power: Annotated[float, Field(ge=0, le=20)] = Field(
        default=6.0, description="Power of the backtest error with which the weights of a blend fall"
    )
    blend_tolerance: Annotated[float, Field(ge=0)] = Field(
        default=0.2,
        description="A forecaster whose error is higher than the lowest by more than this share gets no weight",
    )
    blend_store_folds: Annotated[float, Field(ge=0)] = Field(
        default=3.0,
        description="Folds of a dish at which its own errors count as much for the weights as those of its store",
    )

    interval_allowance: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.05,
        description="Share by which intervals are wider than the errors of the backtest: days to come may bring "
        "what no fold had",
    )

    # The restaurant.
    stopped_after_days: Annotated[int, Field(ge=7)] = Field(
        default=28,
        description="A dish without a sale on so many open days at the end of the history counts as taken off the menu",
    )
    day_ends_at_hour: Annotated[int, Field(ge=0, le=30)] = Field(
        default=24,
        description="Hour of the store's clock at which the sales of a day are complete; 26 is two o'clock of the "
        "next day",
    )
    closed_weekday_weeks: Annotated[int, Field(ge=2)] = Field(
        default=8, description="A weekday that was closed in each of so many last weeks is forecast as closed"
    )
    default_fallback_address: str = Field(
        default="Shanghai, China", description="Address of the place that stands in where no place is known"
    )
    default_fallback_latitude: Annotated[float, Field(ge=-90, le=90)] = Field(
        default=31.23, description="Latitude of that place, degrees"
    )
    default_fallback_longitude: Annotated[float, Field(ge=-180, le=180)] = Field(
        default=121.47, description="Longitude of that place, degrees"
    )
    default_fallback_country: str = Field(default="CN", description="Country of that place, ISO 3166-1 alpha-2")

    @field_validator("time_features")
    @classmethod
    def _existing_time_features(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in TIME_FEATURES]
        if unknown:
            raise ValueError(f"unknown time features {unknown}; expected names from {sorted(TIME_FEATURES)}")
        return value

    @field_validator("weather_cols")
    @classmethod
    def _existing_weather(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in WEATHER_COLS]
        if unknown:
            raise ValueError(f"unknown columns of weather {unknown}; expected names from {list(WEATHER_COLS)}")
        return value

    @field_validator("pooled_omitted_features")
    @classmethod
    def _existing_omitted_features(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in TIME_FEATURES and not re.fullmatch(r"mean_\d+", name)]
        if unknown:
            raise ValueError(f"unknown features {unknown}; expected time features, or mean_<days> such as mean_14")
        return value

    @field_validator("default_fallback_country")
    @classmethod
    def _existing_country(cls, value: str) -> str:
        if not country_is_known(value):
            raise ValueError(f"expected an ISO 3166-1 alpha-2 code such as DE, got {value!r}")
        return value

    @field_validator("blend_prior")
    @classmethod
    def _existing_forecasters(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        unknown = sorted(set(value) - set(FORECASTERS))
        if unknown:
            table = ", ".join(f"{name} ({entry.title})" for name, entry in FORECASTERS.items())
            raise ValueError(f"unknown forecasters {unknown}; the forecasters are {table}")
        if not value.get(SAFE_FORECASTER):
            raise ValueError(f"{SAFE_FORECASTER}: expected a weight above 0; it serves every dish, new dishes too")
        return value

    @field_validator("prophet_params")
    @classmethod
    def _servable_prophet(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if value.get("growth", "linear") not in ("linear", "flat"):
            raise ValueError("growth: expected 'linear' or 'flat', the only kinds that can be served")
        if value.get("mcmc_samples") or value.get("scaling", "absmax") != "absmax":
            raise ValueError("mcmc_samples and scaling other than 'absmax' cannot be served; leave them out")
        ours = sorted({"holidays", "holidays_mode", "uncertainty_samples", "stan_backend"} & set(value))
        if ours:
            raise ValueError(f"{', '.join(ours)}: the training sets these parameters; leave them out")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = sorted(set(self.prophet_regressors) - set(self.weather_cols))
        if unknown:
            raise ValueError(
                f"prophet_regressors: {unknown} are not among weather_cols; add them there or leave them out here"
            )
        if not self.lags and not self.roll_windows:
            raise ValueError("lags, roll_windows: expected at least one value in either; the trees learn from sales")
        return self

    @property
    def lag_features(self) -> tuple[str, ...]:
        """Names of the features of the residual trees that come from earlier sales, in the order of computation."""
        return (
            *(f"y_lag_{lag}" for lag in self.lags),
            *(f"y_roll_mean_{window}" for window in self.roll_windows),
            *(f"y_roll_std_{window}" for window in self.roll_windows),
        )

    @property
    def hybrid_tree_features(self) -> tuple[str, ...]:
        """Names of the columns of the residual trees' model matrix, in its order."""
        return (*self.time_features, "is_public_holiday", *self.weather_cols, *self.lag_features, "prophet_yhat")

    @property
    def pooled_calendar_features(self) -> tuple[str, ...]:
        """Names of the features of the day forecast that the pooled trees see."""
        time_features = (name for name in self.time_features if name not in self.pooled_omitted_features)
        return (*time_features, *HOLIDAY_FEATURES, *self.weather_cols)

    def learnable(self, features: Sequence[str], history_days: int, weather: Collection[str]) -> tuple[str, ...]:
        """Chooses those of some features from which trees can learn something. The fit of the pooled trees passes
        `pooled_calendar_features`, the fit of the residual trees `hybrid_tree_features`.

        Three kinds of features teach nothing: weather columns that the source lacks, weather columns that are known on
        less than 80 % of the days, and the time of the year in a short history. `store_history.py` of training keeps
        the second kind out of `weather` (`MIN_WEATHER_COVERAGE`).

        Args:
            features: Names of features.
            history_days: Days of the history; features of the time of the year need `season_least_days`.
            weather: Names of the weather columns that the store history has kept.
        """
        useless = set(self.weather_cols) - set(weather)
        if history_days < self.season_least_days:
            useless |= set(SEASON_FEATURES)
        return tuple(name for name in features if name not in useless)

    @property
    def lookback_days(self) -> int:
        """Days of sales before a day that the residual trees' features of the day need."""
        return max((*self.lags, *self.roll_windows), default=1)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Reads the settings that differ from their defaults from a JSON file.

        Args:
            path: Path of the file.

        Raises:
            InvalidInput: The file cannot be read, or settings in it are unknown or wrong.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InvalidInput([Violation(str(path), f"cannot be read: {error.strerror}")]) from error
        except ValidationError as error:
            raise InvalidInput(
                [Violation(".".join(map(str, e["loc"])) or str(path), e["msg"]) for e in error.errors()]
            ) from error
