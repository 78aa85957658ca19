"""Join: an invited person signs the terms and becomes a member.

Refuses an unknown or used invitation, other terms than the present ones, and a key that does not fit its hash.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.errors import ConflictError, ErasedError, ForbiddenError, InvalidInputError
from bank_api.flows.flow import Sent, Submit, looked_up
from bank_api.index.rows import position_of
from bank_api.protocol.acts import JoinParts
from bank_api.protocol.messages.said import said
from bank_api.protocol.registration import is_registered_code, registered_code
from bank_api.protocol.shapes.bank import Invited
from bank_api.protocol.shapes.receipts import JoinReceipt, Receipt
from bank_api.receipts import receipt, receipt_of_before
from bank_api.store.tables import InvitationRow, PersonRow
from bank_api.views.erasure import erased_before
from chaincode import acts
from chaincode.bindings import Outcome
from chaincode.events import Joined
from chaincode.ids import to_hex
from chaincode.refusals import declared
from chaincode.typed_data import Join, Signed, recover

ALREADY_JOINED = declared("membership: already a member")


async def join(bank: Bank, sent: Sent[Join, JoinParts], submit: Submit) -> JoinReceipt:
    """Make the signer a member: 1. the words, 2. the invitation, 3. the ledger, 4. the directory."""
    message, digest = sent.words, _code_digest(sent.parts.invitation)
    is_registered = is_registered_code(sent.parts.invitation)
    if is_registered and sent.parts.invitation != registered_code(message.account):
        raise _unknown()
    terms = bank.terms
    if message.statement != terms.statement or message.terms_hash != terms.hash:  # 1.
        raise InvalidInputError("join.message.terms_hash", said("rule-present-terms"))
    check_encryption_key(sent.parts.encryption_key, message.encryption_key_hash, "join.message.encryption_key_hash")
    gone, known, found = await looked_up(bank, _known_before, bank, message.account, digest)
    if gone is not None:
        raise ErasedError(gone)
    was_member = known is not None and known.has_role("member")
    invitation = _known(found)
    await _reserve(bank, invitation, message.account, was_member)  # 2.
    outcome = await submit(sent.signed)  # 3.
    if outcome.reason == ALREADY_JOINED and not was_member and await in_thread(_is_own, bank, sent.signed):
        answer = await in_thread(_joined_before, bank, message.account)
    else:
        if not outcome.accepted and not was_member:
            await in_thread(bank.directory.free_invitation, digest, message.account)
        answer = receipt(outcome)
        if outcome.repeated and not was_member:  # the first sending may have died before the store was opened
            await in_thread(bank.pds.open_account, message.account, bank.clock())
    if not was_member:
        person = _member(bank, known, invitation, message.account, sent.parts.encryption_key)
        await bank.directory.enter(person)  # 4.
    if is_registered:
        await in_thread(bank.registrations.forget, message.account)
    return JoinReceipt(**answer.model_dump(), account=message.account)


def check_invitation(bank: Bank, code: str) -> None:
    """Whether somebody may join with a code, before they read terms and make a key. Which account came with it is told
    to nobody: accounts are on the ledger, and whoever gave a code to somebody knows their name.

    Raises ForbiddenError for a code that nobody was given, ConflictError for one that an account came with.
    """
    if is_registered_code(code):  # made of the account, so no secret: nobody else learns who asked to become a member
        return
    if _known(bank.directory.invitation(_code_digest(code))).account is not None:
        raise _used()


def record(bank: Bank, joins: Sequence[Signed[Join]]) -> list[Outcome]:
    """The lane's work: all joinings in one transaction, then a personal data store for each who is newly in."""
    outcomes = bank.contracts.send(acts.JOIN, bank.transactor, joins)
    pairs = zip(joins, outcomes, strict=True)
    fresh = [one.struct.account for one, outcome in pairs if outcome.accepted and not outcome.repeated]
    bank.pds.open_accounts(fresh, bank.clock())
    return outcomes


def invite(bank: Bank, invitations: Sequence[tuple[str, str, str | None]]) -> Invited:
    """Keep (code, name, e-mail) invitations; codes are stored as digests. Repeating adds nothing."""
    rows = [InvitationRow(code_digest=_code_digest(code), name=name, email=email) for code, name, email in invitations]
    created = bank.directory.add_invitations(rows)
    return Invited(created=created, existing=len(rows) - created)


def end_invitation(bank: Bank, code: str) -> None:
    """Nobody joins by it any more. Who is not here is no matter."""
    bank.directory.end_invitation(_code_digest(code))


def _known_before(bank: Bank, account: str, digest: str) -> tuple[int | None, PersonRow | None, InvitationRow | None]:
    """When the account was erased, who it is in the directory, and the invitation."""
    person, invitation = bank.directory.person(account), bank.directory.invitation(digest)
    return erased_before(bank, account), person, invitation


async def _reserve(bank: Bank, invitation: InvitationRow, account: str, was_member: bool) -> None:
    """Keep the invitation for this account from now on. Raises ConflictError."""
    if was_member and invitation.account != account:
        raise ConflictError(said("refusal-member-already"), hint=said("hint-keep-invitation"))
    if not await bank.directory.reserve_invitation(invitation.code_digest, account):
        raise _used()


def _known(invitation: InvitationRow | None) -> InvitationRow:
    if invitation is None:
        raise _unknown()
    return invitation


def _unknown() -> ForbiddenError:
    return ForbiddenError(said("refusal-unknown-invitation"), hint=said("hint-ask-for-invitation"))


def _used() -> ConflictError:
    return ConflictError(said("refusal-invitation-used"), hint=said("hint-one-person"))


def _member(
    bank: Bank, known: PersonRow | None, invitation: InvitationRow, account: str, encryption_key: str
) -> dict[str, Any]:
    """The values of a new member's row in the directory; who held an office before keeps name, key and office."""
    return {
        "account": account,
        "key": known.key if known else account,
        "name": known.name if known else invitation.name,
        "email": invitation.email,
        "roles": PersonRow.with_role(known, "member"),
        "parent": known.parent if known else None,
        "encryption_key": encryption_key,
        "enrolled_at": known.enrolled_at if known else bank.clock(),
    }


def _is_own(bank: Bank, signed: Signed[Join]) -> bool:
    """Whether the account's own key signed; the contract, finding the account a member, did not look."""
    signer = recover(signed.struct, bank.deployment, signed.signature)
    return signer == bank.contracts.membership.key_of(signed.struct.account)


def _joined_before(bank: Bank, account: str) -> Receipt:
    """The receipt of a joining that died before the directory had it; its maker, who lost it, signed anew."""
    bank.pds.open_account(account, bank.clock())
    bank.index.catch_up()  # the first sending may have been sealed since this one came in
    joined = bank.index.events_of(account, Joined)[0]
    place = position_of(joined)
    return receipt_of_before(to_hex(joined.join_id), place.block_number, place.transaction_hash)


def _code_digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
