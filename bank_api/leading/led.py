"""What a process that does not lead has in place of the operator's key: the line to whoever leads.

Nothing is kept on the way (ADR 3). When the leader dies with something of ours under way, a batch is sent again to the
next one while its callers wait: the ids in it make that safe. An order of the operator's that was handed over is not:
its maker is told that nobody knows, and sends it again.
"""

import time
from typing import TYPE_CHECKING, Any

import httpx

from bank_api.leading import wire
from bank_api.store.database import Database
from bank_api.store.tables import LeaderRow
from chaincode.errors import LedgerUnavailableError
from chaincode.node import Node, Receipt
from chaincode.transactor import GAS_MAXIMUM, Transactor

if TYPE_CHECKING:
    from web3 import Web3

LEADER = "leader"
LOOK_SECONDS = 3.0
"""How long a question how far the index is waits for a leader."""
_AGAIN_SECONDS = 0.1
_CONNECT_SECONDS = 2.0


class Line:
    """The way to the leader, whoever that is. Any thread may use it."""

    def __init__(self, database: Database, secret: bytes, timeout_seconds: float) -> None:
        self._database, self._secret, self.timeout_seconds = database, secret, timeout_seconds
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
        timeout = httpx.Timeout(timeout_seconds + 5, connect=_CONNECT_SECONDS)
        self._client = httpx.Client(timeout=timeout, limits=limits, trust_env=False)

    def ask(self, path: str, body: bytes, patience_seconds: float, may_repeat: bool) -> dict[str, Any]:
        """The leader's answer. Raises LedgerUnavailableError where there is none in time, and what the leader says."""
        until = time.monotonic() + patience_seconds
        while True:
            try:
                answer = self._once(path, body)
            except httpx.ConnectError:
                answer = None  # it never got there
            except httpx.TransportError as error:
                if not may_repeat:
                    raise LedgerUnavailableError("the leader died; nobody knows what it still did") from error
                answer = None
            if answer is not None:
                if "refusal" in answer:
                    raise wire.refusal_from_json(answer)
                return answer
            if time.monotonic() >= until:
                raise LedgerUnavailableError(f"no process of the bank leads since {patience_seconds:g} s")
            time.sleep(_AGAIN_SECONDS)

    def close(self) -> None:
        self._client.close()

    def _once(self, path: str, body: bytes) -> dict[str, Any] | None:
        """None where nobody leads yet, or somebody else is at the address."""
        row = self._database.get(LeaderRow, name=LEADER)
        if row is None:
            return None
        seal = wire.seal(self._secret, path, body)
        answer = self._client.post(row.address + path, content=body, headers={wire.SEAL: seal})
        if not wire.is_sealed(self._secret, seal, answer.content, answer.headers.get(wire.SEAL, "")):
            return None
        found: dict[str, Any] = answer.json()
        return found


class LedTransactor(Transactor):
    """Has the leader send; `address` is the operator's key, whose private half is not here."""

    def __init__(self, w3: "Web3", address: str, line: Line) -> None:
        # What a Transactor keeps to send by itself is not made: nothing here signs.
        self.node, self.address, self._line = Node(w3), address, line

    def send(self, to: str | None, data: bytes, gas: int = GAS_MAXIMUM, *, rehearse: bool = False) -> Receipt:
        """As the leader's own transactor: the receipt once it is sealed, or its refusal.

        What is rehearsed is an order of the operator's, and no second one is made of it.
        """
        body = wire.order_to_json(to, data, gas, rehearse)
        answer = self._line.ask(wire.SEND, body, self._line.timeout_seconds, may_repeat=not rehearse)
        return wire.receipt_from_json(answer)

    def vouch(self, payload: bytes, kind: str) -> str:
        """As the leader's own transactor."""
        body = wire.word_to_json(payload, kind)
        return str(self._line.ask(wire.VOUCH, body, self._line.timeout_seconds, may_repeat=True)["signed"])


class Feed:
    """How far the leader has read the chain into the index; called, it waits until nothing is missing."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def __call__(self) -> tuple[int, int]:
        """The block, and the time of the newest block. Raises LedgerUnavailableError."""
        answer = self._line.ask(wire.LOOK, b"", LOOK_SECONDS, may_repeat=True)
        return int(answer["reached"]), int(answer["time"])
