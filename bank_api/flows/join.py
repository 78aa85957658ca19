"""Join: an invited person signs the terms and becomes a member. Also organizations, and a lost key's replacement.

Refuses an unknown or used invitation, other terms than the present ones, and a key that does not fit its hash.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from bank_api.flows.receipts import receipt
from bank_api.index.rows import position_of
from bank_api.store.tables import InvitationRow, PersonRow
from chaincode.bindings import Outcome, Signed
from chaincode.events import Joined
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import Join, recover
from pds_adapter.envelope import PublicKey
from pds_adapter.errors import KeyFormatError

ORGANIZATION_ROLES = ("partner", "shop", "board", "custodian", "auditor", "operator")

ALREADY_JOINED = "membership: already a member"


async def join(bank: Bank, signed: Signed[Join], invitation_code: str, encryption_key: str) -> dict[str, Any]:
    """Make the signer of `signed` a member: 1. the words, 2. the invitation, 3. the ledger, 4. the directory."""
    message = signed.struct
    digest = _code_digest(invitation_code)
    if message.statement != bank.terms.statement or message.terms_hash != bank.terms.hash:  # 1.
        raise InvalidInputError("join.message.terms_hash", "names other terms than the present ones (GET /v1/bank)")
    check_encryption_key(encryption_key, message.encryption_key_hash, "join.message.encryption_key_hash")
    known = await in_thread(bank.directory.person, message.account)
    was_member = known is not None and "member" in known.roles.split(",")
    invitation = await in_thread(bank.directory.invitation, digest)  # 2.
    if invitation is None:
        raise ForbiddenError("this invitation code is not known", hint="ask the bank's operator for an invitation")
    if was_member and invitation.account != message.account:
        raise ConflictError("you are a member already", hint="keep this invitation for somebody else")
    if not await in_thread(bank.directory.reserve_invitation, digest, message.account):
        raise ConflictError("this invitation was used by somebody else", hint="each invitation is for one person")
    outcome = await bank.lanes.join.submit(signed)  # 3.
    if outcome.reason == ALREADY_JOINED and not was_member and await in_thread(_is_own, bank, signed):
        answer = await in_thread(_joined_before, bank, message.account)
    else:
        if not outcome.accepted and not was_member:
            await in_thread(bank.directory.free_invitation, digest, message.account)
        answer = receipt(outcome)
        if outcome.repeated and not was_member:  # the first sending may have died before the store was opened
            await in_thread(bank.pds.open_account, message.account, bank.clock())
    if not was_member:
        person = PersonRow(
            account=message.account,
            key=known.key if known else message.account,
            name=known.name if known else invitation.name,
            email=invitation.email,
            roles=_with_role(known, "member"),
            parent=known.parent if known else None,
            encryption_key=encryption_key,
            enrolled_at=known.enrolled_at if known else bank.clock(),
        )
        await in_thread(bank.directory.save_person, person)  # 4.
    return answer | {"account": message.account}


def record(bank: Bank, joins: Sequence[Signed[Join]]) -> list[Outcome]:
    """The lane's work: all joinings in one transaction, then a personal data store for each who is newly in."""
    outcomes = bank.contracts.membership.join_batch(bank.transactor, joins)
    pairs = zip(joins, outcomes, strict=True)
    fresh = [one.struct.account for one, outcome in pairs if outcome.accepted and not outcome.repeated]
    bank.pds.open_accounts(fresh, bank.clock())
    return outcomes


def _is_own(bank: Bank, signed: Signed[Join]) -> bool:
    """Whether the account's own key signed; the contract, finding the account a member, did not look."""
    signer = recover(signed.struct, bank.deployment, signed.signature)
    return signer == bank.contracts.membership.key_of(signed.struct.account)


