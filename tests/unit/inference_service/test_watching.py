"""WatchModels over a real connection."""

from pathlib import Path

import grpc
import pytest

from shared.registry.registry import Registry
from smartsuschef.forecast.v1 import inference_pb2, inference_pb2_grpc
from tests.support.versions import publish


async def test_the_snapshot_of_a_later_watcher_has_the_versions_that_failed(
    channel: grpc.aio.Channel, tmp_path: Path
) -> None:
    for store in ("harbour", "market"):
        publish(Registry(str(tmp_path)), store, "v1")
        manifest = tmp_path / store / "versions" / "v1.json"
        manifest.write_text("half of a manif")
    stub = inference_pb2_grpc.InferenceServiceStub(channel)
    for store in ("harbour", "market"):
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.ListModels(inference_pb2.ListModelsRequest(store=store))

    watched = stub.WatchModels(inference_pb2.WatchModelsRequest(stores=["harbour"]))
    snapshot = await watched.read()
    watched.cancel()

    assert isinstance(snapshot, inference_pb2.WatchModelsResponse)
    [failed] = snapshot.snapshot.failed
    assert (failed.store, failed.version, failed.state) == ("harbour", "v1", inference_pb2.MODEL_STATE_FAILED)
    assert "cannot be read" in failed.reason
    assert not snapshot.snapshot.live
