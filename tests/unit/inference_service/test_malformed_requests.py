"""Malformed bytes in place of a request, as a client of another service or a fuzzer sends them."""

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

SERVICE = "/smartsuschef.forecast.v1.InferenceService/"

#: A length beyond the end, a field of the unknown type 7, and a name of a store that is not UTF-8.
MALFORMED = (b"\x0a\xff", b"\x0f", b"\x0a\x02\xff\xfe")


@pytest.mark.parametrize("sent", MALFORMED)
@pytest.mark.parametrize("method", ["Predict", "ListModels"])
async def test_a_call_with_malformed_bytes_is_answered_with_invalid_argument(
    channel: grpc.aio.Channel, method: str, sent: bytes
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.unary_unary(SERVICE + method, request_serializer=bytes)(sent)

    check(caught.value, f"{method}Request")


@pytest.mark.parametrize("sent", MALFORMED)
async def test_a_stream_with_malformed_bytes_is_answered_with_invalid_argument(
    channel: grpc.aio.Channel, sent: bytes
) -> None:
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
