"""Reflection: a client that knows no protos reads the messages of a service, and their comments."""

from importlib import import_module
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from shared.rpc.reflection import add_reflection

INFERENCE = "smartsuschef.forecast.v1.InferenceService"


@pytest.fixture
async def files() -> dict[str, FileDescriptorProto]:
    """The files that a server describes, by name, when it is asked for its service."""
    server = grpc.aio.server()
    add_reflection([INFERENCE], server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        request = reflection_pb2.ServerReflectionRequest(file_containing_symbol=INFERENCE)
        # The type stubs of grpc_reflection do not know asyncio.
        stub: Any = reflection_pb2_grpc.ServerReflectionStub
        answer = await stub(channel).ServerReflectionInfo(iter([request])).read()
    await server.stop(0)
    found = [FileDescriptorProto.FromString(data) for data in answer.file_descriptor_response.file_descriptor_proto]
    return {file.name: file for file in found}


def test_the_comment_of_a_method_comes_with_its_description(files: dict[str, FileDescriptorProto]) -> None:
    contract = files["smartsuschef/forecast/v1/inference.proto"]
    comments = {tuple(place.path): place.leading_comments for place in contract.source_code_info.location}
    position = [method.name for method in contract.service[0].method].index("Predict")

    # 6 is the number of `service` in a file, 2 that of `method` in a service.
    assert "Forecasts the demand of one, several or all dishes" in comments[6, 0, 2, position]


@pytest.mark.parametrize("name", ["forecast", "inference", "training"])
def test_the_names_for_other_languages_are_described(name: str) -> None:
    description = FileDescriptorProto()
    import_module(f"smartsuschef.forecast.v1.{name}_pb2").DESCRIPTOR.CopyToProto(description)

    options = description.options
    assert options.go_package == "github.com/smartsuschef/forecast/gen/forecast/v1;forecastv1"
    assert (options.java_package, options.java_multiple_files) == ("com.smartsuschef.forecast.v1", True)
    assert options.csharp_namespace == "SmartSusChef.Forecast.V1"


def test_every_file_that_a_service_needs_is_described(files: dict[str, FileDescriptorProto]) -> None:
    needed = {dependency for file in files.values() for dependency in file.dependency}

    assert needed
    assert needed <= files.keys()
    assert "google/protobuf/timestamp.proto" in files
