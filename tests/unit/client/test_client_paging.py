"""Tests of reading a list that arrives in pages, with both clients."""

from smartsuschef.client import AsyncForecastClient, ForecastClient
from smartsuschef.forecast.v1.inference_pb2 import ListModelsResponse, Model
from smartsuschef.forecast.v1.training_pb2 import (
    ListTrainingsResponse,
    ListVersionsResponse,
    ModelVersion,
    TrainingRun,
)
from tests.unit.client.scripted_server import ScriptedServer

MODEL_PAGES = (
    ListModelsResponse(version="v1", models=[Model(dish="Carp"), Model(dish="Eel")], next_page_token="p2"),
    ListModelsResponse(version="v1", next_page_token="p3"),
    ListModelsResponse(version="v1", models=[Model(dish="Squid")]),
)


def test_a_list_iterates_over_all_pages_even_an_empty_page(server: ScriptedServer) -> None:
    server.on("ListModels", *MODEL_PAGES)
    with ForecastClient(inference_address=server.address) as client:
        dishes = [model.dish for model in client.list_models(store="north", version="v1", page_size=2)]
    assert dishes == ["Carp", "Eel", "Squid"]
    asked = [received.request for received in server.received["ListModels"]]
    assert [request.page_token for request in asked] == ["", "p2", "p3"]
    assert {(request.store, request.version, request.page_size) for request in asked} == {("north", "v1", 2)}


async def test_the_asyncio_client_iterates_over_the_same_pages(server: ScriptedServer) -> None:
    server.on("ListModels", *MODEL_PAGES)
    async with AsyncForecastClient(inference_address=server.address) as client:
        dishes = [model.dish async for model in client.list_models()]
    assert dishes == ["Carp", "Eel", "Squid"]
    assert [received.request.page_token for received in server.received["ListModels"]] == ["", "p2", "p3"]


def test_a_page_is_requested_only_when_it_is_needed(server: ScriptedServer) -> None:
    server.on("ListModels", *MODEL_PAGES)
    with ForecastClient(inference_address=server.address) as client:
        models = iter(client.list_models())
        next(models)
        next(models)
        assert len(server.received["ListModels"]) == 1


def test_runs_and_versions_are_listed_over_all_pages(server: ScriptedServer) -> None:
    server.on(
        "ListTrainings",
        ListTrainingsResponse(runs=[TrainingRun(run_id="run-8")], next_page_token="p2"),
        ListTrainingsResponse(runs=[TrainingRun(run_id="run-7")]),
    )
    server.on(
        "ListVersions",
        ListVersionsResponse(versions=[ModelVersion(version="v2")], next_page_token="p2"),
        ListVersionsResponse(versions=[ModelVersion(version="v1")]),
    )
    with ForecastClient(training_address=server.address) as client:
        assert [run.run_id for run in client.list_trainings()] == ["run-8", "run-7"]
        assert [version.version for version in client.list_versions()] == ["v2", "v1"]


def test_the_pages_can_be_read_for_their_other_fields(server: ScriptedServer) -> None:
    server.on("ListModels", *MODEL_PAGES)
    with ForecastClient(inference_address=server.address) as client:
        assert [page.version for page in client.list_models().pages] == ["v1", "v1", "v1"]
