"""Sums that the contracts keep, kept beside them: coins and coupons of each account, what is locked, left and sold.

Folded from the events that move them, block by block in the index's own transaction, so that a sum and the events that
it is the sum of are always of the same block. `chaincode.invariants` states the same sums for the audit.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from bank_api.index.undoing import Before
from bank_api.protocol.documents.request import release_coins
from bank_api.store import statements
from bank_api.store.moment import Moment
from bank_api.store.tables import IndexedTallyRow
from chaincode import events
from chaincode.ids import NOBODY, to_hex


class Tally(StrEnum):
    """What is summed; and what the sum is of."""

    COINS = "coins"
    """Of an account."""
    COUPONS = "coupons"
    """Of a class, in an account's hands."""
    GRANTED = "granted"
    """Coins that ever came into being."""
    BURNT = "burnt"
    """Coins that were spent for good."""
    LOCKED = "locked"
    """Coins behind a request."""
    BUDGET = "budget"
    """Coins that a survey may still pay."""
    SOLD = "sold"
    """Coupons of a class that were bought or given."""
    ENTRIES = "entries"
    """Of a draw."""
    REFUNDED = "refunded"
    """Entries of a draw whose coins went back."""
    REDEEMED = "redeemed"
    """Coupons of a class that were used, in a shop's hands."""
    CONSENTS = "consents"
    """To a request, that stand in a state: its number is in the account's place."""
    EVENTS = "events"
    """Kept by the index, of a kind: its name is in the subject's place."""
    BOUND = "bound"
    """Coins under a policy, in an account's purse."""


class Place(NamedTuple):
    """Which sum: `subject` is an id (or nothing), `account` whose (or nobody's in particular)."""

    tally: Tally
    subject: str = ""
    account: str = ""


def sums(found: Iterable[events.Event]) -> dict[Place, int]:
    """What some events add to each sum, and take from it."""
    added: dict[Place, int] = {}
    for event in found:
        for place, amount in _changes(event):
            added[place] = added.get(place, 0) + amount
    return {place: amount for place, amount in added.items() if amount}


def apply(moment: Moment, added: Mapping[Place, int], before: Before) -> None:
    """Enter what was added."""
    rows, keys = [], list(map(_key, added))
    found = moment.execute_each(_ONE, keys)
    for key, amount, one in zip(keys, added.values(), found, strict=True):
        known = one.first()
        before.keep("tally", tuple(key.values()), known)
        rows.append(key | {"amount": str(amount if known is None else int(known.amount) + amount)})
    statements.save(moment, IndexedTallyRow, rows)


def tally(moment: Moment, place: Place) -> int:
    """One sum; 0 of what nobody has heard of."""
    row = moment.execute(_ONE, _key(place)).first()
    return 0 if row is None else int(row.amount)


def tallies_of(moment: Moment, which: Tally, subject: str | None = None) -> dict[Place, int]:
    """All sums of a kind; of one subject, or of all."""
    where = {"tally": which.value} | ({} if subject is None else {"subject": subject})
    rows = moment.execute(statements.rows_where(IndexedTallyRow, tuple(where)), where)
    return {Place(which, row.subject, row.account): int(row.amount) for row in rows}


def tallies(moment: Moment, which: Tally, account: str) -> dict[str, int]:
    """All sums of a kind that are an account's (or nobody's in particular), by subject."""
    rows = moment.execute(_ALL, {"tally": which.value, "account": account})
    return {row.subject: int(row.amount) for row in rows}


def _key(place: Place) -> dict[str, str]:
    return {"tally": place.tally.value, "subject": place.subject, "account": place.account}


_ONE = statements.rows_where(IndexedTallyRow, ("tally", "subject", "account"))
_ALL = statements.rows_where(IndexedTallyRow, ("tally", "account"))


def _changes(event: events.Event) -> Iterator[tuple[Place, int]]:
    match event:
        case events.Transfer():
            yield from _coins(event.sender, event.receiver, event.value)
        case events.TransferSingle():
            yield from _coupons(event.owner, event.to, event.id, event.amount)
        case events.TransferBatch():
            for number, amount in zip(event.ids, event.amounts, strict=True):
                yield from _coupons(event.owner, event.to, number, amount)
        case events.RequestFiled():
            coins = release_coins(event.coins_base, event.coins_per_item, event.items) * event.persons_maximum
            yield Place(Tally.LOCKED, to_hex(event.request_id)), coins
        case events.RequestConsumed():
            yield Place(Tally.LOCKED, to_hex(event.request_id)), -event.coins
        case events.RequestClosed():
            yield Place(Tally.LOCKED, to_hex(event.request_id)), -event.unlocked
        case events.SurveyPublished():
            yield Place(Tally.BUDGET, to_hex(event.survey_id)), event.budget_coins
        case events.BudgetAdded():
            yield Place(Tally.BUDGET, to_hex(event.survey_id)), event.coins
        case events.Answered() | events.PartnerRewarded():
            yield Place(Tally.BUDGET, to_hex(event.survey_id)), -event.coins
        case events.CouponRedeemed():
            yield Place(Tally.REDEEMED, to_hex(event.class_id), event.shop), 1
        case events.DrawEntered():
            yield Place(Tally.ENTRIES, to_hex(event.draw_id)), 1
        case events.EntryRefunded():
            yield Place(Tally.REFUNDED, to_hex(event.draw_id)), 1
        case events.Bound():
            yield Place(Tally.BOUND, to_hex(event.policy_id), event.account), event.amount
        case events.BoundSpent():
            yield Place(Tally.BOUND, to_hex(event.policy_id), event.account), -event.amount


def _coins(sender: str, receiver: str, amount: int) -> Iterator[tuple[Place, int]]:
    yield (Place(Tally.GRANTED), amount) if sender == NOBODY else (Place(Tally.COINS, "", sender), -amount)
    yield (Place(Tally.BURNT), amount) if receiver == NOBODY else (Place(Tally.COINS, "", receiver), amount)


def _coupons(owner: str, to: str, number: int, amount: int) -> Iterator[tuple[Place, int]]:
    class_id = to_hex(number.to_bytes(32, "big"))
    yield (Place(Tally.SOLD, class_id), amount) if owner == NOBODY else (Place(Tally.COUPONS, class_id, owner), -amount)
    if to != NOBODY:
        yield Place(Tally.COUPONS, class_id, to), amount
