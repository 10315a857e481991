"""A proxy before a database server that cuts its first connection, as a restart of the server or a firewall would."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from sqlalchemy.engine import URL

#: Bytes that are forwarded at a time.
_BLOCK = 4096


class CuttingProxy:
    """Forwards connections to a server, and cuts the first one after some bytes of the server's answers.

    Args:
        url: URL of the database, with a port.
        after_bytes: Bytes of answers that the first connection forwards.
    """

    def __init__(self, url: URL, after_bytes: int) -> None:
        self.connections = 0
        self._server = (url.host, url.port)
        self._after_bytes = after_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = url.set(port=self._listener.getsockname()[1]).render_as_string(hide_password=False)

    def accept(self) -> None:
        """Accepts connections until the proxy is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(self._server)
            allowed = self._after_bytes if self.connections == 1 else None
            for source, target, most in ((client, server, None), (server, client, allowed)):
                threading.Thread(target=_forward, args=(source, target, most), daemon=True).start()

    def close(self) -> None:
        """Accepts no more connections."""
        # Closing alone does not wake the thread that accepts.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextlib.contextmanager
def cutting_proxy(url: URL, after_bytes: int) -> Iterator[CuttingProxy]:
    """Runs a proxy; see `CuttingProxy`."""
    proxy = CuttingProxy(url, after_bytes)
    accepting = threading.Thread(target=proxy.accept)
    accepting.start()
    try:
        yield proxy
    finally:
        proxy.close()
        accepting.join()


def _forward(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Forwards one direction of a connection until either side ends, or until the most bytes have passed."""
    passed = 0
    with contextlib.suppress(OSError):
        while (most is None or passed < most) and (data := source.recv(_BLOCK)):
            target.sendall(data)
            passed += len(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
