"""The face of `draw`: prize draws whose winners nobody can choose."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import IntEnum
from typing import Any

from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak

from chaincode import acts
from chaincode.bindings.face import BATCH_MAXIMUM, Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.events import DrawOpened, EntryRefunded, NonceShown, SecretShown, Sign
from chaincode.transactor import Transactor


class DrawState(IntEnum):
    UNKNOWN = 0
    OPEN = 1
    DRAWN = 2


class EntryState(IntEnum):
    UNKNOWN = 0
    ENTERED = 1
    COUNTED = 2
    WON = 3
    REFUNDED = 4


@dataclass(frozen=True)
class DrawTerms:
    """What the operator opens; `commitment` is `commit(draw_id, secret)`."""

    draw_id: bytes
    title_hash: bytes
    prize_hash: bytes
    commitment: bytes
    price: int
    prizes: int
    entries_maximum: int
    opens_at: int
    closes_at: int
    nonces_until: int
    reveal_until: int


@dataclass(frozen=True)
class DrawRecord:
    """A draw as the contract holds it."""

    state: DrawState
    price: int
    prizes: int
    entries_maximum: int
    entries: int
    counted: int
    opens_at: int
    closes_at: int
    nonces_until: int
    reveal_until: int
    commitment: bytes


@dataclass(frozen=True)
class EntryRecord:
    """An entry as the contract holds it."""

    member: str
    draw_id: bytes
    state: EntryState
    nonce_hash: bytes


def commit(item: bytes, secret: bytes) -> bytes:
    """Return the commitment to a draw's secret or to an entry's nonce."""
    return keccak(abi_encode(["bytes32", "bytes32"], [item, secret]))


class Draw(Face):
    NAME = "draw"

    def open_draw(self, transactor: Transactor, terms: DrawTerms) -> Outcome:
        """Operator: open a draw, committed to a secret."""
        return self._single(transactor, "open_draw", (astuple(terms),), terms.draw_id, Sign(DrawOpened))

    enter_batch = relayed(acts.ENTRY)
    enter = direct(acts.ENTRY)

    def show_nonces(
        self, transactor: Transactor, draw_id: bytes, nonces: Sequence[tuple[bytes, bytes]]
    ) -> list[Outcome]:
        """Anybody: show (entry id, nonce); an entry whose nonce is not shown cannot win."""
        ids = [entry_id for entry_id, _ in nonces]
        return self._of_a_draw(transactor, "show_nonces", draw_id, list(nonces), ids, Sign(NonceShown))

    def show_secret(self, transactor: Transactor, draw_id: bytes, secret: bytes) -> Outcome:
        """Anybody who knows it: show the secret and draw the winners."""
        return self._single(transactor, "show_secret", (draw_id, secret), draw_id, Sign(SecretShown), "already drawn")

    def refund(self, transactor: Transactor, draw_id: bytes, entry_ids: Sequence[bytes]) -> list[Outcome]:
        """Anybody: bring coins back when the secret was not shown in time."""
        ids = list(entry_ids)
        return self._of_a_draw(transactor, "refund", draw_id, ids, ids, Sign(EntryRefunded))

    def draw_of(self, draw_id: bytes) -> DrawRecord | None:
        """Return a draw, or None if it was never opened."""
        state, *rest = self.read("drawOf", draw_id)
        return DrawRecord(DrawState(state), *rest) if state else None

    def entry_of(self, entry_id: bytes) -> EntryRecord | None:
        """Return an entry, or None if nobody entered under that id."""
        member, draw_id, state, nonce_hash = self.read("entryOf", entry_id)
        return EntryRecord(member, draw_id, EntryState(state), nonce_hash) if state else None

    def _of_a_draw(
        self,
        transactor: Transactor,
        function: str,
        draw_id: bytes,
        rows: Sequence[Any],
        ids: Sequence[bytes],
        taken: Sign,
    ) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for start in range(0, len(rows), BATCH_MAXIMUM):
            part = slice(start, start + BATCH_MAXIMUM)
            data = self._abi.function(function, 2).encode((draw_id, rows[part]))
            receipt = transactor.send(self.address, data, rehearse=True)
            outcomes += self._align(list(ids[part]), receipt, taken)
        return outcomes
