"""Enrol: the operator enters organizations and people in office."""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.errors import ConflictError, InvalidInputError
from bank_api.protocol.messages.said import Named, said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import PersonRow
from chaincode.bindings import Role
from chaincode.ids import NOBODY, text_hash

ORGANIZATION_ROLES = ("partner", "shop", "board", "custodian", "auditor", "operator")


async def enroll(
    bank: Bank, account: str, role: str, name: str, parent: str | None, encryption_key: str | None
) -> Receipt:
    """Enter an organization (or a person in office) on the ledger and in the directory."""
    known = await in_thread(_checked, bank, account, role, name, parent, encryption_key)
    contract, which = bank.contracts.membership, Role[role.upper()]
    outcome = await in_thread(contract.enroll, bank.transactor, account, which, parent or NOBODY)
    person = PersonRow(
        account=account,
        key=known.key if known else account,
        name=known.name if known else name,
        email=known.email if known else None,
        roles=PersonRow.with_role(known, role),
        parent=parent or (known.parent if known else None),
        encryption_key=encryption_key or (known.encryption_key if known else None),
        enrolled_at=known.enrolled_at if known else bank.clock(),
    )
    await in_thread(bank.directory.save_person, person)
    return receipt(outcome)


def _checked(
    bank: Bank, account: str, role: str, name: str, parent: str | None, encryption_key: str | None
) -> PersonRow | None:
    """Who this account is so far, if what is asked can be done."""
    if role not in ORGANIZATION_ROLES:
        raise InvalidInputError("role", said("rule-one-of", names=", ".join(ORGANIZATION_ROLES)))
    if role == "shop" and (parent is None or bank.directory.person(parent) is None):
        raise InvalidInputError("parent", said("rule-shops-partner"))
    if role in ("partner", "custodian") and encryption_key is None:
        raise InvalidInputError("encryption_key", said("rule-needs-encryption-key", role=Named("state-role", role)))
    if encryption_key is not None:
        check_encryption_key(encryption_key, text_hash(encryption_key), "encryption_key")
    known = bank.directory.person(account)
    if known is not None and known.name != name and known.has_role(role):
        raise ConflictError(said("refusal-enrolled-as", account=account, name=known.name))
    return known
