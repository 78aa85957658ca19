"""A server between the wallets and an honest bank, which passes on, changes or drops as it is told."""

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from typer.testing import CliRunner

from scripts.stage.cast import PASSPHRASE, Company
from wallet_cli.cli import app

EVIDENCE, REFUSED = 5, 1
PUPPET = "0x" + "66" * 20


class Liar(ThreadingHTTPServer):
    """Passes everything on; changes what comes back, where the lie wants it, and remembers what was written."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.bank = ""
        self.lie = self.dropped = None
        self.before: dict[str, object] = {}
        """Answers of before, by their paths: the ledger and all that the bank knows as they were then."""
        self.written: list[str] = []
        self.put: list[str] = []
        self.line = httpx.Client(timeout=60)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def drops(self, method, path):
        """Whether this act is answered with a receipt and goes no further."""
        return method == "POST" and self.dropped is not None and re.fullmatch(self.dropped, path) is not None

    def newest(self):
        question = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
        return int(self.line.post(self.bank + "/v1/ledger", json=question).json()["result"], 16)

    def lies(self, method, path, document):
        if method == "GET" and path in self.before:
            return self.before[path]
        if self.lie is None or not re.fullmatch(self.lie.path, path.partition("?")[0]):
            return document
        changed = json.loads(json.dumps(document))
        replaced = self.lie.change(changed)
        return changed if replaced is None else replaced


def done(body, block):
    """The receipt of whatever was sent, as an honest bank would give it."""
    message = next((one["message"] for one in body.values() if isinstance(one, dict) and "message" in one), {})
    beside = {"account": message.get("account", PUPPET), "coins": 1}
    return {
        "id": next(iter(message.values()), "0x" + "7" * 64),
        "block_number": block,
        "transaction_hash": "0x" + "7" * 64,
    } | beside


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: self.headers[name] for name in self.headers if name.lower() not in ("host", "accept-encoding")}
        liar = self.server
        if self.command == "POST" and not self.path.startswith(("/v1/session", "/v1/ledger")):
            liar.written.append(self.path)
        if self.command == "PUT":
            liar.put.append(self.path)
        if liar.drops(self.command, self.path):
            return self.answer(201, "application/json", json.dumps(done(json.loads(body), liar.newest())).encode())
        answer = liar.line.request(self.command, liar.bank + self.path, content=body, headers=kept)
        content = answer.content
        if answer.status_code < 300 and "json" in answer.headers.get("content-type", ""):
            content = json.dumps(liar.lies(self.command, self.path, answer.json())).encode()
        return self.answer(answer.status_code, answer.headers.get("content-type", "application/json"), content)

    def answer(self, status, kind, content):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815  the library's names

    def log_message(self, *_):
        pass


@dataclass
class Lie:
    """One lie: in which answers, how, who meets it doing what, and what comes of it."""

    path: str
    change: object
    who: str
    words: tuple
    says: str
    """What the wallet, or the contract behind the honest bank, says."""
    code: int = EVIDENCE
    sends: bool = False
    """Whether the wallet may send something signed, because the contract refuses it."""


@dataclass
class Town:
    """The honest bank and its people behind the liar; `ids` are what the commands need."""

    liar: Liar
    company: Company
    home: Path
    ids: dict[str, str] = field(default_factory=dict)

    def run(self, who, *words, **more):
        environment = more | {
            "AZUKARI_HOME": str(self.home), "AZUKARI_BANK": self.liar.url, "AZUKARI_WALLET": who,
            "AZUKARI_PASSPHRASE": PASSPHRASE, "AZUKARI_LANGUAGE": "en", "AZUKARI_INVITATION": "",
        }  # fmt: skip
        return CliRunner().invoke(app, [str(word) for word in words], env=environment)
