# pragma version 0.4.3
# pragma evm-version london
"""
@title Consent: what a member lets a partner have, for which purpose, until when, how often
@notice A decision is added, never overwritten; a later one on the same request takes the earlier one's place.
@dev The member signs sentences; the contract knows their hashes from the request and the survey.
"""
from interfaces import ICoin
from interfaces import IRequest
from interfaces import ISurvey

from . import authority
from . import consent_book
from . import item_bits

initializes: authority
initializes: consent_book
exports: authority.DOMAIN_SEPARATOR

struct ConsentItem:
    consentId: bytes32
    member: address
    requestId: bytes32
    given: bool
    itemMask: uint256
    validFrom: uint64
    validUntil: uint64
    usesMaximum: uint32
    coins: uint32
    noticeHash: bytes32
    deadline: uint64

struct SignedConsent:
    consent: ConsentItem
    signature: authority.Signature

struct Withdrawal:
    consentId: bytes32
    member: address
    reasonHash: bytes32
    deadline: uint64

struct SignedWithdrawal:
    withdrawal: Withdrawal
    signature: authority.Signature

struct Asked:
    requestId: bytes32
    terms: IRequest.Terms
    items: uint256
    labels_hash: bytes32

struct Record:
    member: address
    requestId: bytes32
    state: uint8
    items: uint256
    validFrom: uint64
    validUntil: uint64
    usesMaximum: uint32
    used: uint32
    coins: uint32
    hold: uint256

struct Hold:
    count: uint256
    coins: uint256
    state: uint8

SCOPE: constant(uint256) = 2
RELEASE: constant(uint256) = 1000
APPROVED: constant(uint8) = 2
CONSENT_TYPE: constant(bytes32) = keccak256(
    "Consent(bytes32 consentId,address member,bytes32 requestId,string decision,string recipient,string purpose,string[] items,uint256 itemMask,uint64 validFrom,uint64 validUntil,uint32 usesMaximum,uint32 coins,bytes32 noticeHash,uint64 deadline)"
)
WITHDRAWAL_TYPE: constant(bytes32) = keccak256(
    "Withdrawal(bytes32 consentId,address member,string decision,bytes32 reasonHash,uint64 deadline)"
)

request: immutable(IRequest)
survey: immutable(ISurvey)
disclosure: public(address)
withdrawal_digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, surveys: address, requests: address):
    authority.__init__("consent", membership)
    survey = ISurvey(surveys)
    request = IRequest(requests)


@external
def set_disclosure(disclosure: address):
    """@notice Name, once, the contract that may use consents."""
    authority.only_operator()
    assert self.disclosure == empty(address) or self.disclosure == disclosure, "consent: id already used"
    self.disclosure = disclosure


# ---- Members ----


@external
def record(consent: ConsentItem):
    """@notice Consent to a request, or refuse it."""
    asked: Asked = self._ask(consent.requestId, consent.itemMask)
    refused: String[64] = self._record(consent, asked, self._hash(consent, asked), msg.sender)
    assert len(refused) == 0, refused


@external
def record_batch(consents: DynArray[SignedConsent, authority.BATCH]):
    asked: Asked = empty(Asked)
    for item: SignedConsent in consents:
        known: bool = item.consent.requestId == asked.requestId and item.consent.itemMask == asked.items
        if not known or asked.labels_hash == empty(bytes32):
            asked = self._ask(item.consent.requestId, item.consent.itemMask)
        hashed: bytes32 = self._hash(item.consent, asked)
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._record(item.consent, asked, hashed, key)
        if len(refused) != 0:
            log authority.Refused(id=item.consent.consentId, reason=refused)


@external
def withdraw(withdrawal: Withdrawal):
    """@notice Withdraw a consent; what has not been released yet never will be."""
    refused: String[64] = self._withdraw(withdrawal, self._withdrawal_hash(withdrawal), msg.sender)
    assert len(refused) == 0, refused


@external
def withdraw_batch(withdrawals: DynArray[SignedWithdrawal, authority.BATCH]):
    for item: SignedWithdrawal in withdrawals:
        hashed: bytes32 = self._withdrawal_hash(item.withdrawal)
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._withdraw(item.withdrawal, hashed, key)
        if len(refused) != 0:
            log authority.Refused(id=item.withdrawal.consentId, reason=refused)


