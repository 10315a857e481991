"""Small web servers on loopback, which stand for the internet's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class QuietHandler(BaseHTTPRequestHandler):
    """Answers with JSON and logs nothing."""

    protocol_version = "HTTP/1.1"

    def reply(self, status: int, body: str, sent: int | None = None) -> None:
        """Answers; only the first bytes where `sent` says so, and then hangs up."""
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:sent])
        self.close_connection = sent is not None

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def web_server(handler: type[QuietHandler]) -> Iterator[str]:
    """Runs a server and answers its address, host:port."""
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
