"""The settings: names and defaults that the customer knows, the features that follow, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.restaurant.weather import WEATHER_COLS


def test_the_defaults_are_those_that_the_customer_knows() -> None:
    config = PipelineConfig()

    assert config.lags == (1, 7, 14)
    assert config.roll_windows == (7, 14, 28)
    assert config.time_features == ("day_of_week", "month", "day", "dayofyear", "is_weekend")
    assert config.forecast_horizon == 14
    assert config.min_train_days == 60
    assert config.random_seed == 42
    assert config.default_fallback_address == "Shanghai, China"
    assert (config.default_fallback_latitude, config.default_fallback_longitude) == (31.23, 121.47)
    assert config.default_fallback_country == "CN"


def test_the_features_of_the_residual_trees_follow_from_the_settings() -> None:
    config = PipelineConfig(lags=(1, 21), roll_windows=(7,), time_features=("quarter",))

    assert config.hybrid_tree_features == (
        "quarter",
        "is_public_holiday",
        *WEATHER_COLS,
        "y_lag_1",
        "y_lag_21",
        "y_roll_mean_7",
        "y_roll_std_7",
        "prophet_yhat",
    )


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        PipelineConfig().lags = (1,)


def test_a_file_with_unknown_settings_is_refused_with_the_names_of_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"lag": [1], "time_features": ["moon"], "n_cv_folds": 0}')

    with pytest.raises(InvalidInput) as caught:
        PipelineConfig.from_file(file)

    assert {violation.field for violation in caught.value.violations} == {"lag", "time_features", "n_cv_folds"}


def test_growth_that_cannot_be_served_is_refused() -> None:
    with pytest.raises(ValidationError, match="logistic"):
        PipelineConfig(prophet_params={"growth": "logistic"})


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"prophet_regressors": ("moonlight",)}, "moonlight"),
        ({"lags": (), "roll_windows": ()}, "at least one value"),
        ({"prophet_params": {"uncertainty_samples": 100}}, "uncertainty_samples: the training sets"),
        ({"prophet_params": {"growth": "logistic"}}, "logistic"),
        ({"blend_prior": {"pooled": 1}}, "baseline"),
        ({"weather_cols": ("moonlight",)}, "moonlight"),
        ({"pooled_omitted_features": ("moonlight",)}, "moonlight"),
        ({"default_fallback_country": "ZZ"}, "ISO 3166-1"),
        ({"blend_prior": {"baseline": 1, "oracle": 1}}, "oracle"),
    ],
)
def test_settings_that_cannot_be_served_are_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        PipelineConfig(**fields)
