"""The face of `draw`: prize draws whose winners nobody can choose."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import IntEnum, IntFlag

from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak

from chaincode import acts
from chaincode.bindings.face import BATCH_MAXIMUM, Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.events import DrawOpened, EntryRefunded, PartsShown, Sign
from chaincode.transactor import Transactor

PARTS_IN_A_ROW = 8


class DrawState(IntEnum):
    UNKNOWN = 0
    FORMING = 1
    OPEN = 2
    DRAWN = 3


class EntryState(IntFlag):
    ENTERED = 1
    WON = 2
    REFUNDED = 4


@dataclass(frozen=True)
class DrawTerms:
    """What the operator opens; the drawers in ascending order of their accounts."""

    draw_id: bytes
    title_hash: bytes
    prize_hash: bytes
    price: int
    prizes: int
    entries_maximum: int
    opens_at: int
    closes_at: int
    refunds_from: int
    drawers: tuple[str, ...]


@dataclass(frozen=True)
class DrawRecord:
    """A draw as the contract holds it."""

    state: DrawState
    price: int
    prizes: int
    entries_maximum: int
    entries: int
    refunded: int
    opens_at: int
    closes_at: int
    refunds_from: int


@dataclass(frozen=True)
class Drawers:
    """How many drawers a draw has, the places of those who are bound, and the numbers of the parts that are shown."""

    count: int
    bound: frozenset[int]
    shown: frozenset[int]


@dataclass(frozen=True)
class EntryRecord:
    """An entry as the contract holds it."""

    member: str
    draw_id: bytes
    state: EntryState
    nonce: bytes


def commit(draw_id: bytes, secret: bytes) -> bytes:
    """Return the commitment to one part of a draw's secret."""
    return keccak(abi_encode(["bytes32", "bytes32"], [draw_id, secret]))


def part_number(one: int, other: int) -> int:
    """Return the number of the part that the drawers at two places share."""
    return PARTS_IN_A_ROW * min(one, other) + max(one, other)


def places_of(part: int) -> tuple[int, int]:
    """Return the places of the two drawers who share a part."""
    return divmod(part, PARTS_IN_A_ROW)


class Draw(Face):
    NAME = "draw"

    def open_draw(self, transactor: Transactor, terms: DrawTerms) -> Outcome:
        """Operator: open a draw and name its drawers."""
        *words, drawers = astuple(terms)
        return self._single(transactor, "open_draw", (tuple(words), list(drawers)), terms.draw_id, Sign(DrawOpened))

    bind_batch = relayed(acts.DRAW_BINDING)
    bind = direct(acts.DRAW_BINDING)
    enter_batch = relayed(acts.ENTRY)
    enter = direct(acts.ENTRY)

    def show_parts(self, transactor: Transactor, draw_id: bytes, secrets: Mapping[int, bytes]) -> Outcome:
        """Anybody who knows them: show secrets by the numbers of their parts; the last part draws the winners."""
        rows = (draw_id, list(secrets), list(secrets.values()))
        return self._single(transactor, "show_parts", rows, draw_id, Sign(PartsShown))

    def refund(self, transactor: Transactor, draw_id: bytes, entry_ids: Sequence[bytes]) -> list[Outcome]:
        """Anybody: bring coins back when parts stayed away for too long."""
        outcomes: list[Outcome] = []
        for start in range(0, len(entry_ids), BATCH_MAXIMUM):
            part = list(entry_ids[start : start + BATCH_MAXIMUM])
            data = self._abi.function("refund", 2).encode((draw_id, part))
            receipt = transactor.send(self.address, data, rehearse=True)
            outcomes += self._align(part, receipt, Sign(EntryRefunded))
        return outcomes

    def draw_of(self, draw_id: bytes) -> DrawRecord | None:
        """Return a draw, or None if it was never opened."""
        state, *rest = self.read("drawOf", draw_id)
        return DrawRecord(DrawState(state), *rest) if state else None

    def entry_of(self, entry_id: bytes) -> EntryRecord | None:
        """Return an entry, or None if nobody entered under that id."""
        member, draw_id, state, nonce = self.read("entryOf", entry_id)
        return EntryRecord(member, draw_id, EntryState(state), nonce) if state else None

    def drawers_of(self, draw_id: bytes) -> Drawers:
        """Return how far a draw's drawers have come."""
        count, bound, shown = self.read("drawersOf", draw_id)
        return Drawers(count, _bits(bound), _bits(shown))


def _bits(mask: int) -> frozenset[int]:
    return frozenset(bit for bit in range(mask.bit_length()) if mask >> bit & 1)
