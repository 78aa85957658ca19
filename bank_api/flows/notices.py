"""What somebody chose to be told of how: an address that is confirmed by a code, channels by kind, a webhook."""

import hmac
import json
import secrets
import smtplib
from hashlib import sha256
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.domain.public_address import reach
from bank_api.errors import ConflictError, ForbiddenError, InvalidInputError, TooManyRequestsError
from bank_api.flows import hooks, mail
from bank_api.protocol.kinds import InboxKind
from bank_api.protocol.messages.said import Named, said
from bank_api.protocol.notices import ALWAYS, BY_EMAIL, CODE_DIGITS, Channel, NoticesBody
from bank_api.store.tables import NoticeRow, PersonRow, ToldRow, WebhookRow
from bank_api.views import inbox

CODE_SECONDS = 3600
CODE_TRIES = 5
CODE_WAIT_SECONDS = 60
"""Before another code: it goes to whatever address somebody names."""
ORGANIZATIONS = frozenset({"partner", "shop", "board", "custodian", "operator"})


FORMERLY = {InboxKind.STATISTICS_MADE: InboxKind.RELEASE_MADE}
"""Kinds that were one with another: what was chosen for that one goes on until this one is chosen."""


def channels_of(row: NoticeRow, kind: InboxKind) -> frozenset[Channel]:
    """By which ways somebody is told of a kind; what must always be told goes every way."""
    if kind in ALWAYS:
        return frozenset(Channel)
    kinds = json.loads(row.kinds)
    chosen = kinds.get(kind, kinds.get(FORMERLY.get(kind)))
    if chosen is None:
        return frozenset(Channel) if kind in BY_EMAIL else frozenset({Channel.INBOX, Channel.WEBHOOK})
    return frozenset(map(Channel, chosen))


def shown(bank: Bank, account: str) -> dict[str, Any]:
    row, person = bank.notices.chosen(account), bank.directory.person(account)
    return {
        "email": person.email if person else None,
        "confirmed": row.confirmed_at is not None,
        "waiting_for": row.asked_email if row.code_until >= bank.clock() else None,
        "language": row.language,
        "kinds": [
            {"kind": kind, "channels": sorted(channels_of(row, kind)), "always": kind in ALWAYS} for kind in InboxKind
        ],
    }


def choose(bank: Bank, caller: Caller, body: NoticesBody) -> dict[str, Any]:
    """Change what was chosen. A new address counts once its code comes back; the code is sent now, or nothing changes.

    Raises ConflictError where the bank sends no e-mail or the mail server does not take it, and TooManyRequestsError
    where a code was sent a moment ago.
    """
    row = bank.notices.chosen(caller.account)
    row.language = body.language or row.language
    kinds = json.loads(row.kinds)
    for kind, channels in body.kinds.items():
        if kind in ALWAYS:
            raise InvalidInputError("kinds", said("rule-notice-always", kind=str(kind)))
        kinds[kind] = sorted(set(channels))
    row.kinds = json.dumps(kinds)
    if body.email is not None:
        _send_code(bank, row, body.email)
    bank.notices.save(row)
    return shown(bank, caller.account)


def _send_code(bank: Bank, row: NoticeRow, email: str) -> None:
    wait = row.code_until - CODE_SECONDS + CODE_WAIT_SECONDS - bank.clock()
    if wait > 0:
        raise TooManyRequestsError(wait)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    try:
        mail.send(bank.settings, mail.code_of(bank, email, code, row.language))
    except (OSError, smtplib.SMTPException, mail.RefusedForGoodError) as error:
        raise ConflictError(said("refusal-mail-not-taken")) from error
    row.asked_email, row.code_digest = email, _digest(row.account, code)
    row.code_until, row.code_tries = bank.clock() + CODE_SECONDS, 0


def confirm(bank: Bank, caller: Caller, code: str) -> dict[str, Any]:
    """The code came back: the address stands in the directory, and new items go there; those of before are known.

    Raises ForbiddenError for another code; after five the code is worth nothing.
    """
    row, person = bank.notices.chosen(caller.account), bank.directory.person(caller.account)
    if row.asked_email is None or row.code_digest is None or bank.clock() > row.code_until or person is None:
        raise ConflictError(said("refusal-no-code"))
    if not hmac.compare_digest(row.code_digest, _digest(caller.account, code)):
        row.code_tries += 1
        if row.code_tries >= CODE_TRIES:
            row.asked_email = row.code_digest = None
        bank.notices.save(row)
        raise ForbiddenError(said("refusal-other-code"))
    note_known(bank, caller, Channel.EMAIL)
    bank.directory.save_person(PersonRow(**person.model_dump() | {"email": row.asked_email}))
    row.asked_email = row.code_digest = None
    row.confirmed_at = bank.clock()
    bank.notices.save(row)
    return shown(bank, caller.account)


def forget_email(bank: Bank, caller: Caller) -> dict[str, Any]:
    """No e-mail any more: the address is taken out of the directory."""
    row, person = bank.notices.chosen(caller.account), bank.directory.person(caller.account)
    row.confirmed_at = row.asked_email = row.code_digest = None
    bank.notices.save(row)
    if person is not None:
        bank.directory.save_person(PersonRow(**person.model_dump() | {"email": None}))
    bank.notices.forget_told(caller.account, Channel.EMAIL)
    return shown(bank, caller.account)


def webhook(bank: Bank, account: str) -> dict[str, Any]:
    row = bank.notices.webhook(account)
    told = bank.notices.told(account, Channel.WEBHOOK).values()
    return {
        "url": row and row.url,
        "set_at": row and row.set_at,
        "stopped_at": row and row.stopped_at,
        "waiting": sum(one.told_at is None and not one.given_up for one in told),
        "given_up": sum(one.given_up for one in told),
        "key": hooks.published_key(bank),
    }


def set_webhook(bank: Bank, caller: Caller, url: str) -> dict[str, Any]:
    """Send what comes from now on there. Raises InvalidInputError where the address is not to be asked."""
    if caller.roles.isdisjoint(ORGANIZATIONS):
        raise ForbiddenError(said("refusal-role", role=Named("state", "role-partner")))
    reach(url, bank.settings.webhooks_anywhere)
    known = bank.notices.webhook(caller.account)
    if known is None:
        note_known(bank, caller, Channel.WEBHOOK)
    if known is None or known.url != url or known.stopped_at is not None:
        bank.notices.set_webhook(WebhookRow(account=caller.account, url=url, set_at=bank.clock()))
    return webhook(bank, caller.account)


def drop_webhook(bank: Bank, caller: Caller) -> dict[str, Any]:
    bank.notices.drop_webhook(caller.account)
    bank.notices.forget_told(caller.account, Channel.WEBHOOK)
    return webhook(bank, caller.account)


def note_known(bank: Bank, caller: Caller, channel: Channel) -> None:
    """What was in the inbox before a channel was opened is not told by it."""
    known, now = bank.notices.told(caller.account, channel), bank.clock()
    found = [one for one in inbox.items(bank, caller.account, caller.roles) if one.item_id not in known]
    bank.notices.note(
        *(ToldRow(account=caller.account, channel=channel, item_id=one.item_id, told_at=now) for one in found)
    )


def _digest(account: str, code: str) -> str:
    return sha256(f"azukari notice code 1 {account} {code}".encode()).hexdigest()
