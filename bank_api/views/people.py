"""Who is who, for the operator, who enrolled them: names from the directory, what they may do from the ledger."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.index.accounts import RecordedAccount
from bank_api.protocol.messages.said import said
from bank_api.store.tables import PersonRow
from chaincode.bindings import Role

SHOWN_AT_ONCE = 200


def people(bank: Bank, sought: str, role: str | None, limit: int | None, cursor: str | None) -> dict[str, Any]:
    """A page of them, which the database cuts. Raises InvalidInputError for a cursor that is nobody's account."""
    most = limit or SHOWN_AT_ONCE
    behind = None if cursor is None else bank.directory.person(cursor)
    if cursor is not None and behind is None:
        raise InvalidInputError("cursor", said("rule-cursor"))
    found, rows = bank.directory.people(sought.strip(), role, most + 1, behind)
    page = rows[:most]
    return {
        "found": found,
        "people": [_person(row, bank.index.account(row.account)) for row in page],
        "next": page[-1].account if len(rows) > most else None,
    }


def _person(row: PersonRow, recorded: RecordedAccount | None) -> dict[str, Any]:
    roles = recorded.roles if recorded is not None else Role(0)
    return {
        "account": row.account,
        "name": row.name,
        "roles": [str(role.name).lower() for role in roles],
        "is_active": recorded is not None and bool(recorded.active),
        "parent": row.parent,
        "encryption_key": row.encryption_key,
        "enrolled_at": row.enrolled_at,
    }
