"""An inbox: what awaits somebody in all of their roles, newest first, in pages. Only how far it was read is kept."""

from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said
from bank_api.views.awaiting import OF_ROLE, Item, of_holder

PAGE = 50


def items(bank: Bank, account: str, roles: frozenset[str]) -> list[Item]:
    """Everything, newest first; of two of one moment in the order of their ids."""
    found = list(of_holder(bank, account))
    for role, awaiting in OF_ROLE.items():
        if role in roles:
            found += awaiting(bank, account)
    return sorted(found, key=_place)


def inbox(bank: Bank, caller: Caller, before: str | None, limit: int, unread: bool = False) -> dict[str, Any]:
    """A page of it. `before` is the cursor of the page before. Raises InvalidInputError."""
    everything = items(bank, caller.account, caller.roles)
    through, now = bank.rights.read_through(caller.account), bank.ledger_time()
    left = [one for one in everything if not (unread and one.time <= through)]
    if before is not None:
        after = _cursor(before)
        left = [one for one in left if _place(one) > after]
    page = left[:limit]
    return {
        "items": [shown(one, through, now) for one in page],
        "unread": sum(one.time > through for one in everything),
        "read_through": through,
        "next": cursor_of(page[-1]) if len(left) > limit else None,
    }


def shown(one: Item, through: int, now: int) -> dict[str, Any]:
    return {
        "item_id": one.item_id,
        "kind": one.kind,
        "time": one.time,
        "due_at": one.due_at,
        "overdue": one.due_at is not None and now > one.due_at,
        "subject": one.subject,
        "name": one.name,
        "count": one.count,
        "title": one.title,
        "read": one.time <= through,
    }


def cursor_of(one: Item) -> str:
    return f"{one.time}.{one.item_id}"


def is_newer(one: Item, cursor: str) -> bool:
    """Whether it stands before the cursor's item in the list. Raises InvalidInputError."""
    return _place(one) < _cursor(cursor)


def _place(one: Item) -> tuple[int, str]:
    return -one.time, one.item_id


def _cursor(text: str) -> tuple[int, str]:
    time, dot, item_id = text.partition(".")
    if not dot or not time.isascii() or not time.isdigit() or len(time) > 16:
        raise InvalidInputError("before", said("rule-cursor"))
    return -int(time), item_id
