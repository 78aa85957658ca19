# pragma version 0.4.3
# pragma evm-version london
"""
@title The office: what the bank itself records about consents - that it asked, revoked, or that time ran out
"""
from interfaces import IRequest

from ..shared import authority
from ..shared import item_bits
from . import book as consent_book

uses: authority
uses: consent_book

struct Question:
    consentId: bytes32
    member: address
    requestId: bytes32
    items: uint256
    noticeHash: bytes32

APPROVED: constant(uint8) = 2

request: immutable(IRequest)


@deploy
def __init__(requests: address):
    request = IRequest(requests)


@external
def ask_batch(questions: DynArray[Question, authority.BATCH]):
    """@notice The bank asks members for a consent to an approved request."""
    authority.only_operator()
    for question: Question in questions:
        refused: String[64] = self._question(question)
        if len(refused) != 0:
            log authority.Refused(id=question.consentId, reason=refused)


@external
def revoke(consentId: bytes32, reasonHash: bytes32):
    """@notice The bank takes a consent out of force, for instance when a partner broke its contract."""
    authority.only_operator()
    assert consent_book.is_in_force(consentId), "consent: not in force"
    consent_book.end(consentId, self._request_of(consentId), consent_book.REVOKED, reasonHash, 0)


@external
def expire_batch(consentIds: DynArray[bytes32, authority.BATCH]):
    """@notice Record that consents have run out; anybody may, time has already decided."""
    for consentId: bytes32 in consentIds:
        if not consent_book.is_in_force(consentId):
            log authority.Refused(id=consentId, reason="consent: not in force")
        elif not consent_book.is_past(consentId):
            log authority.Refused(id=consentId, reason="consent: still valid")
        else:
            requestId: bytes32 = self._request_of(consentId)
            consent_book.end(consentId, requestId, consent_book.EXPIRED, empty(bytes32), 0)


# ---- Steps ----


@internal
def _question(question: Question) -> String[64]:
    terms: IRequest.Terms = staticcall request.terms(question.requestId)
    hashed: bytes32 = keccak256(abi_encode(question))
    if consent_book.is_same(question.consentId, hashed):
        log authority.Repeated(id=question.consentId)
        return ""
    if consent_book.is_known(question.consentId) or question.consentId == empty(bytes32):
        return "consent: id already used"
    if not staticcall authority.membership.hasRole(question.member, authority.MEMBER):
        return "membership: role missing"
    if terms.state != APPROVED:
        return "consent: request not approved"
    if not item_bits.within(question.items, terms.items):
        return "consent: items outside the request"
    consent_book.ask(
        consent_book.Entry(
            consentId=question.consentId, member=question.member, requestId=question.requestId,
            number=convert(terms.number, uint256), state=consent_book.REQUESTED, items=question.items,
            validFrom=0, validUntil=0, usesMaximum=0, coins=0, noticeHash=question.noticeHash, sequence=0,
        ),
        hashed,
    )
    return ""


@internal
@view
def _request_of(consentId: bytes32) -> bytes32:
    return staticcall request.requestAt(consent_book.number_of(consentId))
