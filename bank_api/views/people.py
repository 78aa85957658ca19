"""Who is who, for the operator, who enrolled them: names from the directory, what they may do from the ledger."""

from typing import Any

from bank_api.bank import Bank
from bank_api.index.accounts import RecordedAccount
from bank_api.store.tables import PersonRow
from chaincode.bindings import Role

SHOWN_AT_ONCE = 200


def people(bank: Bank, sought: str, role: str | None) -> dict[str, Any]:
    found, rows = bank.directory.people(sought.strip(), role, SHOWN_AT_ONCE)
    return {"found": found, "people": [_person(row, bank.index.account(row.account)) for row in rows]}


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
