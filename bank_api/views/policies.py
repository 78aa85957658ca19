"""Spending policies, and the coins that somebody holds under them."""

from typing import Any

from bank_api.bank import Bank
from bank_api.index.tallies import Tally
from chaincode.events import PolicySet
from chaincode.ids import to_hex


def policies(bank: Bank) -> list[dict[str, Any]]:
    names = bank.directory.names()
    return [_policy(bank, one, names) for one in bank.index.events(PolicySet)]


def bound_coins(bank: Bank, account: str) -> list[dict[str, Any]]:
    """The account's coins that are bound, by policy; those it has none under any more are left out."""
    held = {policy_id: coins for policy_id, coins in bank.index.tallies(Tally.BOUND, account).items() if coins}
    if not held:
        return []
    return [one | {"coins": held[one["policy_id"]]} for one in policies(bank) if one["policy_id"] in held]


def _policy(bank: Bank, event: PolicySet, names: dict[str, str]) -> dict[str, Any]:
    policy_id = to_hex(event.policy_id)
    row = bank.catalog.policy(policy_id)
    return {
        "policy_id": policy_id,
        "name": row.name if row else None,
        "issuers": [{"account": one, "name": names.get(one, one)} for one in event.issuers],
    }
