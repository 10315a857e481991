"""What the services say of themselves over grpc.health.v1."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2

from smartsuschef.client.errors import ForecastServiceError

#: The names asked for at each server: the server as a whole, and its service.
CHECKED: Mapping[str, tuple[str, ...]] = {
    "inference": ("", "smartsuschef.forecast.v1.InferenceService"),
    "training": ("", "smartsuschef.forecast.v1.TrainingService"),
}

_UNREACHABLE = "UNREACHABLE"


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """One answer, or the lack of one.

    Args:
        server: "inference" or "training".
        address: host:port that was asked.
        service: full name of the gRPC service; empty for the server as a whole.
        status: "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN" or "UNREACHABLE"; else the code of the failure.
        message: what failed; empty where there was an answer.
    """

    server: str
    address: str
    service: str
    status: str
    message: str = ""

    @property
    def serving(self) -> bool:
        return self.status == "SERVING"

    @property
    def reachable(self) -> bool:
        return self.status != _UNREACHABLE


def answered(server: str, address: str, service: str, answer: health_pb2.HealthCheckResponse) -> ServiceHealth:
    """The health of a service that answered."""
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return ServiceHealth(server, address, service, status)


def failed(server: str, address: str, service: str, error: ForecastServiceError) -> ServiceHealth:
    """The health of a service of which the question failed."""
    match error.code:
        case grpc.StatusCode.UNAVAILABLE | grpc.StatusCode.DEADLINE_EXCEEDED:
            status = _UNREACHABLE
        case grpc.StatusCode.NOT_FOUND:
            status = "SERVICE_UNKNOWN"
        case other:
            status = other.name
    return ServiceHealth(server, address, service, status, error.message)
