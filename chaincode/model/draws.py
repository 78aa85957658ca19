"""Prize draws: the operator commits to a secret, entrants to nonces, so nobody can choose (contract `draw`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from eth_hash.auto import keccak

from chaincode.calldata import to_calldata
from chaincode.events import (
    DrawEntered,
    DrawOpened,
    DrawWon,
    EntryRefunded,
    Event,
    NonceShown,
    Refused,
    Repeated,
    SecretShown,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.coins import Coin
from chaincode.model.ground import MEMBER, OPERATOR, Digests, Emit, Refusal, Said, require
from chaincode.model.members import MemberBook, check_signed
from chaincode.typed_data import Entry

NAME = "draw"
PRIZES_MAXIMUM = 16
ENTRIES_MAXIMUM = 2048
ENTERED, COUNTED, WON, REFUNDED = 1, 2, 3, 4


@dataclass(frozen=True)
class DrawRecord:
    """A draw and its entries, in the order they came."""

    terms: DrawOpened
    entries: tuple[bytes, ...] = ()
    is_drawn: bool = False


@dataclass(frozen=True)
class EntryRecord:
    """An entry and its state."""

    terms: DrawEntered
    state: int = ENTERED
    nonce: bytes = EMPTY_ID


class DrawBook:
    """Draws and entries, from events alone."""

    def __init__(self) -> None:
        self.draws: dict[bytes, DrawRecord] = {}
        self.entries: dict[bytes, EntryRecord] = {}

    def apply(self, event: Event) -> None:
        match event:
            case DrawOpened():
                self.draws[event.draw_id] = DrawRecord(event)
            case DrawEntered():
                record = self.draws[event.draw_id]
                self.draws[event.draw_id] = replace(record, entries=(*record.entries, event.entry_id))
                self.entries[event.entry_id] = EntryRecord(event)
            case NonceShown():
                self._entry(event.entry_id, state=COUNTED, nonce=event.nonce)
            case SecretShown():
                self.draws[event.draw_id] = replace(self.draws[event.draw_id], is_drawn=True)
            case DrawWon():
                self._entry(event.entry_id, state=WON)
            case EntryRefunded():
                self._entry(event.entry_id, state=REFUNDED)

    def counted(self, draw_id: bytes) -> list[bytes]:
        """Return the entries whose nonces were shown, in the order they came."""
        entries = self.draws[draw_id].entries
        return [one for one in entries if self.entries[one].state in (COUNTED, WON)]

    def seed(self, draw_id: bytes, secret: bytes) -> bytes:
        """Return what picks the winners: the secret and every nonce shown, in whatever order."""
        mix = 0
        for entry_id in self.counted(draw_id):
            mix ^= int.from_bytes(keccak(entry_id + self.entries[entry_id].nonce + draw_id), "big")
        return keccak(secret + mix.to_bytes(32, "big"))

    def winners(self, draw_id: bytes, seed: bytes) -> list[bytes]:
        """Return the entries that win, in the order of places."""
        record, left, won = self.draws[draw_id], self.counted(draw_id), []
        for place in range(min(record.terms.prizes, len(left))):
            start = int.from_bytes(keccak(seed + place.to_bytes(32, "big")), "big") % len(record.entries)
            around = record.entries[start:] + record.entries[:start]
            winner = next(one for one in around if one in left)
            left.remove(winner)
            won.append(winner)
        return won

    def pot(self) -> int:
        """Return the coins that draws still hold."""
        open_entries = (
            entry
            for record in self.draws.values()
            if not record.is_drawn
            for entry in (self.entries[one] for one in record.entries)
            if entry.state != REFUNDED
        )
        return sum(entry.terms.coins for entry in open_entries)

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
        require(terms.commitment != EMPTY_ID, NAME, "no commitment")
        require(1 <= terms.prizes <= PRIZES_MAXIMUM, NAME, "prizes out of range")
        require(terms.prizes <= terms.entries_maximum <= ENTRIES_MAXIMUM, NAME, "entries out of range")
        in_order = terms.opens_at <= terms.closes_at < terms.nonces_until < terms.reveal_until
        require(now <= terms.closes_at and in_order, NAME, "window is empty")
        self._digests.take(NAME, terms.draw_id, ("draw", terms))
        self._emit(terms)

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
        require(entry.coins == terms.price, NAME, "wrong price")
        require(len(record.entries) < terms.entries_maximum, NAME, "full")
        if terms.price:
            paid = self._coin.move(entry.member, self._pot, terms.price, entry.entry_id)
            require(paid, NAME, "not enough coins")
        self._digests.take(NAME, entry.entry_id, content)
        self._emit(DrawEntered(entry.entry_id, entry.draw_id, entry.member, entry.nonce_hash, entry.coins))

    def enter_batch(self, now: int, items: Sequence[Said[Entry]]) -> None:
        for item in items:
            try:
                self.enter(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.entry_id, str(refusal), contract=NAME))

    def show_nonces(self, now: int, draw_id: bytes, nonces: Sequence[tuple[bytes, bytes]]) -> None:
        for entry_id, nonce in nonces:
            try:
                self._show_nonce(now, draw_id, entry_id, nonce)
            except Refusal as refusal:
                self._emit(Refused(entry_id, str(refusal), contract=NAME))

    def show_secret(self, now: int, draw_id: bytes, secret: bytes) -> None:
        record = self._open(draw_id)
        require(now > record.terms.nonces_until, NAME, "nonces may still come")
        require(now <= record.terms.reveal_until, NAME, "too late")
        require(keccak(draw_id + secret) == record.terms.commitment, NAME, "another secret")
        require(len(self._book.counted(draw_id)) > 0, NAME, "nobody to draw from")
        seed = self._book.seed(draw_id, secret)
        winners = self._book.winners(draw_id, seed)
        self._emit(SecretShown(draw_id, secret, seed))
        for place, entry_id in enumerate(winners):
            self._emit(DrawWon(draw_id, entry_id, self._book.entries[entry_id].terms.member, place))
        coins = record.terms.price * len(record.entries)
        if coins:
            self._coin.burn(self._pot, coins, draw_id)

    def refund(self, now: int, draw_id: bytes, entry_ids: Sequence[bytes]) -> None:
        record = self._open(draw_id)
        require(now > record.terms.reveal_until, NAME, "secret may still come")
        for entry_id in entry_ids:
            entry = self._book.entries.get(entry_id)
            if entry is None or entry.terms.draw_id != draw_id:
                self._emit(Refused(entry_id, f"{NAME}: unknown entry", contract=NAME))
            elif entry.state == REFUNDED:
                self._emit(Repeated(entry_id, contract=NAME))
            else:
                if record.terms.price:
                    self._coin.move(self._pot, entry.terms.member, record.terms.price, entry_id)
                self._emit(EntryRefunded(entry_id, draw_id, entry.terms.member, record.terms.price))

    def _is_repeated(self, item: bytes, content: object) -> bool:
        """One space of ids for draws and entries."""
        if self._digests.is_same(NAME, item, content):
            self._emit(Repeated(item, contract=NAME))
            return True
        require(item != EMPTY_ID and not self._digests.is_taken(NAME, item), NAME, "id already used")
        return False

    def _open(self, draw_id: bytes) -> DrawRecord:
        record = self._book.draws.get(draw_id)
        if record is None:
            raise Refusal(NAME, "unknown draw")
        require(not record.is_drawn, NAME, "already drawn")
        return record

    def _show_nonce(self, now: int, draw_id: bytes, entry_id: bytes, nonce: bytes) -> None:
        record, entry = self._book.draws.get(draw_id), self._book.entries.get(entry_id)
        if record is None:
            raise Refusal(NAME, "unknown draw")
        if entry is None or entry.terms.draw_id != draw_id:
            raise Refusal(NAME, "unknown entry")
        require(keccak(entry_id + nonce) == entry.terms.nonce_hash, NAME, "another nonce")
        if entry.state != ENTERED:
            self._emit(Repeated(entry_id, contract=NAME))
            return
        require(now > record.terms.closes_at, NAME, "entries may still come")
        require(now <= record.terms.nonces_until, NAME, "too late")
        self._emit(NonceShown(entry_id, draw_id, nonce))
