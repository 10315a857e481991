"""Checks the addresses of services before the first call."""

import re

from smartsuschef.client.errors import FieldViolation, refused

#: The largest port of TCP.
_LAST_PORT = 65535

#: Targets of gRPC other than host:port, such as dns:///host:port, where gRPC spreads the calls over all hosts.
_OTHER_TARGET = re.compile(r"(dns|ipv4|ipv6|passthrough|unix|unix-abstract|vsock|xds):\S+")


def is_host_and_port(address: str) -> bool:
    """Returns whether an address is host:port, such as `127.0.0.1:50052` or `[::1]:50052`.

    Args:
        address: The text to check.
    """
    # A slash is refused: gRPC would take http:// for a part of the host's name.
    found = re.fullmatch(r"[^\s/]+:(\d{1,5})", address)
    return found is not None and 1 <= int(found[1]) <= _LAST_PORT


def check_addresses(**addresses: str) -> None:
    """Refuses addresses that no service can have. gRPC itself would try such an address until each call's deadline.

    Args:
        addresses: The addresses, by the name of the argument that holds the address.

    Raises:
        ForecastServiceError: INVALID_ARGUMENT, with one violation for each wrong address.
    """
    violations = [
        FieldViolation(name, f"expected host:port, or another target of gRPC such as dns:///host:port, got {address!r}")
        for name, address in addresses.items()
        if not (is_host_and_port(address) or _OTHER_TARGET.fullmatch(address))
    ]
    if violations:
        raise refused(violations)
