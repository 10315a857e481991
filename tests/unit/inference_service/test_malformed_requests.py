"""Bytes that are no message of the contract, as a client of another service or a fuzzer would send them."""

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

SERVICE = "/smartsuschef.forecast.v1.InferenceService/"

#: A length beyond the end, a field of type 7, and a store's name that is not UTF-8.
MALFORMED = (b"\x0a\xff", b"\x0f", b"\x0a\x02\xff\xfe")


@pytest.mark.parametrize("sent", MALFORMED)
@pytest.mark.parametrize("method", ["Predict", "ListModels"])
async def test_bytes_that_are_no_request_are_the_callers_mistake(
    channel: grpc.aio.Channel, method: str, sent: bytes
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.unary_unary(SERVICE + method, request_serializer=bytes)(sent)

    check(caught.value, f"{method}Request")


@pytest.mark.parametrize("sent", MALFORMED)
async def test_and_of_a_stream_too(channel: grpc.aio.Channel, sent: bytes) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.unary_stream(SERVICE + "WatchModels", request_serializer=bytes)(sent).read()

    check(caught.value, "WatchModelsRequest")


def check(error: grpc.aio.AioRpcError, expected: str) -> None:
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert expected in (error.details() or "")
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    request, info = error_details_pb2.BadRequest(), error_details_pb2.ErrorInfo()
    found = status_pb2.Status.FromString(details).details
    assert any(detail.Unpack(request) for detail in found)
    assert any(detail.Unpack(info) for detail in found)
    assert info.reason == "INVALID_INPUT"
