"""The passbook: every line of an account, oldest first, with the running balance.

Each line is a kind (`protocol.kinds.LineKind`) with the facts that belong to it. Coins come from the coin contract's
own events; whose and what for, from the events and documents that their reasons name.
"""

from dataclasses import dataclass
from functools import cached_property, singledispatch
from typing import Any, TypeVar

from bank_api.bank import Bank
from bank_api.index.rows import position_of
from bank_api.protocol.kinds import LineKind, word_of
from bank_api.views.holdings import classes_of
from bank_api.views.kept import class_message
from bank_api.views.named import asked_for_good, coupon_title, title_for_good
from chaincode import events as ledger
from chaincode.bindings import RECORDED, ConsentState, LegalClass
from chaincode.ids import to_hex

Line = dict[str, Any]
_FORMS = {
    LegalClass.ANONYMIZED: "class-anonymized",
    LegalClass.STATISTICAL: "class-statistical",
    LegalClass.PERSONAL: "class-personal",
}
"""What went out, by the words for it (`state-class-…`)."""
E = TypeVar("E", bound=ledger.Event)


def passbook(bank: Bank, account: str) -> dict[str, Any]:
    """Every line of an account with the running balance, and what that comes to: the ledger's balance."""
    book = _open(bank, account)
    lines, balance = list[dict[str, Any]](), 0
    for event in book.events:
        line = _line(event, book)
        if line is None:
            continue
        balance += line.setdefault("coins", 0)
        place = position_of(event)
        where = {
            "time": place.timestamp,
            "block_number": place.block_number,
            "transaction_hash": to_hex(place.transaction_hash),
        }
        lines.append({"number": len(lines) + 1} | where | line | {"balance": balance})
    return {"coins": balance, "entries": lines}


@dataclass(frozen=True)
class _Book:
    """An account's events, and what the ledger says of the ids that they name."""

    bank: Bank
    account: str
    events: list[ledger.Event]
    about: dict[str, list[ledger.Event]]
    """What happened to the things that moved coins or coupons, by their ids."""
    releases: dict[tuple[bytes, bytes], ledger.Disclosed]
    """By transaction and consent: the release that paid for a use."""
    ruled: frozenset[bytes]
    """Consents that the bank gave under a standing rule."""

    @cached_property
    def names(self) -> dict[str, str]:
        """Of organizations; members are nobody's business. Most books name none."""
        return self.bank.directory.names()

    def first(self, subject: bytes, kind: type[E]) -> E | None:
        return next((event for event in self.about.get(to_hex(subject), []) if isinstance(event, kind)), None)

    def other(self, account: str) -> Line:
        """The other side of a movement."""
        return {"counterparty": account, "counterparty_name": self.names.get(account)}


def _open(bank: Bank, account: str) -> _Book:
    mine = bank.index.events_of(account)
    reasons = [event.reason for event in mine if isinstance(event, ledger.Granted | ledger.Burnt | ledger.Moved)]
    gifts = [event.purchase_id for event in mine if isinstance(event, ledger.CouponIssued)]
    uses = [event for event in mine if isinstance(event, ledger.ConsentUsed)]
    disclosed = bank.index.events_about_each((to_hex(use.release_id) for use in uses), ledger.Disclosed)
    return _Book(
        bank=bank,
        account=account,
        events=mine,
        about=bank.index.events_about_each(map(to_hex, (*reasons, *gifts))),
        releases={
            (position_of(use).transaction_hash, use.consent_id): disclosed[to_hex(use.release_id)][0]
            for use in uses
            if to_hex(use.release_id) in disclosed
        },
        ruled=frozenset(event.consent_id for event in mine if isinstance(event, ledger.ConsentByRule)),
    )


# ---- one line an event; an event without a line here has none in the book ----


@singledispatch
def _line(_event: ledger.Event, _book: _Book) -> Line | None:
    """What an event says in the account's book."""
    return None


@_line.register
def _joined(_event: ledger.Joined, _book: _Book) -> Line:
    return {"kind": LineKind.JOINED}


@_line.register
def _key_replaced(_event: ledger.KeyRotated, _book: _Book) -> Line:
    return {"kind": LineKind.KEY_REPLACED}


@_line.register
def _guardians_named(_event: ledger.GuardiansNamed, _book: _Book) -> Line:
    return {"kind": LineKind.GUARDIANS_NAMED}


