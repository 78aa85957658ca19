"""The ledger's own words with their proof, for wallets that do not take the bank's. Only what the asker may know.

An account is shown to itself, an owner's to the custodians of an escrow, and everybody's who holds an office: their
keys are what others seal to.
"""

from collections.abc import Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.agreement import agreement
from bank_api.views.escrows import check_concerned
from bank_api.views.kept import escrow_row
from chaincode import places
from chaincode.bindings import Role
from chaincode.ids import id_from_hex

OFFICES = Role.PARTNER | Role.SHOP | Role.OPERATOR | Role.BOARD | Role.CUSTODIAN | Role.AUDITOR


def account(bank: Bank, asker: str, account: str) -> dict[str, Any]:
    """Who holds an account's key, in which roles, and which key is sealed to."""
    known = bank.index.account(account)
    if known is None or not (known.roles & OFFICES or account == asker or _is_owner_for(bank, asker, account)):
        raise NotFoundError("account", account)
    slots = [places.account_slot(account), places.encryption_key_slot(account)]
    return _proof(bank, "membership", slots)


def escrow(bank: Bank, asker: str, escrow_id: str) -> dict[str, Any]:
    """The hash of the policy that an owner signed."""
    row = escrow_row(bank, escrow_id)
    is_heir = bank.escrows.heir(escrow_id) == asker
    if row.owner != asker and not is_heir and bank.escrows.share(escrow_id, asker) is None:
        raise NotFoundError("escrow", escrow_id)
    return _proof(bank, "escrow", [places.escrow_digest_slot(id_from_hex(escrow_id))])


def _is_owner_for(bank: Bank, asker: str, account: str) -> bool:
    """Whether an account owns an escrow whose share somebody holds, who may have to tell its signature."""
    return any(row.owner == account for row in bank.escrows.titles_of(asker))


def opening(bank: Bank, asker: str, opening_id: str) -> dict[str, Any]:
    """An opening's state, when it begins, and the hash of the words that asked for it."""
    check_concerned(bank, asker, opening_id)
    wanted = id_from_hex(opening_id)
    return _proof(bank, "escrow", [places.opening_slot(wanted), places.escrow_digest_slot(wanted)])


def terms(bank: Bank, asker: str) -> dict[str, Any]:
    """The asker's account, the present terms, and those that it accepted last."""
    known, stands = bank.index.account(asker), agreement(bank.index)
    if known is None:
        raise NotFoundError("account", asker)
    return _proof(bank, "membership", places.terms_slots(asker, len(stands.terms), stands.accepted(known)))


def _proof(bank: Bank, contract: str, slots: Sequence[int]) -> dict[str, Any]:
    return proof_at(bank, contract, slots, bank.head())


def proof_at(bank: Bank, contract: str, slots: Sequence[int], number: int) -> dict[str, Any]:
    """What stands in a contract's slots at a block, and that block's header."""
    node, block, address = bank.transactor.node, hex(number), bank.deployment.address(contract)
    with node.one_node():  # two of them may have another block of this number each
        proof = node.request("eth_getProof", address, [f"0x{slot:064x}" for slot in slots], block)
        return {"header": node.request("debug_getRawHeader", block), "proof": proof}
