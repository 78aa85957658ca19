"""Prize draws: drawers hold a secret in parts, bound before anybody enters, so nobody can choose (contract `draw`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from eth_hash.auto import keccak

from chaincode.calldata import to_calldata
from chaincode.events import (
    DrawEntered,
    DrawerBound,
    Drawn,
    DrawOpened,
    DrawWon,
    EntryRefunded,
    Event,
    PartsShown,
    Refused,
    Repeated,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.authority import check_signed
from chaincode.model.coins import Coin
from chaincode.model.ground import BOARD, MEMBER, OPERATOR, Digests, Emit, Refusal, Said, is_repeated, require
from chaincode.model.membership.roster import MemberBook
from chaincode.typed_data import DrawBinding, Entry

NAME = "draw"
PRIZES_MAXIMUM = 16
ENTRIES_MAXIMUM = 2048
DRAWERS_MINIMUM, DRAWERS_MAXIMUM = 3, 8
FORMING, OPEN, DRAWN = 1, 2, 3


def part_number(one: int, other: int) -> int:
    """Return the number of the part that the drawers at two places share."""
    return DRAWERS_MAXIMUM * min(one, other) + max(one, other)


@dataclass(frozen=True)
class DrawRecord:
    """A draw: its entries in the order they came, who is bound to which parts, and which parts are shown."""

    terms: DrawOpened
    entries: tuple[bytes, ...] = ()
    bound: frozenset[str] = frozenset()
    is_drawn: bool = False

    @property
    def parts(self) -> list[int]:
        return [part_number(*pair) for pair in combinations(range(len(self.terms.drawers)), 2)]

    @property
    def state(self) -> int:
        if self.is_drawn:
            return DRAWN
        return OPEN if len(self.bound) == len(self.terms.drawers) else FORMING


@dataclass(frozen=True)
class EntryRecord:
    """An entry, and what became of it."""

    terms: DrawEntered
    has_won: bool = False
    is_refunded: bool = False

    @property
    def state(self) -> int:
        """Bits: 1 entered, 2 won, 4 refunded."""
        return 1 | self.has_won << 1 | self.is_refunded << 2


class DrawBook:
    """Draws and entries, from events alone."""

    def __init__(self) -> None:
        self.draws: dict[bytes, DrawRecord] = {}
        self.entries: dict[bytes, EntryRecord] = {}
        self.bindings: dict[bytes, DrawerBound] = {}
        self.commitments: dict[tuple[bytes, int], bytes] = {}
        """By draw and part."""
        self.shown: dict[tuple[bytes, int], bytes] = {}
        """The secrets by draw and part."""

    def apply(self, event: Event) -> None:
        match event:
            case DrawOpened():
                self.draws[event.draw_id] = DrawRecord(event)
            case DrawerBound():
                self._bind(event)
            case DrawEntered():
                record = self.draws[event.draw_id]
                self.draws[event.draw_id] = replace(record, entries=(*record.entries, event.entry_id))
                self.entries[event.entry_id] = EntryRecord(event)
            case PartsShown():
                for part, secret in zip(event.parts, event.secrets, strict=True):
                    self.shown[event.draw_id, part] = secret
            case Drawn():
                self.draws[event.draw_id] = replace(self.draws[event.draw_id], is_drawn=True)
            case DrawWon():
                self._entry(event.entry_id, has_won=True)
            case EntryRefunded():
                self._entry(event.entry_id, is_refunded=True)

    def is_complete(self, draw_id: bytes) -> bool:
        """Tell whether every part is shown."""
        return all((draw_id, part) in self.shown for part in self.draws[draw_id].parts)

    def mix(self, draw_id: bytes) -> int:
        """Return what the parts shown so far come to, in whatever order."""
        mix = 0
        for part in self.draws[draw_id].parts:
            if (draw_id, part) in self.shown:
                mix ^= int.from_bytes(keccak(part.to_bytes(32, "big") + self.shown[draw_id, part]), "big")
        return mix

    def entropy(self, draw_id: bytes) -> bytes:
        """Return what the entries come to, in the order they came."""
        entropy = EMPTY_ID
        for entry_id in self.draws[draw_id].entries:
            entropy = keccak(entropy + entry_id + self.entries[entry_id].terms.nonce)
        return entropy

    def seed(self, draw_id: bytes) -> bytes:
        """Return what picks the winners."""
        return keccak(draw_id + self.mix(draw_id).to_bytes(32, "big") + self.entropy(draw_id))

    def winners(self, draw_id: bytes, seed: bytes) -> list[bytes]:
        """Return the entries that win, in the order of places."""
        record, won = self.draws[draw_id], list[bytes]()
        for place in range(min(record.terms.prizes, len(record.entries))):
            start = int.from_bytes(keccak(seed + place.to_bytes(32, "big")), "big") % len(record.entries)
            around = record.entries[start:] + record.entries[:start]
            won.append(next(one for one in around if one not in won))
        return won

    def held(self, draw_id: bytes) -> int:
        """Return the coins that a draw's entries have in it, were it drawn now."""
        record = self.draws[draw_id]
        return record.terms.price * sum(not self.entries[one].is_refunded for one in record.entries)

    def pot(self) -> int:
        """Return the coins that draws still hold."""
        return sum(self.held(draw_id) for draw_id, record in self.draws.items() if not record.is_drawn)

    def _bind(self, event: DrawerBound) -> None:
        record = self.draws[event.draw_id]
        self.bindings[event.binding_id] = event
        self.draws[event.draw_id] = replace(record, bound=record.bound | {event.drawer})
        place = record.terms.drawers.index(event.drawer)
        for other, commitment in enumerate(event.commitments):
            if other != place:
                self.commitments[event.draw_id, part_number(place, other)] = commitment

    def _entry(self, entry_id: bytes, **changes: Any) -> None:
        self.entries[entry_id] = replace(self.entries[entry_id], **changes)


