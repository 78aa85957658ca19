"""The HTTP side: sockets, bodies in any framing, the headers every answer carries. One request at a time is decided."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from pds_adapter.personium_simulator.exchange import Refused, Request, Response
from pds_adapter.personium_simulator.routing import answer
from pds_adapter.personium_simulator.unit import Unit

METHODS: Final = [
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "DELETE",
    "MERGE",
    "PATCH",
    "MKCOL",
    "MOVE",
    "COPY",
    "LOCK",
    "REPORT",
    "PROPFIND",
    "PROPPATCH",
    "ACL",
]
ALLOWED: Final = "OPTIONS, GET, POST, PUT, DELETE, HEAD, MERGE, MKCOL, MOVE, PROPFIND, PROPPATCH, ACL"
CHUNKED_FROM_BYTES: Final = 8192
VERSION: Final = "1.7.1"
"""What core 1.8.0 says of itself."""
Failing = Callable[[Request], bool]


class PersoniumSimulator:
    """A unit on a loopback port. Use it as a context manager, or call `serve` and `close`."""

    def __init__(
        self,
        master_token: str,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        unit_user_issuers: tuple[str, ...] = ("unitadmin",),
        job_seconds: float = 0.2,
        failing: Failing | None = None,
    ) -> None:
        """`unit_user_issuers` names the cells whose accounts are unit users; `job_seconds` is how long an export or
        an import takes; where `failing` says so, the connection breaks instead of an answer."""
        self._server = _Server(port, failing)
        self.unit = Unit(
            f"http://127.0.0.1:{self._server.server_port}", master_token, clock, unit_user_issuers, job_seconds
        )
        self._server.unit = self.unit
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return self.unit.url

    def serve(self) -> None:
        """Answer until closed, in the calling thread."""
        self._server.serve_forever(poll_interval=0.05)

    def __enter__(self) -> PersoniumSimulator:
        self._thread = threading.Thread(target=self.serve, name="personium-simulator", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, failing: Failing | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.unit: Unit
        self.failing = failing

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is nobody's error; anything else is ours and must be seen."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        method = self.command
        if method == "POST" and "x-http-method-override" in headers:
            method = headers["x-http-method-override"]
        request = Request(method, path, query, headers, self._body())
        if self.server.failing is not None and self.server.failing(request):
            self.close_connection = True
            self.connection.close()
            return
        with self.server.unit.turn:
            try:
                response = answer(self.server.unit, request)
            except Refused as refusal:
                response = refusal.response()
        self._send(request, response)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _send(self, request: Request, response: Response) -> None:
        lines = [f"HTTP/1.1 {response.status} {self.responses.get(response.status, ('',))[0]}"]
        headers = list(response.headers)
        if not response.by_container:
            headers.append(("X-Personium-Version", VERSION))
        if (origin := request.header("Origin")) and not response.by_container:
            headers += _cross_site(request, origin)
        body = response.body
        is_file = ("Accept-Ranges", "bytes") in headers
        chunked = body is not None and len(body) > CHUNKED_FROM_BYTES and not is_file and self.command != "HEAD"
        if chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif body is not None:
            headers.append(("Content-Length", str(len(body))))
        lines += [f"{name}: {value}" for name, value in headers]
        sent = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        if self.command != "HEAD" and body is not None:
            sent += b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
        self.wfile.write(sent)

    def log_message(self, format: str, *words: object) -> None:
        """Tests want no access log."""


def _cross_site(request: Request, origin: str) -> list[tuple[str, str]]:
    """Any origin is echoed, with credentials: as the unit does, and why it wants a proxy before it."""
    headers = [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Max-Age", "86400"),
        ("Access-Control-Expose-Headers", "X-Personium-Version"),
    ]
    if request.method == "OPTIONS" and request.header("Access-Control-Request-Method"):
        headers.append(("Access-Control-Allow-Methods", ALLOWED))
        headers.append(("Access-Control-Allow-Headers", request.header("Access-Control-Request-Headers") or ""))
    return headers


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler._answer)