# ---- The disclosure contract ----


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
        payments.append(consent_book.use(releaseId, number, items, consentId))
    return payments


@external
def open_hold(releaseId: bytes32, requestId: bytes32, items: uint256, closesBy: uint64) -> uint256:
    """@notice Begin to gather the consents of a large release."""
    self._only_disclosure()
    return consent_book.open_hold(releaseId, self._number(requestId), items, closesBy)


@external
def hold_batch(hold: uint256, consentIds: DynArray[bytes32, RELEASE]):
    self._only_disclosure()
    for consentId: bytes32 in consentIds:
        consent_book.hold_one(hold, consentId)


@external
def seal_hold(hold: uint256):
    """@notice From now on the gathered consents are disclosed, and their coins owed."""
    self._only_disclosure()
    consent_book.set_hold_state(hold, consent_book.SEALED)


@external
def drop_hold(hold: uint256):
    self._only_disclosure()
    consent_book.set_hold_state(hold, consent_book.DROPPED)


@external
def settle_batch(
    hold: uint256, consentIds: DynArray[bytes32, RELEASE]
) -> DynArray[ICoin.Payment, RELEASE]:
    self._only_disclosure()
    payments: DynArray[ICoin.Payment, RELEASE] = []
    for consentId: bytes32 in consentIds:
        payments.append(consent_book.settle_one(hold, consentId))
    return payments


# ---- Questions ----


@external
@view
def isLive(consentId: bytes32, requestId: bytes32, items: uint256) -> bool:
    return len(self._why_not_live(consentId, requestId, items)) == 0


@external
@view
def whyNotLive(consentId: bytes32, requestId: bytes32, items: uint256) -> String[64]:
    return self._why_not_live(consentId, requestId, items)


@external
@view
def latest(requestId: bytes32, member: address) -> bytes32:
    return consent_book.latest[requestId][member]


@external
@view
def everUsed(requestId: bytes32, member: address) -> bool:
    return consent_book.ever_used(requestId, member)


@external
@view
def stateOf(consentId: bytes32) -> uint256:
    return (consent_book.head[consentId] >> 160) & authority.BITS_8


@external
@view
def recordOf(consentId: bytes32) -> Record:
    head: uint256 = consent_book.head[consentId]
    body: uint256 = consent_book.body[consentId]
    return Record(
        member=convert(head & authority.BITS_160, address),
        requestId=self._request_of(consentId),
        state=convert((head >> 160) & authority.BITS_8, uint8),
        items=(body >> 32) & authority.BITS_32,
        validFrom=convert((head >> 168) & authority.BITS_40, uint64),
        validUntil=convert((head >> 208) & authority.BITS_40, uint64),
        usesMaximum=convert((body >> 80) & authority.BITS_16, uint32),
        used=convert((body >> 64) & authority.BITS_16, uint32),
        coins=convert(body & authority.BITS_32, uint32),
        hold=(body >> 128) & authority.BITS_32,
    )


@external
@view
def holdOf(hold: uint256) -> Hold:
    packed: uint256 = consent_book.hold[hold]
    return Hold(
        count=packed & authority.BITS_32,
        coins=(packed >> 32) & authority.BITS_64,
        state=convert((packed >> 96) & authority.BITS_8, uint8),
    )


# ---- Steps ----


@internal
@view
def _ask(requestId: bytes32, items: uint256) -> Asked:
    """@dev What is asked and how it reads; kept for a whole batch."""
    terms: IRequest.Terms = staticcall request.terms(requestId)
    labels_hash: bytes32 = staticcall survey.labelsHash(terms.surveyId, items)
    return Asked(requestId=requestId, terms=terms, items=items, labels_hash=labels_hash)


@internal
@pure
def _hash(consent: ConsentItem, asked: Asked) -> bytes32:
    decision: bytes32 = keccak256("I consent")
    if not consent.given:
        decision = keccak256("I refuse")
    return keccak256(
        abi_encode(
            CONSENT_TYPE, consent.consentId, consent.member, consent.requestId, decision,
            asked.terms.recipientHash, asked.terms.purposeHash, asked.labels_hash, consent.itemMask,
            consent.validFrom, consent.validUntil, consent.usesMaximum, consent.coins,
            consent.noticeHash, consent.deadline,
        )
    )


