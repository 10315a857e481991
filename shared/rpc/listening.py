"""Listens on an address as a server would."""

import socket


def listen(address: str) -> socket.socket:
    """A socket that listens.

    Args:
        address: host:port.

    Raises:
        OSError: nobody can listen there; its `strerror` says why.
    """
    host, _, port = address.rpartition(":")
    # gRPC listens on every interface of IPv4 where there is no IPv6.
    host = "0.0.0.0" if host == "[::]" else host.strip("[]")  # noqa: S104 -- as the address says
    found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    family, kind, protocol, _, where = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        # Connections of a server that has just ended are in nobody's way.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening
