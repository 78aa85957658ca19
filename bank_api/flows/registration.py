"""Registration: who has no invitation asks by a signed word; the operator approves, or refuses with a reason.

Asking again with the same words is asking how it stands. Who is approved joins as everybody does, with a code that is
good for this account alone, for `KEPT_SECONDS`. What was answered is kept as long, or until the person has joined.
"""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ConflictError, ErasedError, InvalidInputError, NotFoundError
from bank_api.flows import join
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.kinds import RegistrationState
from bank_api.protocol.messages.said import said
from bank_api.protocol.registration import (
    AHEAD_SECONDS,
    SENT_WITHIN_SECONDS,
    RegistrationBody,
    registered_code,
    registration_text,
)
from bank_api.store.tables import RegistrationRow
from bank_api.views.erasure import erased_at
from chaincode.bindings import Role
from chaincode.ids import parse_address

KEPT_SECONDS = 90 * 86_400
"""How long an answer is kept, and an approval good."""


def ask(bank: Bank, body: RegistrationBody) -> dict[str, Any]:
    """Take a registration, or say how it stands. Raises InvalidInputError, ConflictError, ErasedError."""
    account = parse_address(body.account, "account")
    _check_word(bank, account, body)
    forget_old(bank)
    known = bank.registrations.of(account)
    if known is not None and (known.state != RegistrationState.WAITING or not _is_later(known, body)):
        return _view(known)
    if body.at < bank.clock() - SENT_WITHIN_SECONDS:
        raise InvalidInputError("at", said("rule-registration-old"))
    gone = erased_at(bank, account)
    if gone is not None:
        raise ErasedError(gone)
    person = bank.directory.person(account)
    if person is not None and person.has_role("member"):
        raise ConflictError(said("refusal-member-already"), hint=said("hint-keep-invitation"))
    waiting = bank.registrations.every(state=RegistrationState.WAITING)
    if known is None and len(waiting) >= bank.settings.registrations_max:
        raise ConflictError(said("refusal-registrations-full"), hint=said("hint-ask-for-invitation"))
    row = RegistrationRow(
        account=account,
        name=body.name,
        email=body.email,
        words=body.words,
        at=body.at,
        signature=body.signature,
        state=RegistrationState.WAITING,
        asked_at=known.asked_at if known else bank.clock(),
    )
    bank.registrations.save(row)
    return _view(row)


def forget_old(bank: Bank) -> int:
    """Forget what was answered long ago, and first the way in of whoever never came; how many were forgotten.

    It runs when a bank starts, while it runs (`telling`), and when somebody asks.
    """
    before = bank.clock() - KEPT_SECONDS
    old = [row for row in bank.registrations.every() if row.decided_at is not None and row.decided_at < before]
    for row in old:
        if not _is_member(bank, row.account):
            join.end_invitation(bank, registered_code(row.account))
        bank.registrations.forget(row.account, decided_before=before)
    return len(old)


def registrations(bank: Bank, decided: bool) -> list[dict[str, Any]]:
    """Who waits, the first first; with `decided` everybody who has not joined yet."""
    rows = sorted(bank.registrations.every(), key=lambda row: (row.decided_at or 0, row.asked_at, row.account))
    return [_view(row) for row in rows if decided or row.state == RegistrationState.WAITING]


def approve(bank: Bank, account: str) -> dict[str, Any]:
    """From now on the person can join; the same again changes nothing, and a refusal can be taken back."""
    row = _asked(bank, account)
    join.invite(bank, [(registered_code(row.account), row.name, row.email)])
    return _decided(bank, row, RegistrationState.APPROVED, None)


def refuse(bank: Bank, account: str, reason: str) -> dict[str, Any]:
    """Say no, and why. Raises ConflictError where it was approved: that person may have joined."""
    row = _asked(bank, account)
    if row.state == RegistrationState.APPROVED:
        raise ConflictError(said("refusal-registration-approved"))
    return _decided(bank, row, RegistrationState.REFUSED, reason)


def _is_member(bank: Bank, account: str) -> bool:
    """As the ledger has it: a joining that died before the directory knew of it comes again with its code."""
    known = bank.index.account(account)
    return known is not None and bool(known.roles & Role.MEMBER)


def _asked(bank: Bank, account: str) -> RegistrationRow:
    row = bank.registrations.of(parse_address(account, "account"))
    if row is None:
        raise NotFoundError("registration", account)
    return row


def _decided(bank: Bank, row: RegistrationRow, state: RegistrationState, reason: str | None) -> dict[str, Any]:
    if (row.state, row.reason) == (state, reason):
        return _view(row)
    told = {"told_at": None, "tries": 0, "next_at": 0}
    decided = RegistrationRow(
        **row.model_dump() | told | {"state": str(state), "reason": reason, "decided_at": bank.clock()}
    )
    bank.registrations.save(decided)
    return _view(decided)


def _is_later(known: RegistrationRow, body: RegistrationBody) -> bool:
    """Whether these words take the place of earlier ones; an old word that comes again does not."""
    same = (known.name, known.email, known.words) == (body.name, body.email, body.words)
    return not same and body.at > known.at


def _check_word(bank: Bank, account: str, body: RegistrationBody) -> None:
    if body.at > bank.clock() + AHEAD_SECONDS:
        raise InvalidInputError("at", said("rule-preference-time"))
    text = registration_text(bank.here.url, account, body.name, body.email, body.words, body.at)
    check_signed(account, text, body.signature, "rule-registration-signer")


def _view(row: RegistrationRow) -> dict[str, Any]:
    shown = ("account", "name", "email", "words", "state", "asked_at", "reason", "decided_at")
    until = None if row.decided_at is None or row.state != RegistrationState.APPROVED else row.decided_at + KEPT_SECONDS
    return row.model_dump(include=set(shown)) | {"join_by": until}
