"""Runs small web servers on the loopback, in place of services on the internet."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class QuietHandler(BaseHTTPRequestHandler):
    """Base of the handlers of a test: answers with JSON and logs nothing."""

    protocol_version = "HTTP/1.1"

    def reply(self, status: int, body: str, sent: int | None = None) -> None:
        """Answers a request.

        Args:
            status: HTTP status.
            body: JSON text.
            sent: Number of bytes after which the connection is cut; None sends everything.
        """
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:sent])
        self.close_connection = sent is not None

    def log_message(self, *_: object) -> None:
        """Logs nothing."""


@contextmanager
def web_server(handler: type[QuietHandler]) -> Iterator[str]:
    """Runs a server inside the context, whose value is the address of the server, host:port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
