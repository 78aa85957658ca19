"""A partner's statement made from the ledger's events alone, and the bank's held against it, to the coin.

The events are all of a chain, in order, by whatever way they came: a replay of an export (`recorded_events`), or the
blocks walked one by one (`walked_chain`). Nothing here is the bank's word.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from bank_api.protocol.shapes.statements import Statement
from wallet_cli.recorded_events import RecordedEvent


@dataclass(frozen=True)
class LedgerLine:
    """Coins that came (or, below 0, went), and how many there are then."""

    time: int
    coins: int
    balance: int
    block_number: int


@dataclass
class RequestCoins:
    """Of the coins behind one request: locked, paid and come back within the stretch, and left at its end."""

    locked: int = 0
    paid: int = 0
    returned: int = 0
    left: int = 0


@dataclass
class CouponCoins:
    """One class of coupons within the stretch, and what is left at its end."""

    price_coins: int
    stock: int
    sold: int = 0
    coins: int = 0
    given: int = 0
    redeemed: int = 0
    left: int = 0
    unused: int = 0


@dataclass(frozen=True)
class LedgerStatement:
    """What the ledger says of one account from `since` (included) to `until` (not), unix seconds."""

    account: str
    since: int
    until: int
    opening: int
    closing: int
    lines: tuple[LedgerLine, ...]
    requests: dict[str, RequestCoins]
    coupons: dict[str, CouponCoins]
    coins_now: int
    """At the end of all events."""
    locked_now: int
    """And behind the account's requests then."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Difference:
    """A figure that the bank tells otherwise than the ledger."""

    what: str
    of: str
    bank: int
    ledger: int


def ledger_statement(events: Iterable[RecordedEvent], account: str, since: int, until: int) -> LedgerStatement:
    """All of a chain's events in, one statement out."""
    reader = _Reader(account, since, until)
    for event in events:
        reader.take(event)
    return reader.made()


def differences(told: Statement, found: LedgerStatement) -> Iterator[Difference]:
    """Every figure in coins or counts of the bank's statement that the ledger has otherwise."""
    yield from _unequal(found.account, told, found, ("opening", "closing"))
    yield from _of_lines(told, found)
    requests = {one.request_id: one for one in told.requests}
    for request_id, one in found.requests.items():
        if one.locked or one.paid or one.returned or request_id in requests:
            yield from _unequal(request_id, requests.pop(request_id, None), one, ("locked", "paid", "returned", "left"))
    for request_id, other in requests.items():
        yield from _unequal(request_id, other, RequestCoins(), ("locked", "paid", "returned", "left"))
    coupons = {one.class_id: one for one in told.coupons}
    names = ("price_coins", "stock", "sold", "coins", "given", "redeemed", "left", "unused")
    for class_id, known in found.coupons.items():
        yield from _unequal(class_id, coupons.pop(class_id, None), known, names)
    for class_id, stray in coupons.items():
        yield from _unequal(class_id, stray, CouponCoins(0, 0), names)


def _of_lines(told: Statement, found: LedgerStatement) -> Iterator[Difference]:
    for ours, line in zip(told.lines, found.lines, strict=False):
        if (ours.time, ours.block_number) != (line.time, line.block_number):
            yield Difference("block_number", found.account, ours.block_number, line.block_number)
            return
        yield from _unequal(str(line.block_number), ours, line, ("coins", "balance"))
    if len(told.lines) != len(found.lines):
        yield Difference("lines", found.account, len(told.lines), len(found.lines))


def _unequal(of: str, bank: Any, ledger: Any, names: Iterable[str]) -> Iterator[Difference]:
    for name in names:
        said, recorded = (0 if bank is None else getattr(bank, name)), getattr(ledger, name)
        if said != recorded:
            yield Difference(name, of, said, recorded)


