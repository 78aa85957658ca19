"""Who takes what the bank sends: a real mail server (aiosmtpd) and a real web server, each in a thread of its own."""

import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """Takes mail, or answers otherwise as long as it is told to."""

    answer: str = "250 taken"
    recipient_answer: str = "250 known"
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.recipient_answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            self.messages.append(message_from_bytes(envelope.content, policy=default))
            self.recipients.append(envelope.rcpt_tos[0])
            self.was_encrypted.append(session.ssl is not None)
        return self.answer

    def serve(self, **options: Any) -> Controller:
        """On a free port of this machine; `options` are the library's."""
        controller = _OnAFreePort(self, hostname="127.0.0.1", port=0, **options)
        controller.start()
        return controller


class _OnAFreePort(Controller):
    """The library greets its own server once it listens, and would do so at port 0."""

    def _trigger_server(self) -> None:
        self.port = port_of(self)
        super()._trigger_server()


def port_of(controller: Controller) -> int:
    return int(controller.server.sockets[0].getsockname()[1])


class Receiver(ThreadingHTTPServer):
    """Remembers what was posted, and answers as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"
        self.status = 204
        self.taken: list[tuple[dict[str, str], bytes]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        server.taken.append((dict(self.headers), body))
        self.send_response(server.status)
        if 300 <= server.status < 400:
            self.send_header("Location", server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        pass
