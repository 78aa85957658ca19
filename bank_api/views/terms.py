"""The terms of membership over time, and who agrees to them."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.agreement import agreement
from bank_api.index.rows import position_of
from chaincode.bindings import Role
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


def agreements(bank: Bank) -> dict[str, Any]:
    """How the present terms are taken: who has not accepted them, those who are late first."""
    stands, now = agreement(bank.index), bank.ledger_time()
    present = stands.present
    if present is None:
        raise NotFoundError("terms", "1")
    members = bank.index.accounts_with(Role.MEMBER)
    missing = [
        {
            "account": one.account,
            "name": person.name if (person := bank.directory.person(one.account)) else "",
            "accepted": stands.accepted(one),
            "is_late": not stands.agrees(one, now),
        }
        for one in members
        if stands.accepted(one) < len(stands.terms)
    ]
    missing.sort(key=lambda one: (not one["is_late"], str(one["name"])))
    accepted = len(members) - len(missing)
    head = {"number": len(stands.terms), "accept_by": present.accept_by}
    return head | {"accepted": accepted, "missing": missing}
