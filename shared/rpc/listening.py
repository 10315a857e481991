"""Opens a listening socket, to find out why a server cannot listen on an address."""

import socket


def listen(address: str) -> socket.socket:
    """Opens a socket that listens on an address, as gRPC would.

    Args:
        address: Address to listen on, host:port.

    Raises:
        OSError: Nobody can listen on the address; `strerror` has the reason.
    """
    host, _, port = address.rpartition(":")
    # On a machine without IPv6, gRPC listens on every interface of IPv4 instead.
    host = "0.0.0.0" if host == "[::]" else host.strip("[]")  # noqa: S104 -- the address asks for every interface
    found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    family, kind, protocol, _, where = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        # Connections that a server has just closed must not make the address count as taken.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening
