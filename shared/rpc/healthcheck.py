"""The command `python -m shared.rpc.healthcheck ADDRESS [SERVICE]`, by which containers check a server.

The exit status is 0 when the server answers SERVING. Otherwise it is 1, and a line on standard error has the reason.
"""

import argparse
import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

#: Longest time of a check, in seconds; the container files give a check 10 seconds.
_PATIENCE_SECONDS = 5.0


def main() -> None:
    """Checks the server that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m shared.rpc.healthcheck", description="Ask a server for health.")
    parser.add_argument("address", help="address of the server, host:port")
    parser.add_argument(
        "service",
        nargs="?",
        default="",
        help="full name of a service; the process if left out",
    )
    arguments = parser.parse_args()
    health = ask_health(arguments.address, arguments.service)
    if health != "SERVING":
        sys.exit(f"{arguments.service or 'the server'} at {arguments.address}: {health}")


def ask_health(address: str, service: str, patience_seconds: float = _PATIENCE_SECONDS) -> str:
    """Asks a server for its health over grpc.health.v1.

    Args:
        address: Address of the server, host:port.
        service: Full name of a service; "" asks for the process, which is up before its service is ready.
        patience_seconds: Longest wait for the connection and the answer.

    Returns:
        "SERVING" or "NOT_SERVING"; the gRPC status and its message where the server gave no such answer.
    """
    # The server is on the same machine: a proxy of the environment must not be asked.
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=patience_seconds)
        except grpc.RpcError as error:
            return f"{error.code().name}: {error.details()}"
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))


if __name__ == "__main__":
    main()
