# pragma version 0.4.3
# pragma evm-version london
"""
@title Consent: what a member lets a partner have, for which purpose, until when, how often
@notice A decision is added, never overwritten; a later one on the same request takes the earlier one's place.
@dev The member signs sentences; the contract knows their hashes from the request and the survey.
"""
from interfaces import IRequest
from interfaces import IRule
from interfaces import ISurvey

from . import authority
from . import consent_book
from . import consent_gate
from . import consent_office
from . import item_bits

initializes: authority
initializes: consent_book
initializes: consent_gate[consent_book := consent_book, authority := authority]
initializes: consent_office[consent_book := consent_book, authority := authority]
exports: (
    authority.DOMAIN_SEPARATOR,
    consent_gate.disclosure,
    consent_gate.drop_hold,
    consent_gate.hold_batch,
    consent_gate.holdOf,
    consent_gate.isLive,
    consent_gate.open_hold,
    consent_gate.seal_hold,
    consent_gate.set_disclosure,
    consent_gate.settle_batch,
    consent_gate.use_batch,
    consent_gate.whyNotLive,
    consent_office.ask_batch,
    consent_office.expire_batch,
    consent_office.revoke,
)

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

struct RuledConsent:
    consent: ConsentItem
    ruleId: bytes32

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
    partner_reward: uint256

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

event ConsentByRule:
    consentId: indexed(bytes32)
    ruleId: indexed(bytes32)
    member: indexed(address)

SCOPE: constant(uint256) = 2
APPROVED: constant(uint8) = 2
CONSENT_TYPE: constant(bytes32) = keccak256(
    "Consent(bytes32 consentId,address member,bytes32 requestId,string decision,string recipient,string purpose,string[] items,uint256 itemMask,uint64 validFrom,uint64 validUntil,uint32 usesMaximum,uint32 coins,bytes32 noticeHash,uint64 deadline)"
)
WITHDRAWAL_TYPE: constant(bytes32) = keccak256(
    "Withdrawal(bytes32 consentId,address member,string decision,bytes32 reasonHash,uint64 deadline)"
)

request: immutable(IRequest)
survey: immutable(ISurvey)
rules: public(IRule)
withdrawal_digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, surveys: address, requests: address):
    authority.__init__("consent", membership)
    survey = ISurvey(surveys)
    request = IRequest(requests)
    consent_gate.__init__(requests)
    consent_office.__init__(requests)


@external
def set_rules(rules: address):
    """@notice Name, once, the contract that keeps the members' standing rules."""
    authority.only_operator()
    assert self.rules.address == empty(address) or self.rules.address == rules, "consent: id already used"
    self.rules = IRule(rules)


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
def record_by_rule_batch(items: DynArray[RuledConsent, authority.BATCH]):
    """@notice The bank consents for members under their standing rules."""
    authority.only_operator()
    assert self.rules.address != empty(address), "consent: no rules yet"
    asked: Asked = empty(Asked)
    for item: RuledConsent in items:
        if item.consent.requestId != asked.requestId or item.consent.itemMask != asked.items:
            asked = self._ask(item.consent.requestId, item.consent.itemMask)
        hashed: bytes32 = keccak256(abi_encode(item))
        if consent_book.is_same(item.consent.consentId, hashed):
            log authority.Repeated(id=item.consent.consentId)
            continue
        refused: String[64] = self._ruled_refusal(item, asked)
        if len(refused) != 0:
            log authority.Refused(id=item.consent.consentId, reason=refused)
            continue
        log ConsentByRule(
            consentId=item.consent.consentId, ruleId=item.ruleId, member=item.consent.member
        )
        self._append(item.consent, asked, hashed)


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


# ---- Questions ----


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
    return consent_book.state_of(consentId)


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


# ---- Steps ----


@internal
@view
def _ask(requestId: bytes32, items: uint256) -> Asked:
    """@dev What is asked and how it reads; kept for a whole batch."""
    terms: IRequest.Terms = staticcall request.terms(requestId)
    labels_hash: bytes32 = staticcall survey.labelsHash(terms.surveyId, items)
    return Asked(
        requestId=requestId, terms=terms, items=items, labels_hash=labels_hash,
        partner_reward=staticcall survey.partnerReward(terms.surveyId),
    )


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
    self._append(consent, asked, hashed)
    return ""


@internal
def _append(consent: ConsentItem, asked: Asked, hashed: bytes32):
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
    if consent.given and asked.partner_reward != 0:
        extcall survey.accept(
            asked.terms.surveyId, consent.requestId, consent.member, consent.consentId
        )


@internal
@view
def _ruled_refusal(item: RuledConsent, asked: Asked) -> String[64]:
    """@dev The rule speaks where the member did not: never against a decision of the member's own."""
    consent: ConsentItem = item.consent
    if not consent_book.is_free(consent.consentId, consent.member, convert(asked.terms.number, uint256)):
        return "consent: id already used"
    if not staticcall authority.membership.hasRole(consent.member, authority.MEMBER):
        return "membership: role missing"
    if staticcall authority.membership.isSuspended(consent.member):
        return "membership: account suspended"
    if not consent.given:
        return "consent: a rule only consents"
    if block.timestamp > convert(consent.deadline, uint256):
        return "consent: deadline passed"
    earlier: bytes32 = consent_book.latest[consent.requestId][consent.member]
    if earlier != empty(bytes32) and not consent_book.has_run_out(earlier):
        return "consent: already decided"
    refused: String[64] = self._terms_refusal(consent, asked)
    if len(refused) != 0:
        return refused
    return staticcall self.rules.refusal(
        item.ruleId,
        asked.terms,
        IRule.Wish(
            member=consent.member, items=consent.itemMask, coins=consent.coins,
            usesMaximum=consent.usesMaximum, validUntil=consent.validUntil,
        ),
    )


@internal
@view
def _refusal(consent: ConsentItem, asked: Asked, key: address) -> String[64]:
    number: uint256 = convert(asked.terms.number, uint256)
    if not consent_book.is_free(consent.consentId, consent.member, number):
        return "consent: id already used"
    refused: String[64] = authority.refusal(
        key, consent.member, authority.MEMBER, SCOPE, consent.deadline
    )
    if len(refused) != 0:
        return refused
    return self._terms_refusal(consent, asked)


@internal
@view
def _terms_refusal(consent: ConsentItem, asked: Asked) -> String[64]:
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
    if consent_book.state_of(withdrawal.consentId) == consent_book.WITHDRAWN:
        return "consent: already withdrawn"
    if not consent_book.is_in_force(withdrawal.consentId):
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
def _request_of(consentId: bytes32) -> bytes32:
    return staticcall request.requestAt(consent_book.number_of(consentId))
