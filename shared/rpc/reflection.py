"""Server reflection that tells the comments of the contract along with its messages."""

from collections.abc import AsyncIterator, Sequence
from importlib import resources
from typing import Any

import grpc
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc

#: The contract with its comments, which `make protos` writes beside the stubs.
_CONTRACT = resources.files("smartsuschef.forecast.v1").joinpath("contract.binpb")


def add_reflection(services: Sequence[str], server: grpc.aio.Server) -> None:
    """Lets clients ask a server which services it has and what their messages are.

    Args:
        services: Full names of the services that are listed.
        server: Server that answers.
    """
    # The type stubs of grpc_reflection leave this function untyped.
    add: Any = reflection_pb2_grpc.add_ServerReflectionServicer_to_server
    add(_CommentedReflection((*services, reflection.SERVICE_NAME)), server)


class _CommentedReflection(reflection_pb2_grpc.ServerReflectionServicer):
    """Answers as the reflection of grpc does, and adds the comments, which Python's own descriptors have lost."""

    def __init__(self, services: Sequence[str]) -> None:
        self._uncommented: Any = reflection.aio.ReflectionServicer(services)
        files = FileDescriptorSet.FromString(_CONTRACT.read_bytes()).file
        self._commented = {file.name: file.SerializeToString() for file in files}

    async def ServerReflectionInfo(  # noqa: N802 -- the protocol's name
        self, request_iterator: Any, context: Any
    ) -> AsyncIterator[reflection_pb2.ServerReflectionResponse]:
        """See grpc.reflection.v1alpha."""
        async for response in self._uncommented.ServerReflectionInfo(request_iterator, context):
            files = response.file_descriptor_response.file_descriptor_proto
            for position, data in enumerate(files):
                files[position] = self._commented.get(FileDescriptorProto.FromString(data).name, data)
            yield response
