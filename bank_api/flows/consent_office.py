"""The bank's own part in consents: it asks, records that time ran out, revokes when a partner broke its contract."""

from collections.abc import Sequence

from bank_api.bank import Bank
from bank_api.errors import ConflictError, NotFoundError
from bank_api.flows.standing import kept_reason
from bank_api.index.rows import RecordedConsent
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.offices import Asked, Expired, Revoked
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.views.kept import notice_of, recorded_release, request_message, request_row, survey_of
from bank_api.views.requests import request_state
from chaincode.bindings import IN_FORCE, ConsentState, Outcome, Question, RequestState, Role
from chaincode.ids import id_from_hex, text_hash
from chaincode.keccak import keccak

REVOKED_AT_ONCE = 50
"""How many consents one call revokes, each by a transaction of its own: whoever orders it calls until none is left."""
LANGUAGE = "ja"
"""Of the notice whose hash a question names; a member reads it in either language."""


def ask_members(bank: Bank, request_id: str) -> Asked:
    """Ask every member who answered the survey and said nothing yet; the ledger records that each was asked."""
    row = request_row(bank, request_id)
    bank.index.catch_up()
    if request_state(bank, request_id) != RequestState.APPROVED:
        raise ConflictError(said("refusal-request-not-approved"))
    survey = survey_of(bank, row.survey_id)
    items, notice = request_message(row).items, text_hash(notice_of(bank, row, survey).text(LANGUAGE))
    decided = {one.member for one in bank.index.consents_for(request_id, *ConsentState)}
    active = bank.index.active_with(Role.MEMBER)
    silent = [one for one in bank.index.answers(row.survey_id) if one in active and one not in decided]
    questions = [
        Question(question_id(request_id, member), member, id_from_hex(request_id), items, notice)
        for member in sorted(silent)
    ]
    outcomes = bank.contracts.consent.ask_batch(bank.transactor, questions) if questions else []
    return Asked(asked=sum(one.accepted for one in outcomes), decided=len(decided))


def question_id(request_id: str, member: str) -> bytes:
    """One for each member and request, whoever asks again."""
    return keccak(b"azukari question 1" + id_from_hex(request_id) + bytes.fromhex(member[2:]))


def expire_consents(bank: Bank) -> Expired:
    """Record of every consent that time has ended that it has."""
    bank.index.catch_up()
    ids = [id_from_hex(one.consent_id) for one in bank.index.ended_consents(bank.ledger_time())]
    outcomes = bank.contracts.consent.expire_batch(bank.transactor, ids) if ids else []
    return Expired(expired=sum(one.accepted for one in outcomes))


def revoke_consents(bank: Bank, request_id: str, reason: str) -> Revoked:
    """Take consents to a request out of force, some at a time; which are left to do is told."""
    request_row(bank, request_id)
    bank.index.catch_up()
    live = bank.index.consents_for(request_id, *IN_FORCE)
    some, hashed = live[:REVOKED_AT_ONCE], kept_reason(bank, reason)
    done = _revoke(bank, some, hashed)
    return Revoked(revoked=len(done), left=len(live) - len(some))


def _revoke(bank: Bank, consents: Sequence[RecordedConsent], hashed: bytes) -> list[Outcome]:
    face, transactor = bank.contracts.consent, bank.transactor
    return [face.revoke(transactor, id_from_hex(one.consent_id), hashed) for one in consents]


def close_request(bank: Bank, request_id: str) -> Receipt:
    """End a partner's request: what is locked goes back to it, and no release is made for it any more."""
    request_row(bank, request_id)
    return receipt(bank.contracts.request.close(bank.transactor, id_from_hex(request_id)))


def abandon_release(bank: Bank, release_id: str) -> Receipt:
    """Give up a large release that died while it was open; its consents are free again."""
    if bank.catalog.release(release_id) is None:
        raise NotFoundError("release", release_id)
    if recorded_release(bank, release_id) is not None:
        raise ConflictError(said("refusal-release-recorded"))
    return receipt(bank.contracts.disclosure.abandon_release(bank.transactor, id_from_hex(release_id)))
