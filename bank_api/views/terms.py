"""The terms of membership over time, and who agrees to them."""

import re
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError, NotFoundError
from bank_api.index.accounts import RecordedAccount
from bank_api.index.agreement import agreement
from bank_api.index.rows import position_of
from bank_api.index.standings import BEFORE_ALL
from bank_api.protocol.messages.said import said
from bank_api.views.people import SHOWN_AT_ONCE
from chaincode.ids import to_hex


def history(bank: Bank) -> list[dict[str, Any]]:
    """Every version that stood on the ledger, the present one last."""
    found = []
    for number, event in enumerate(agreement(bank.index).terms, 1):
        kept = bank.terms_texts.find(to_hex(event.terms_hash))
        if kept is None:
            raise NotFoundError("terms", to_hex(event.terms_hash))
        found.append(
            {
                "number": number,
                "hash": kept.terms_hash,
                "statement": kept.statement,
                "text": kept.text,
                "language": kept.language,
                "set_at": position_of(event).timestamp,
                "accept_by": event.accept_by,
            }
        )
    return found


def own(bank: Bank, account: str) -> dict[str, Any]:
    stands, known = agreement(bank.index), bank.index.account(account)
    present = stands.present
    if known is None or present is None:
        raise NotFoundError("account", account)
    return {
        "accepted": stands.accepted(known),
        "present": len(stands.terms),
        "accept_by": present.accept_by,
        "agrees": stands.agrees(known, bank.ledger_time()),
    }


def agreements(bank: Bank, limit: int | None, cursor: str | None) -> dict[str, Any]:
    """How the present terms are taken, and a page of who has not accepted them, those longest behind first.

    Raises InvalidInputError for a cursor of another form.
    """
    index = bank.index
    stands, now = agreement(index), bank.ledger_time()
    present = stands.present
    if present is None:
        raise NotFoundError("terms", "1")
    most, places = limit or SHOWN_AT_ONCE, stands.places
    rows = index.members_behind(places[-1], most + 1, *([] if cursor is None else [_place(cursor)]))
    accepted, members = (index.members_agreed(place) for place in (places[-1], BEFORE_ALL))
    carried_on = index.members_agreed(places[stands.floor - 1] if stands.floor else BEFORE_ALL)
    late = members - (accepted if now > present.accept_by else carried_on)
    return {
        "number": len(stands.terms),
        "accept_by": present.accept_by,
        "accepted": accepted,
        "not_accepted": members - accepted,
        "late": late,
        "missing": [
            {
                "account": one.account,
                "name": person.name if (person := bank.directory.person(one.account)) else "",
                "accepted": stands.accepted(one),
                "is_late": not stands.agrees(one, now),
            }
            for one in rows[:most]
        ],
        "next": _cursor(rows[most - 1]) if len(rows) > most else None,
    }


CURSOR = re.compile(r"(-?\d{1,15})\.(-?\d{1,15})\.(0x[0-9a-fA-F]{40})", re.ASCII)


def _cursor(last: RecordedAccount) -> str:
    """Where somebody stood when they were shown: whoever accepts meanwhile takes nobody else out of the pages."""
    return ".".join(map(str, (*last.agreed_at, last.account)))


def _place(cursor: str) -> tuple[int, int, str]:
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidInputError("cursor", said("rule-cursor"))
    block, log_index, account = found.groups()
    return int(block), int(log_index), account