class Draw:
    """The rules of `draw`; `pot` is the account that holds the entries' coins: the contract's own."""

    def __init__(self, book: DrawBook, members: MemberBook, coin: Coin, pot: str, digests: Digests, emit: Emit) -> None:
        self._book, self._members, self._coin, self._pot = book, members, coin, pot
        self._digests, self._emit = digests, emit

    def open_draw(self, sender: str, now: int, terms: DrawOpened) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        if self._is_repeated(terms.draw_id, ("draw", terms)):
            return
        require(1 <= terms.prizes <= PRIZES_MAXIMUM, NAME, "prizes out of range")
        require(terms.prizes <= terms.entries_maximum <= ENTRIES_MAXIMUM, NAME, "entries out of range")
        in_order = terms.opens_at <= terms.closes_at < terms.refunds_from
        require(now <= terms.closes_at and in_order, NAME, "window is empty")
        require(len(terms.drawers) >= DRAWERS_MINIMUM, NAME, "drawers too few")
        for before, drawer in zip(("0x0", *terms.drawers), terms.drawers, strict=False):
            require(int(before, 16) < int(drawer, 16), NAME, "drawers not ascending")
            require(self._members.roles_of(drawer) & BOARD != 0, NAME, "drawer is not of the board")
        self._digests.take(NAME, terms.draw_id, ("draw", terms))
        self._emit(terms)

    def bind(self, binding: DrawBinding, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = ("binding", to_calldata(binding))
        if self._is_repeated(binding.binding_id, content):
            return
        record = self._book.draws.get(binding.draw_id)
        if record is None:
            raise Refusal(NAME, "unknown draw")
        require(now <= binding.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._members.refusal(key, binding.drawer, BOARD):
            raise refusal
        require(binding.drawer in record.terms.drawers, NAME, "not a drawer")
        require(binding.drawer not in record.bound, NAME, "already bound")
        require(now <= record.terms.closes_at, NAME, "closed")
        self._check_commitments(record, binding)
        self._digests.take(NAME, binding.binding_id, content)
        self._emit(DrawerBound(binding.binding_id, binding.draw_id, binding.drawer, binding.commitments))

    def bind_batch(self, now: int, items: Sequence[Said[DrawBinding]]) -> None:
        for item in items:
            try:
                self.bind(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.binding_id, str(refusal), contract=NAME))

    def enter(self, entry: Entry, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = ("entry", to_calldata(entry))
        if self._is_repeated(entry.entry_id, content):
            return
        record = self._book.draws.get(entry.draw_id)
        if record is None:
            raise Refusal(NAME, "unknown draw")
        check_signed(self._members, NAME, key, entry.member, MEMBER, entry.deadline, now)
        terms = record.terms
        require(now >= terms.opens_at, NAME, "not open yet")
        require(now <= terms.closes_at, NAME, "closed")
        require(record.state != FORMING, NAME, "drawers missing")
        require(entry.coins == terms.price, NAME, "wrong price")
        require(len(record.entries) < terms.entries_maximum, NAME, "full")
        if terms.price:
            paid = self._coin.move(entry.member, self._pot, terms.price, entry.entry_id)
            require(paid, NAME, "not enough coins")
        self._digests.take(NAME, entry.entry_id, content)
        self._emit(DrawEntered(entry.entry_id, entry.draw_id, entry.member, entry.nonce, entry.coins))

    def enter_batch(self, now: int, items: Sequence[Said[Entry]]) -> None:
        for item in items:
            try:
                self.enter(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.entry_id, str(refusal), contract=NAME))

    def show_parts(self, now: int, draw_id: bytes, parts: Sequence[int], secrets: Sequence[bytes]) -> None:
        record = self._known(draw_id)
        require(record.state != FORMING, NAME, "drawers missing")
        require(not record.is_drawn, NAME, "already drawn")
        require(now > record.terms.closes_at, NAME, "entries may still come")
        require(len(parts) == len(secrets), NAME, "parts and secrets differ in number")
        new: dict[int, bytes] = {}
        for part, secret in zip(parts, secrets, strict=True):
            require((draw_id, part) in self._book.commitments, NAME, "unknown part")
            is_right = keccak(draw_id + secret) == self._book.commitments[draw_id, part]
            require(is_right, NAME, "another secret")
            if (draw_id, part) not in self._book.shown:
                new[part] = secret
        if not new:
            self._emit(Repeated(draw_id, contract=NAME))
            return
        self._emit(PartsShown(draw_id, tuple(new), tuple(new.values())))
        if self._book.is_complete(draw_id):
            self._draw(draw_id)

    def refund(self, now: int, draw_id: bytes, entry_ids: Sequence[bytes]) -> None:
        record = self._known(draw_id)
        require(not record.is_drawn, NAME, "already drawn")
        require(now > record.terms.refunds_from, NAME, "parts may still come")
        for entry_id in entry_ids:
            entry = self._book.entries.get(entry_id)
            if entry is None or entry.terms.draw_id != draw_id:
                self._emit(Refused(entry_id, f"{NAME}: unknown entry", contract=NAME))
            elif entry.is_refunded:
                self._emit(Repeated(entry_id, contract=NAME))
            else:
                if record.terms.price:
                    self._coin.move(self._pot, entry.terms.member, record.terms.price, entry_id)
                self._emit(EntryRefunded(entry_id, draw_id, entry.terms.member, record.terms.price))

    def _draw(self, draw_id: bytes) -> None:
        coins, seed = self._book.held(draw_id), self._book.seed(draw_id)
        self._emit(Drawn(draw_id, seed))
        for place, entry_id in enumerate(self._book.winners(draw_id, seed)):
            self._emit(DrawWon(draw_id, entry_id, self._book.entries[entry_id].terms.member, place))
        if coins:
            self._coin.burn(self._pot, coins, draw_id)

    def _check_commitments(self, record: DrawRecord, binding: DrawBinding) -> None:
        """One for each other drawer, the same that the other committed to; none for oneself."""
        place = record.terms.drawers.index(binding.drawer)
        require(len(binding.commitments) == len(record.terms.drawers), NAME, "commitments missing")
        for other, commitment in enumerate(binding.commitments):
            require((commitment == EMPTY_ID) == (other == place), NAME, "commitments missing")
            known = self._book.commitments.get((binding.draw_id, part_number(place, other)), commitment)
            require(known == commitment, NAME, "commitments differ")

    def _is_repeated(self, item: bytes, content: object) -> bool:
        """One space of ids for draws, bindings and entries."""
        return is_repeated(self._digests, self._emit, NAME, item, content)

    def _known(self, draw_id: bytes) -> DrawRecord:
        record = self._book.draws.get(draw_id)
        if record is None:
            raise Refusal(NAME, "unknown draw")
        return record
