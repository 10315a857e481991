"""Reads the health of both servers and their services from the answers of grpc.health.v1."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2

from smartsuschef.client.errors import ForecastServiceError

#: The services that each server is asked for: the server as a whole (an empty name), and its own service.
CHECKED: Mapping[str, tuple[str, ...]] = {
    "inference": ("", "smartsuschef.forecast.v1.InferenceService"),
    "training": ("", "smartsuschef.forecast.v1.TrainingService"),
}

_UNREACHABLE = "UNREACHABLE"


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """The health of one service.

    Args:
        server: "inference" or "training".
        address: The address of the server.
        service: The full name of the gRPC service; empty for the server as a whole.
        status: "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN" or "UNREACHABLE"; otherwise the gRPC code of the failure.
        message: The failure, for people; empty if the server answered.
    """

    server: str
    address: str
    service: str
    status: str
    message: str = ""

    @property
    def serving(self) -> bool:
        """Returns whether the service answers calls."""
        return self.status == "SERVING"

    @property
    def reachable(self) -> bool:
        """Returns whether the server answered."""
        return self.status != _UNREACHABLE


def answered(server: str, address: str, service: str, answer: health_pb2.HealthCheckResponse) -> ServiceHealth:
    """Makes the health of a service whose server answered.

    Args:
        server: "inference" or "training".
        address: The address of the server.
        service: The full name of the gRPC service; empty for the server as a whole.
        answer: The answer of the server.
    """
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return ServiceHealth(server, address, service, status)


def failed(server: str, address: str, service: str, error: ForecastServiceError) -> ServiceHealth:
    """Makes the health of a service whose health check failed.

    Args:
        server: "inference" or "training".
        address: The address of the server.
        service: The full name of the gRPC service; empty for the server as a whole.
        error: The failure of the check.
    """
    match error.code:
        case grpc.StatusCode.UNAVAILABLE | grpc.StatusCode.DEADLINE_EXCEEDED:
            status = _UNREACHABLE
        case grpc.StatusCode.NOT_FOUND:
            status = "SERVICE_UNKNOWN"
        case other:
            status = other.name
    return ServiceHealth(server, address, service, status, error.message)
