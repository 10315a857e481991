"""Answers: an answer that is larger than clients accept is refused."""

from pathlib import Path

import pytest

from inference_service.forecast_request import ForecastRequest
from inference_service.loaded_version import load_version
from inference_service.messages import predict_response, sendable
from inference_service.predictor import predict
from shared.errors import InvalidInput
from shared.registry.registry import Registry
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2
from tests.support.versions import publish


def test_an_answer_larger_than_clients_accept_is_refused_with_what_to_do(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1", older_by={f"dish-{i:02}": 0 for i in range(20)})
    version = load_version(registry, "harbour", "v1")

    def answer(horizon: int) -> int:
        request = ForecastRequest(horizon=horizon)
        response = predict_response(version, request, predict(version, request, lambda: False))
        return len(sendable(response, largest_bytes=10_000).forecasts)

    assert answer(1) == 20
    with pytest.raises(InvalidInput, match="20 dishes, 30 days each has") as caught:
        answer(30)
    assert "name some of the dishes" in caught.value.violations[0].description


def test_the_full_view_has_the_only_forecaster_of_a_champion_as_its_member(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1")
    version = load_version(registry, "harbour", "v1")

    for full in (True, False):
        request = ForecastRequest(horizon=3, full=full)
        response = predict_response(version, request, predict(version, request, lambda: False))
        for day in response.forecasts[0].days:
            alone = inference_pb2.MemberForecast(forecaster="baseline", yhat=day.yhat, weight=1.0)
            assert list(day.members) == ([alone] if full else [])


def test_an_answer_with_too_many_errors_is_refused() -> None:
    errors = [
        forecast_pb2.DishError(dish=f"dish-{i}", reason="STALE_MODEL", message="too old " * 50) for i in range(12_000)
    ]

    with pytest.raises(InvalidInput, match="for 12,000 dishes that cannot be forecast has"):
        sendable(inference_pb2.PredictResponse(errors=errors))