@dataclass
class _Reader:
    """What an event means may depend on a later one: whose release used a consent, which coupons were gifts."""

    account: str
    since: int
    until: int
    moves: list[tuple[int, int, int]] = field(default_factory=list)
    """Time, coins, block."""
    locks: list[tuple[str, int, int]] = field(default_factory=list)
    """Reason, time, coins: below 0 where they came back."""
    requests: set[str] = field(default_factory=set)
    used: defaultdict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """By release: time and coins of each consent that it used."""
    request_of: dict[str, str] = field(default_factory=dict)
    classes: dict[str, CouponCoins] = field(default_factory=dict)
    issues: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    """Class, purchase, time, count, coins."""
    uses: list[tuple[str, int]] = field(default_factory=list)
    gifts: set[str] = field(default_factory=set)

    def take(self, event: RecordedEvent) -> None:
        if event.time is not None and event.name in _READS:
            _READS[event.name](self, event.values, event.time, event.block or 0)

    def made(self) -> LedgerStatement:
        lines, balance, opening, closing = list[LedgerLine](), 0, 0, 0
        for time, coins, block in self.moves:
            balance += coins
            opening, closing = (balance if time < self.since else opening), (balance if time < self.until else closing)
            if coins and self._is_within(time):
                lines.append(LedgerLine(time, coins, balance, block))
        requests = {one: self._of_request(one) for one in sorted(self.requests)}
        for one in self.classes:
            self._of_class(one)
        return LedgerStatement(
            self.account,
            self.since,
            self.until,
            opening,
            closing,
            tuple(lines),
            requests,
            self.classes,
            coins_now=balance,
            locked_now=sum(self._left(one) for one in self.requests),
        )

    def _is_within(self, time: int) -> bool:
        return self.since <= time < self.until

    def _of_request(self, request_id: str) -> RequestCoins:
        within = [coins for time, coins in self._locked(request_id) if self._is_within(time)]
        return RequestCoins(
            locked=sum(coins for coins in within if coins > 0),
            paid=sum(coins for time, coins in self._paid(request_id) if self._is_within(time)),
            returned=-sum(coins for coins in within if coins < 0),
            left=self._left(request_id, self.until),
        )

    def _left(self, request_id: str, until: float = math.inf) -> int:
        locked = sum(coins for time, coins in self._locked(request_id) if time < until)
        return locked - sum(coins for time, coins in self._paid(request_id) if time < until)

    def _locked(self, request_id: str) -> Iterator[tuple[int, int]]:
        """Time and coins, below 0 where they came back."""
        return ((time, coins) for reason, time, coins in self.locks if reason == request_id)

    def _paid(self, request_id: str) -> Iterator[tuple[int, int]]:
        """Time and coins of each consent that a release for the request used."""
        for release_id, uses in self.used.items():
            if self.request_of.get(release_id) == request_id:
                yield from uses

    def _of_class(self, class_id: str) -> None:
        made = self.classes[class_id]
        made.left = made.stock
        for of, purchase, time, count, coins in self.issues:
            if of == class_id and time < self.until:
                made.left, made.unused = made.left - count, made.unused + count
                if self._is_within(time):
                    is_gift = purchase in self.gifts
                    made.given, made.sold = made.given + is_gift * count, made.sold + (not is_gift) * count
                    made.coins += coins
        used = [time for of, time in self.uses if of == class_id and time < self.until]
        made.unused -= len(used)
        made.redeemed = sum(map(self._is_within, used))

    def _transferred(self, values: dict[str, Any], time: int, block: int) -> None:
        """Every change of a balance has one, coins that come into being or end too. To oneself nothing changes."""
        coins = values["value"] * ((values["receiver"] == self.account) - (values["sender"] == self.account))
        if coins:
            self.moves.append((time, coins, block))

    def _moved(self, values: dict[str, Any], time: int, block: int) -> None:
        """Says of a change for what it was."""
        coins = values["amount"] * ((values["sender"] == self.account) - (values["receiver"] == self.account))
        self.locks.append((values["reason"], time, coins))

    def _filed(self, values: dict[str, Any], time: int, block: int) -> None:
        if values["partner"] == self.account:
            self.requests.add(values["request_id"])

    def _used(self, values: dict[str, Any], time: int, block: int) -> None:
        self.used[values["release_id"]].append((time, values["coins"]))

    def _disclosed(self, values: dict[str, Any], time: int, block: int) -> None:
        if values["partner"] == self.account:
            self.request_of[values["release_id"]] = values["request_id"]

    def _class_published(self, values: dict[str, Any], time: int, block: int) -> None:
        if values["issuer"] == self.account:
            self.classes[values["class_id"]] = CouponCoins(values["price"], values["stock"])

    def _issued(self, values: dict[str, Any], time: int, block: int) -> None:
        if values["class_id"] in self.classes:
            self.issues.append((values["class_id"], values["purchase_id"], time, values["count"], values["coins"]))

    def _gift(self, values: dict[str, Any], time: int, block: int) -> None:
        self.gifts.add(values["gift_id"])

    def _redeemed(self, values: dict[str, Any], time: int, block: int) -> None:
        self.uses.append((values["class_id"], time))


_READS: dict[str, Callable[[_Reader, dict[str, Any], int, int], None]] = {
    "Transfer": _Reader._transferred,
    "Moved": _Reader._moved,
    "RequestFiled": _Reader._filed,
    "ConsentUsed": _Reader._used,
    "Disclosed": _Reader._disclosed,
    "CouponClassPublished": _Reader._class_published,
    "CouponIssued": _Reader._issued,
    "GiftGiven": _Reader._gift,
    "CouponRedeemed": _Reader._redeemed,
}