@_line.register
def _recovery_begun(_event: ledger.RecoveryBegun, _book: _Book) -> Line:
    return {"kind": LineKind.RECOVERY_BEGUN}


@_line.register
def _recovery_vetoed(_event: ledger.RecoveryVetoed, _book: _Book) -> Line:
    return {"kind": LineKind.RECOVERY_VETOED}


@_line.register
def _corrected(event: ledger.Corrected, book: _Book) -> Line:
    return {"kind": LineKind.CORRECTION, "title": title_for_good(book.bank, to_hex(event.survey_id))}


@_line.register
def _escrow_created(event: ledger.EscrowCreated, book: _Book) -> Line:
    row = book.bank.escrows.escrow(to_hex(event.escrow_id))
    return {"kind": LineKind.ESCROW_CREATED, "title": row.title if row else None}


@_line.register
def _consent(event: ledger.ConsentChanged, book: _Book) -> Line:
    state = ConsentState(event.state)
    is_ruled = state in RECORDED and event.consent_id in book.ruled
    kind = LineKind.CONSENT_BY_RULE if is_ruled else LineKind.CONSENT
    line = {"kind": kind, "state": word_of(state)} | _asked(book, event)
    return line | ({"reason": _reason(book, event.notice_hash)} if state is ConsentState.REVOKED else {})


@_line.register
def _granted(event: ledger.Granted, book: _Book) -> Line:
    line: Line = {"kind": LineKind.COINS_BOUGHT, "coins": event.amount}
    if answered := book.first(event.reason, ledger.Answered):
        return line | {"kind": LineKind.ANSWER, "title": title_for_good(book.bank, to_hex(answered.survey_id))}
    if rewarded := book.first(event.reason, ledger.PartnerRewarded):
        changed = book.first(rewarded.consent_id, ledger.ConsentChanged)
        return line | {"kind": LineKind.PARTNER_REWARD} | (_asked(book, changed) if changed else {})
    return line


@_line.register
def _burnt(event: ledger.Burnt, book: _Book) -> Line:
    line: Line = {"kind": LineKind.COINS_SPENT, "coins": -event.amount}
    if issued := book.first(event.reason, ledger.CouponIssued):
        title = coupon_title(book.bank, to_hex(issued.class_id))
        return line | {"kind": LineKind.PURCHASE, "title": title, "count": issued.count}
    return line


@_line.register
def _moved(event: ledger.Moved, book: _Book) -> Line:
    line = _coins(event.sender, event.receiver, event.amount, book)
    received = event.receiver == book.account
    if changed := book.first(event.reason, ledger.ConsentChanged):
        return line | _disclosed(event, changed, book) if received else line
    if filed := book.first(event.reason, ledger.RequestFiled):
        purpose = asked_for_good(book.bank, to_hex(filed.request_id)).purpose
        return line | {"kind": LineKind.COINS_UNLOCKED if received else LineKind.COINS_LOCKED, "purpose": purpose}
    if book.first(event.reason, ledger.DrawEntered):
        return line | {"kind": LineKind.DRAW_REFUNDED if received else LineKind.DRAW_ENTERED}
    return line


@_line.register
def _sent_alone(event: ledger.Transfer, book: _Book) -> Line:
    return _coins(event.sender, event.receiver, event.value, book)


@_line.register
def _draw_won(_event: ledger.DrawWon, _book: _Book) -> Line:
    return {"kind": LineKind.DRAW_WON}


@_line.register
def _gift(event: ledger.CouponIssued, book: _Book) -> Line | None:
    """What was bought has its line where the coins were burnt."""
    if book.first(event.purchase_id, ledger.GiftGiven) is None:
        return None
    title = coupon_title(book.bank, to_hex(event.class_id))
    return {"kind": LineKind.GIFT, "title": title, "count": event.count} | _thanks_for(book, to_hex(event.class_id))


@_line.register
def _redeemed(event: ledger.CouponRedeemed, book: _Book) -> Line:
    title = coupon_title(book.bank, to_hex(event.class_id))
    return {"kind": LineKind.REDEMPTION, "title": title, "count": 1} | book.other(event.shop)


@_line.register
def _coupons_moved(event: ledger.CouponMoved, book: _Book) -> Line:
    return _coupons(event, event.owner, event.receiver, event.count, book)