def _joined_before(bank: Bank, account: str) -> dict[str, Any]:
    """The receipt of a joining that died before the directory had it; its maker, who lost it, signed anew."""
    bank.pds.open_account(account, bank.clock())
    joined = bank.index.events_of(account, Joined)[0]
    place = position_of(joined)
    return {
        "id": to_hex(joined.join_id),
        "accepted": True,
        "repeated": True,
        "block_number": place.block_number,
        "transaction_hash": to_hex(place.transaction_hash),
    }


def invite(bank: Bank, invitations: Sequence[tuple[str, str, str | None]]) -> dict[str, int]:
    """Keep (code, name, e-mail) invitations; codes are stored as digests. Repeating adds nothing."""
    rows = [InvitationRow(code_digest=_code_digest(code), name=name, email=email) for code, name, email in invitations]
    created = bank.directory.add_invitations(rows)
    return {"created": created, "existing": len(rows) - created}


async def enroll(
    bank: Bank, account: str, role: str, name: str, parent: str | None, encryption_key: str | None
) -> dict[str, Any]:
    """Enter an organization (or a person in office) on the ledger and in the directory."""
    if role not in ORGANIZATION_ROLES:
        raise InvalidInputError("role", f"must be one of {', '.join(ORGANIZATION_ROLES)}")
    if role == "shop" and (parent is None or await in_thread(bank.directory.person, parent) is None):
        raise InvalidInputError("parent", "a shop needs the account of an enrolled partner")
    if role in ("partner", "custodian") and encryption_key is None:
        raise InvalidInputError("encryption_key", f"a {role} needs one: what it receives is sealed to it")
    if encryption_key is not None:
        check_encryption_key(encryption_key, text_hash(encryption_key), "encryption_key")
    known = await in_thread(bank.directory.person, account)
    if known is not None and known.name != name and role in known.roles.split(","):
        raise ConflictError(f"{account} is enrolled under the name {known.name}")
    outcome = await in_thread(bank.enroll, account, role, parent)
    person = PersonRow(
        account=account,
        key=known.key if known else account,
        name=known.name if known else name,
        email=known.email if known else None,
        roles=_with_role(known, role),
        parent=parent or (known.parent if known else None),
        encryption_key=encryption_key or (known.encryption_key if known else None),
        enrolled_at=known.enrolled_at if known else bank.clock(),
    )
    await in_thread(bank.directory.save_person, person)
    return receipt(outcome)


async def rotate_key(
    bank: Bank, account: str, new_key: str, encryption_key: str, evidence_hash: bytes
) -> dict[str, Any]:
    """Give an account a new wallet after an identity check; coins, coupons and consents stay with the account."""
    person = await in_thread(bank.directory.person, account)
    if person is None:
        raise NotFoundError("account", account)
    check_encryption_key(encryption_key, text_hash(encryption_key), "encryption_key")
    outcome = await in_thread(bank.rotate_key, account, new_key, evidence_hash)
    answer = receipt(outcome)
    await in_thread(bank.directory.rotate_key, account, new_key, encryption_key)
    return answer


def profile(bank: Bank, caller: Caller) -> dict[str, Any]:
    person = bank.directory.person(caller.account)
    if person is None:
        raise NotFoundError("account", caller.account)
    return {
        "account": person.account,
        "key": person.key,
        "name": person.name,
        "roles": sorted(caller.roles),
        "encryption_key": person.encryption_key,
        "coins": bank.contracts.coin.balance_of(person.account),
    }


def check_encryption_key(key: str, expected_hash: bytes, field: str) -> None:
    try:
        PublicKey.from_hex(key)
    except KeyFormatError as error:
        raise InvalidInputError("encryption_key", error.rule) from error
    if text_hash(key) != expected_hash:
        raise InvalidInputError(field, "is not the hash of encryption_key")


def _with_role(known: PersonRow | None, role: str) -> str:
    """The roles of a person who gets one more; who held an office before keeps it."""
    return ",".join(sorted({*(known.roles.split(",") if known else ()), role}))


def _code_digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
