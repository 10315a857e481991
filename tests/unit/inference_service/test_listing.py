"""ListModels: the pages of a list are all of one version."""

from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from inference_service.service import InferenceService
from shared.registry.registry import Registry
from shared.rpc.page_tokens import PageToken, written
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc
from tests.support.versions import publish


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The registry of the service, with a version of three dishes."""
    made = Registry(str(tmp_path))
    publish(made, "harbour", "v1", older_by={"carp": 0, "eel": 0, "soup": 0})
    return made


async def list_models(channel: grpc.aio.Channel, **fields: object) -> inference_pb2.ListModelsResponse:
    request = inference_pb2.ListModelsRequest(store="harbour", **fields)  # type: ignore[arg-type]
    answer = await inference_pb2_grpc.InferenceServiceStub(channel).ListModels(request)
    assert isinstance(answer, inference_pb2.ListModelsResponse)
    return answer


async def refused_fields(channel: grpc.aio.Channel, **fields: object) -> list[str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await list_models(channel, **fields)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    request = error_details_pb2.BadRequest()
    status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]
    assert status is not None
    assert any(detail.Unpack(request) for detail in status.details)
    return [violation.field for violation in request.field_violations]


def dishes(page: inference_pb2.ListModelsResponse) -> list[str]:
    return [model.dish for model in page.models]


async def test_the_next_page_is_of_the_same_version_although_another_went_live(
    channel: grpc.aio.Channel, registry: Registry, service: InferenceService
) -> None:
    first = await list_models(channel, page_size=2)
    publish(registry, "harbour", "v2", older_by={"apple": 0, "tea": 0})
    await service.live_versions.refresh("harbour")
    second = await list_models(channel, page_size=2, page_token=first.next_page_token)
    anew = await list_models(channel)

    assert (first.version, dishes(first)) == ("v1", ["carp", "eel"])
    assert (second.version, dishes(second), second.next_page_token) == ("v1", ["soup"], "")
    assert (anew.version, dishes(anew)) == ("v2", ["apple", "tea"])


async def test_a_page_of_more_than_1000_models_is_asked_for_in_vain_but_without_an_error(
    channel: grpc.aio.Channel, registry: Registry
) -> None:
    assert len((await list_models(channel, page_size=5000)).models) == 3
    assert await refused_fields(channel, page_size=-1) == ["page_size"]


@pytest.mark.parametrize(
    "token",
    [
        "carp",
        written(PageToken(listing="ListVersions", store="harbour", position="v1")),
        written(PageToken(listing="ListModels", store="market", version="v1", position="carp")),
        written(PageToken(listing="ListModels", store="harbour", version="v0", position="carp")),
    ],
)
async def test_a_token_that_continues_no_page_of_this_list_is_refused(
    channel: grpc.aio.Channel, registry: Registry, token: str
) -> None:
    assert await refused_fields(channel, page_token=token) == ["page_token"]


async def test_a_token_of_another_version_than_the_request_names_is_refused(
    channel: grpc.aio.Channel, registry: Registry
) -> None:
    token = (await list_models(channel, page_size=1)).next_page_token
    publish(registry, "harbour", "v2")

    assert await refused_fields(channel, page_token=token, version="v2") == ["page_token"]
