"""Checking requests: wrong service levels and costs are refused, all other levels are answered."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference_service import requests
from inference_service.loaded_version import load_version
from inference_service.predictor import predict
from shared.errors import InvalidInput
from shared.forecasting.spread import SHAPE_LEVELS, Spread
from shared.registry.registry import Registry
from smartsuschef.forecast.v1 import inference_pb2
from tests.support.versions import publish


@pytest.mark.parametrize(("wasted", "missed"), [(1, 1e17), (1e-6, 1e12), (1e300, 1e-300), (1e-300, 1e300)])
def test_costs_whose_service_level_rounds_to_0_or_1_are_refused_with_what_to_do(wasted: float, missed: float) -> None:
    costs = inference_pb2.PortionCosts(wasted=wasted, missed=missed)

    with pytest.raises(InvalidInput, match="too far apart") as caught:
        requests.predict(inference_pb2.PredictRequest(portion_costs=costs))

    [violation] = caught.value.violations
    assert violation.field == "portion_costs"
    assert "service_level" in violation.description


@pytest.mark.parametrize("level", [5e-324, 1e-320, 1e-17, math.nextafter(1.0, 0.0)])
def test_every_level_between_0_and_1_is_answered_with_finite_numbers(tmp_path: Path, level: float) -> None:
    _, _, request = requests.predict(inference_pb2.PredictRequest(service_level=level, quantiles=[level]))
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1")
    version = load_version(registry, "harbour", "v1")
    spread = Spread(0.5, 0.1, np.linspace(-2.0, 2.0, len(SHAPE_LEVELS)), ())
    version = replace(version, models={dish: replace(model, spread=spread) for dish, model in version.models.items()})

    prediction = predict(version, replace(request, horizon=1), lambda: False)

    [dish] = prediction.dishes
    assert not prediction.failures
    assert dish.prepare is not None
    assert dish.prepare[0] >= 0
    assert dish.quantiles is not None
    assert np.isfinite(dish.quantiles).all()


def test_a_service_level_that_rounds_to_1_is_refused() -> None:
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        requests.predict(inference_pb2.PredictRequest(service_level=1 - 1e-17))