@_line.register
def _coupons_sent_alone(event: ledger.TransferSingle, book: _Book) -> Line:
    return _coupons(event, event.owner, event.to, event.amount, book)


@_line.register
def _many_coupons_sent_alone(event: ledger.TransferBatch, book: _Book) -> Line:
    return _coupons(event, event.owner, event.to, sum(event.amounts), book)


@_line.register
def _suspended(event: ledger.Suspended, book: _Book) -> Line:
    return {"kind": LineKind.SUSPENDED, "reason": _reason(book, event.reason_hash)}


@_line.register
def _reinstated(event: ledger.Reinstated, book: _Book) -> Line:
    return {"kind": LineKind.REINSTATED, "reason": _reason(book, event.reason_hash)}


@_line.register
def _dismissed(event: ledger.Dismissed, book: _Book) -> Line:
    return {"kind": LineKind.DISMISSED, "reason": _reason(book, event.reason_hash)}


@_line.register
def _rule_set(event: ledger.RuleSet, book: _Book) -> Line:
    return {"kind": LineKind.RULE_SET, "title": title_for_good(book.bank, to_hex(event.survey_id))}


@_line.register
def _rule_ended(event: ledger.RuleEnded, book: _Book) -> Line:
    set_by = next(iter(book.bank.index.events_about(to_hex(event.rule_id), ledger.RuleSet)), None)
    title = title_for_good(book.bank, to_hex(set_by.survey_id)) if set_by else None
    return {"kind": LineKind.RULE_ENDED, "title": title}


@_line.register
def _delegated(event: ledger.Delegated, book: _Book) -> Line:
    is_end = event.scope == 0
    if event.account == book.account:
        kind = LineKind.DELEGATE_ENDED if is_end else LineKind.DELEGATE_NAMED
        return {"kind": kind} | book.other(event.delegate)
    return {"kind": LineKind.WARD_TAKEN if is_end else LineKind.WARD_GIVEN} | book.other(event.account)


# ---- what lines share ----


def _reason(book: _Book, reason_hash: bytes) -> str | None:
    row = book.bank.catalog.reason(to_hex(reason_hash))
    return row.reason if row else None


def _thanks_for(book: _Book, class_id: str) -> Line:
    """Whose release, and what for, a gift is the thanks for."""
    row = book.bank.catalog.coupon_class(class_id)
    if row is None:
        return {}
    recipient, purpose = asked_for_good(book.bank, to_hex(class_message(book.bank, class_id).premium_request))
    return {"partner": recipient, "purpose": purpose}


def _asked(book: _Book, changed: ledger.ConsentChanged) -> Line:
    recipient, purpose = asked_for_good(book.bank, to_hex(changed.request_id))
    return {"consent_id": to_hex(changed.consent_id), "partner": recipient, "purpose": purpose}


def _disclosed(event: ledger.Moved, changed: ledger.ConsentChanged, book: _Book) -> Line:
    """Coins that a consent earned; which release paid them, the use in the same transaction says."""
    line = {"kind": LineKind.DISCLOSURE} | _asked(book, changed)
    release = book.releases.get((position_of(event).transaction_hash, changed.consent_id))
    if release is None:
        return line | {"state": _FORMS[LegalClass.ANONYMIZED]}
    return line | {
        "release_id": to_hex(release.release_id),
        "k": release.k,
        "state": _FORMS[LegalClass(release.legal_class)],
    }


def _coins(sender: str, receiver: str, amount: int, book: _Book) -> Line:
    if sender == receiver:
        return {"kind": LineKind.COINS_TO_ONESELF, "coins": 0}
    if receiver == book.account:
        return {"kind": LineKind.COINS_RECEIVED, "coins": amount} | book.other(sender)
    return {"kind": LineKind.COINS_SENT, "coins": -amount} | book.other(receiver)


def _coupons(
    event: ledger.CouponMoved | ledger.TransferSingle | ledger.TransferBatch,
    sender: str,
    receiver: str,
    count: int,
    book: _Book,
) -> Line:
    received = receiver == book.account
    titles = (coupon_title(book.bank, to_hex(class_id)) for class_id in classes_of(event))
    line: Line = {
        "kind": LineKind.COUPONS_RECEIVED if received else LineKind.COUPONS_SENT,
        "title": ", ".join(title for title in titles if title),
        "count": count,
    }
    return line | book.other(sender if received else receiver)
