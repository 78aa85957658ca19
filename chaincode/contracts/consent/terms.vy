# pragma version 0.4.3
# pragma evm-version london
"""
@title What a consent must meet: the request it answers as it stands, in the words in which it was asked
@dev The words are kept as hashes, by the request and the survey.
"""
from interfaces import IRequest
from interfaces import ISurvey

from ..shared import authority
from ..shared import item_bits
from . import book as consent_book

uses: consent_book

struct Asked:
    requestId: bytes32
    items: uint256
    surveyId: bytes32
    number: uint256
    open_until: uint64
    allowed: uint256
    reward: uint256
    partner_reward: uint256
    recipient_hash: bytes32
    purpose_hash: bytes32
    labels_hash: bytes32
    digest: bytes32

APPROVED: constant(uint8) = 2

request: immutable(IRequest)
survey: immutable(ISurvey)


@deploy
def __init__(surveys: address, requests: address):
    survey = ISurvey(surveys)
    request = IRequest(requests)


@internal
@view
def ask(requestId: bytes32, items: uint256) -> Asked:
    """@dev What is asked and how it reads; kept for a whole batch."""
    terms: IRequest.Terms = staticcall request.terms(requestId)
    open_until: uint64 = 0
    if terms.state == APPROVED:
        open_until = terms.validUntil
    return Asked(
        requestId=requestId,
        items=items,
        surveyId=terms.surveyId,
        number=convert(terms.number, uint256),
        open_until=open_until,
        allowed=terms.items,
        reward=convert(terms.coinsBase, uint256)
        + convert(terms.coinsPerItem, uint256) * item_bits.count(items & authority.BITS_32),
        partner_reward=staticcall survey.partnerReward(terms.surveyId),
        recipient_hash=terms.recipientHash,
        purpose_hash=terms.purposeHash,
        labels_hash=staticcall survey.labelsHash(terms.surveyId, items),
        digest=terms.digest,
    )


@internal
@view
def refusal(
    items: uint256,
    coins: uint32,
    validFrom: uint64,
    validUntil: uint64,
    usesMaximum: uint32,
    noticeHash: bytes32,
    allowed: uint256,
    reward: uint256,
    open_until: uint64,
) -> String[64]:
    if open_until == 0:
        return "consent: request not approved"
    if not item_bits.within(items, allowed):
        return "consent: items outside the request"
    if convert(coins, uint256) != reward:
        return "consent: wrong reward"
    if validFrom > validUntil or block.timestamp > convert(validUntil, uint256):
        return "consent: validity is empty"
    if validUntil > open_until:
        return "consent: outlasts the request"
    if usesMaximum == 0 or convert(usesMaximum, uint256) > authority.BITS_16:
        return "consent: uses out of range"
    if noticeHash == empty(bytes32):
        return "consent: notice missing"
    return ""


@internal
@view
def request_of(consentId: bytes32) -> bytes32:
    return staticcall request.requestAt(consent_book.number_of(consentId))
