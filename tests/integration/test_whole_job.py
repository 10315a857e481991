"""The whole job on real sales, over gRPC: train a restaurant, watch the run, and ask for the forecast."""

import datetime as dt

import pytest

from shared.forecasters import FORECASTERS
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import inference_pb2, training_pb2
from tests.support.sales_files import FEW_DISHES
from tests.support.stack import Stack
from tests.support.waiting import train, wait_until_live


@pytest.fixture
def events(client: ForecastClient, grilled_fish: str) -> list[training_pb2.TrainingProgress]:
    """Events of the run that trained the restaurant; all tests share this run."""
    for run in client.list_trainings(store="fish"):
        return list(client.watch_training(run.run_id, store="fish"))
    return train(client, store="fish", source=grilled_fish, country="CN")


def test_a_restaurant_is_trained_and_forecast(
    client: ForecastClient, events: list[training_pb2.TrainingProgress]
) -> None:
    result = events[-1].result

    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    kinds = [training_pb2.ProgressKind.Name(event.kind).removeprefix("PROGRESS_KIND_") for event in events]
    assert kinds[:3] == ["ACCEPTED", "STARTED", "PLANNED"]
    assert kinds[-2:] == ["PUBLISHING", "FINISHED"]
    assert kinds.count("DISH_STARTED") == kinds.count("DISH_FINISHED") == len(FEW_DISHES)
    assert events[2].total == len(FEW_DISHES)
    assert events[-1].state == training_pb2.RUN_STATE_SUCCEEDED
    assert events[-1].current == events[-1].total == len(FEW_DISHES)
    assert sorted(result.trained_dishes) == sorted(FEW_DISHES)
    assert result.published
    for row in result.results_table:
        assert row.candidates[0].forecaster == row.champion
        assert {figures.forecaster for figures in row.candidates} == {*FORECASTERS, "blend"}

    wait_until_live(client, "fish", result.version)
    answer = client.predict(store="fish", quantiles=[0.1, 0.9], full=True)

    assert answer.version == result.version
    assert answer.weather_source == inference_pb2.WEATHER_SOURCE_CLIMATOLOGY
    assert [forecast.dish for forecast in answer.forecasts] == sorted(FEW_DISHES)
    for forecast in answer.forecasts:
        first = dt.date.fromisoformat(forecast.days[0].date)
        assert first == dt.date(2026, 1, 1)
        assert [day.date for day in forecast.days] == [(first + dt.timedelta(i)).isoformat() for i in range(14)]
        for day in forecast.days:
            assert day.yhat >= 0
            assert sum(part.value for part in day.contributions) == pytest.approx(day.yhat, abs=1e-6)
            assert day.quantiles[0].value <= day.quantiles[1].value
        assert forecast.days[0].holidays == ["New Year's Day"]


def test_a_model_names_its_history_its_artifact_and_its_version(
    client: ForecastClient, events: list[training_pb2.TrainingProgress]
) -> None:
    result = events[-1].result
    wait_until_live(client, "fish", result.version)

    models = list(client.list_models(store="fish", page_size=3))

    assert [model.dish for model in models] == sorted(FEW_DISHES)
    one = client.get_model(FEW_DISHES[0], store="fish").model
    assert one == models[sorted(FEW_DISHES).index(FEW_DISHES[0])]
    assert one.history_start == "2025-05-01"
    assert one.history_end == "2025-12-31"
    assert len(one.artifact_digest) == 64
    assert one.trained_version == result.version


def test_an_ended_run_can_be_read_with_its_result(
    client: ForecastClient, stack: Stack, grilled_fish: str, events: list[training_pb2.TrainingProgress]
) -> None:
    run = client.get_training(events[0].run_id, store="fish")

    assert run.state == training_pb2.RUN_STATE_SUCCEEDED
    assert run.result == events[-1].result
    assert run.sales_data_source == str(stack.data / grilled_fish)
    assert run.location.country == "CN"
    assert [listed.run_id for listed in client.list_trainings(store="fish")] == [run.run_id]


def test_two_trainings_of_the_same_data_give_the_same_artifacts(
    client: ForecastClient, grilled_fish: str, events: list[training_pb2.TrainingProgress]
) -> None:
    twin = train(client, store="twin", source=grilled_fish, country="CN")
    digests = []
    for store, trained in (("fish", events), ("twin", twin)):
        wait_until_live(client, store, trained[-1].result.version)
        digests.append([model.artifact_digest for model in client.list_models(store=store)])

    assert digests[0] == digests[1]