@internal
def _record(consent: ConsentItem, asked: Asked, hashed: bytes32, key: address) -> String[64]:
    if consent_book.is_same(consent.consentId, hashed):
        log authority.Repeated(id=consent.consentId)
        return ""
    refused: String[64] = self._refusal(consent, asked, key)
    if len(refused) != 0:
        return refused
    state: uint256 = consent_book.GIVEN if consent.given else consent_book.REFUSED
    consent_book.append(
        consent_book.Entry(
            consentId=consent.consentId, member=consent.member, requestId=consent.requestId,
            number=convert(asked.terms.number, uint256), state=state, items=consent.itemMask,
            validFrom=consent.validFrom, validUntil=consent.validUntil,
            usesMaximum=consent.usesMaximum, coins=consent.coins, noticeHash=consent.noticeHash,
        ),
        hashed,
    )
    return ""


@internal
@view
def _refusal(consent: ConsentItem, asked: Asked, key: address) -> String[64]:
    if consent_book.is_known(consent.consentId) or consent.consentId == empty(bytes32):
        return "consent: id already used"
    refused: String[64] = authority.refusal(
        key, consent.member, authority.MEMBER, SCOPE, consent.deadline
    )
    if len(refused) != 0:
        return refused
    if asked.terms.state != APPROVED:
        return "consent: request not approved"
    if not item_bits.within(consent.itemMask, asked.terms.items):
        return "consent: items outside the request"
    if convert(consent.coins, uint256) != self._reward(asked):
        return "consent: wrong reward"
    if consent.validFrom > consent.validUntil or block.timestamp > convert(consent.validUntil, uint256):
        return "consent: validity is empty"
    if consent.validUntil > asked.terms.validUntil:
        return "consent: outlasts the request"
    if consent.usesMaximum == 0 or convert(consent.usesMaximum, uint256) > authority.BITS_16:
        return "consent: uses out of range"
    if consent.noticeHash == empty(bytes32):
        return "consent: notice missing"
    return ""


@internal
@pure
def _reward(asked: Asked) -> uint256:
    return convert(asked.terms.coinsBase, uint256) + (
        convert(asked.terms.coinsPerItem, uint256) * item_bits.count(asked.items)
    )


@internal
def _withdraw(withdrawal: Withdrawal, hashed: bytes32, key: address) -> String[64]:
    if self.withdrawal_digest[withdrawal.consentId] == hashed:
        log authority.Repeated(id=withdrawal.consentId)
        return ""
    head: uint256 = consent_book.head[withdrawal.consentId]
    if head == 0:
        return "consent: unknown consent"
    refused: String[64] = authority.refusal(
        key, withdrawal.member, authority.MEMBER, SCOPE, withdrawal.deadline
    )
    if len(refused) != 0:
        return refused
    if convert(head & authority.BITS_160, address) != withdrawal.member:
        return "consent: not the member's"
    state: uint256 = (head >> 160) & authority.BITS_8
    if state == consent_book.WITHDRAWN:
        return "consent: already withdrawn"
    if state != consent_book.GIVEN and state != consent_book.RENEWED:
        return "consent: not in force"
    self.withdrawal_digest[withdrawal.consentId] = hashed
    consent_book.end(
        withdrawal.consentId, self._request_of(withdrawal.consentId),
        consent_book.WITHDRAWN, withdrawal.reasonHash,
    )
    return ""


@internal
@pure
def _withdrawal_hash(withdrawal: Withdrawal) -> bytes32:
    return keccak256(
        abi_encode(
            WITHDRAWAL_TYPE, withdrawal.consentId, withdrawal.member,
            keccak256("I withdraw my consent"), withdrawal.reasonHash, withdrawal.deadline,
        )
    )


@internal
@view
def _why_not_live(consentId: bytes32, requestId: bytes32, items: uint256) -> String[64]:
    return consent_book.live_refusal(
        consent_book.head[consentId], consent_book.body[consentId], self._number(requestId), items
    )


@internal
@view
def _number(requestId: bytes32) -> uint256:
    return convert((staticcall request.terms(requestId)).number, uint256)


@internal
@view
def _request_of(consentId: bytes32) -> bytes32:
    return staticcall request.requestAt((consent_book.body[consentId] >> 96) & authority.BITS_32)


@internal
@view
def _only_disclosure():
    assert msg.sender == self.disclosure, "consent: not the disclosure contract"
