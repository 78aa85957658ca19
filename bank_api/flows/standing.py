"""Standing: the operator suspends an account, reinstates it, or takes a role away; the reason is kept for its reader.

On the ledger stands the salted hash of the reason; who is concerned reads the reason itself in the passbook.
"""

import secrets

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError, LedgerRefusedError, NotFoundError
from bank_api.protocol.documents.request import note_hash
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import PersonRow, ReasonRow
from chaincode.bindings import Role
from chaincode.events import Dismissed, Reinstated
from chaincode.ids import to_hex
from chaincode.refusals import declared

DISMISSED_BY_BOARD = ("board", "operator")
"""Roles that the board alone takes away (`seats`)."""


def suspend(bank: Bank, account: str, reason: str) -> Receipt:
    """The account may not act until it is reinstated; sent again it changes nothing."""
    _known(bank, account)
    return receipt(bank.contracts.membership.suspend(bank.transactor, account, kept_reason(bank, reason)))


def reinstate(bank: Bank, account: str, reason: str) -> Receipt:
    """A suspended account may act again."""
    _known(bank, account)
    bank.index.catch_up()
    recorded = bank.index.account(account)
    if not (recorded and recorded.is_suspended) and not bank.index.events_of(account, Reinstated):
        raise LedgerRefusedError(declared("membership: not suspended"))
    return receipt(bank.contracts.membership.reinstate(bank.transactor, account, kept_reason(bank, reason)))


def dismiss(bank: Bank, account: str, role: str, reason: str) -> Receipt:
    """Take one role away; what the account owns stays its own."""
    known = _known(bank, account)
    names = [one.name.lower() for one in Role if one.name and one.name.lower() not in DISMISSED_BY_BOARD]
    if role not in names:
        raise InvalidInputError("role", said("rule-one-of", names=", ".join(names)))
    _check_role(bank, account, Role[role.upper()])
    outcome = bank.contracts.membership.dismiss(bank.transactor, account, Role[role.upper()], kept_reason(bank, reason))
    answer = receipt(outcome)
    bank.directory.save_person(PersonRow(**known.model_dump() | {"roles": PersonRow.without_role(known, role)}))
    return answer


def _check_role(bank: Bank, account: str, role: Role) -> None:
    """Refuse what the account never had; what was taken from it before may be taken again."""
    bank.index.catch_up()
    recorded = bank.index.account(account)
    if recorded is not None and role in recorded.roles:
        return
    if all(one.role != role for one in bank.index.events_of(account, Dismissed)):
        raise LedgerRefusedError(declared("membership: role missing"))


def kept_reason(bank: Bank, reason: str) -> bytes:
    """Keep a reason; the hash that the ledger gets of it, salted so that it cannot be compared with guesses."""
    salt = secrets.token_bytes(32)
    hashed = note_hash(salt, reason)
    bank.catalog.save(ReasonRow(reason_hash=to_hex(hashed), salt=to_hex(salt), reason=reason))
    return hashed


def _known(bank: Bank, account: str) -> PersonRow:
    person = bank.directory.person(account)
    if person is None:
        raise NotFoundError("account", account)
    return person
