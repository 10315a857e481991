"""`python -m shared.rpc.healthcheck ADDRESS [SERVICE]` asks a server for its health; containers run it.

The exit status is 0 when the answer is SERVING, else 1 with a line on standard error that tells why.
"""

import argparse
import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

#: Seconds that a check takes at most.
_PATIENCE = 5.0


def main() -> None:
    """Asks the server that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m shared.rpc.healthcheck", description="Ask a server's health.")
    parser.add_argument("address", help="host:port, as the server listens")
    parser.add_argument("service", nargs="?", default="", help="full name; without one: whether the process is up")
    arguments = parser.parse_args()
    health = ask_health(arguments.address, arguments.service)
    if health != "SERVING":
        sys.exit(f"{arguments.service or 'the server'} at {arguments.address}: {health}")


def ask_health(address: str, service: str, patience: float = _PATIENCE) -> str:
    """What a server says of itself over grpc.health.v1.

    Args:
        address: host:port.
        service: full name of a service; "" for the process as a whole, which is up before its service is ready.
        patience: seconds to wait for the connection and the answer.

    Returns:
        "SERVING", "NOT_SERVING", or the gRPC code and message where there was no such answer.
    """
    # A health check stays on its machine, whatever proxy the environment names.
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=patience)
        except grpc.RpcError as error:
            return f"{error.code().name}: {error.details()}"
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))


if __name__ == "__main__":
    main()
