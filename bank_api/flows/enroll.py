"""Enrol: the operator enters organizations and people in office, and gives an account a new wallet."""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.errors import ConflictError, InvalidInputError, NotFoundError
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


async def rotate_key(bank: Bank, account: str, new_key: str, encryption_key: str, evidence_hash: bytes) -> Receipt:
    """Give an account a new wallet after an identity check; coins, coupons and consents stay with the account."""
    person = await in_thread(bank.directory.person, account)
    if person is None:
        raise NotFoundError("account", account)
    check_encryption_key(encryption_key, text_hash(encryption_key), "encryption_key")
    outcome = await in_thread(bank.contracts.membership.rotate_key, bank.transactor, account, new_key, evidence_hash)
    answer = receipt(outcome)
    await in_thread(bank.directory.rotate_key, account, new_key, encryption_key)
    return answer
