# pragma version 0.4.3
# pragma evm-version london
"""
@title The gate: what the disclosure contract, and it alone, does with consents
"""
from interfaces import ICoin
from interfaces import IRequest

from ..shared import authority
from . import book as consent_book
from . import hold as consent_hold

uses: authority
uses: consent_book
uses: consent_hold

RELEASE: constant(uint256) = 1000
GONE: constant(String[33]) = "consent: member suspended or gone"

request: immutable(IRequest)
disclosure: public(address)


@deploy
def __init__(requests: address):
    request = IRequest(requests)


@external
def set_disclosure(disclosure: address):
    """@notice Name, once, the contract that may use consents."""
    authority.only_operator()
    assert self.disclosure == empty(address) or self.disclosure == disclosure, "consent: id already used"
    self.disclosure = disclosure


@external
def use_batch(
    releaseId: bytes32, requestId: bytes32, items: uint256, consentIds: DynArray[bytes32, RELEASE]
) -> DynArray[ICoin.Payment, RELEASE]:
    """@notice Use live consents in one release, each once; returns what is owed to whom."""
    self._only_disclosure()
    number: uint256 = self._number(requestId)
    payments: DynArray[ICoin.Payment, RELEASE] = []
    previous: uint256 = 0
    for consentId: bytes32 in consentIds:
        assert convert(consentId, uint256) > previous, "consent: ids not ascending"
        previous = convert(consentId, uint256)
        payment: ICoin.Payment = consent_book.use(releaseId, number, items, consentId)
        assert self._is_active(payment.account), GONE
        assert authority.agrees(payment.account), authority.NOT_ACCEPTED
        payments.append(payment)
    return payments


@external
def open_hold(releaseId: bytes32, requestId: bytes32, items: uint256, closesBy: uint64) -> uint256:
    """@notice Begin to gather the consents of a large release."""
    self._only_disclosure()
    return consent_hold.open(releaseId, self._number(requestId), items, closesBy)


@external
def hold_batch(hold: uint256, consentIds: DynArray[bytes32, RELEASE]):
    self._only_disclosure()
    closes_by: uint256 = consent_hold.closes_by(consent_hold.hold[hold])
    for consentId: bytes32 in consentIds:
        consent_book.hold_one(hold, consentId)
        member: address = consent_book.member_of(consentId)
        assert self._is_active(member), GONE
        assert staticcall authority.membership.agreesUntil(member, closes_by), authority.NOT_ACCEPTED


@external
def seal_hold(hold: uint256):
    """@notice From now on the gathered consents are disclosed, and their coins owed."""
    self._only_disclosure()
    consent_hold.set_state(hold, consent_hold.SEALED)


@external
def drop_hold(hold: uint256):
    self._only_disclosure()
    consent_hold.set_state(hold, consent_hold.DROPPED)


@external
def settle_batch(
    hold: uint256, consentIds: DynArray[bytes32, RELEASE]
) -> DynArray[ICoin.Payment, RELEASE]:
    self._only_disclosure()
    payments: DynArray[ICoin.Payment, RELEASE] = []
    for consentId: bytes32 in consentIds:
        if consent_book.is_held_by(hold, consentId):
            payments.append(consent_book.settle_one(hold, consentId))
        else:
            log authority.Refused(id=consentId, reason="consent: not in this release")
    return payments


@external
@view
def isLive(consentId: bytes32, requestId: bytes32, items: uint256) -> bool:
    return len(self._why_not_live(consentId, requestId, items)) == 0


@external
@view
def whyNotLive(consentId: bytes32, requestId: bytes32, items: uint256) -> String[64]:
    return self._why_not_live(consentId, requestId, items)


@internal
@view
def _why_not_live(consentId: bytes32, requestId: bytes32, items: uint256) -> String[64]:
    refused: String[64] = consent_book.why_not_live(consentId, self._number(requestId), items)
    if len(refused) == 0 and not self._is_active(consent_book.member_of(consentId)):
        return GONE
    if len(refused) == 0 and not authority.agrees(consent_book.member_of(consentId)):
        return authority.NOT_ACCEPTED
    return refused


@internal
@view
def _is_active(member: address) -> bool:
    """@dev No release takes in whom the bank has suspended or dismissed: they could not object by a newer word."""
    return staticcall authority.membership.isActive(member, authority.MEMBER)


@internal
@view
def _number(requestId: bytes32) -> uint256:
    return convert((staticcall request.terms(requestId)).number, uint256)


@internal
@view
def _only_disclosure():
    assert msg.sender == self.disclosure, "consent: not the disclosure contract"
