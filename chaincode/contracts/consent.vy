# pragma version 0.4.3
# pragma evm-version london
"""
@title Consent: what a member lets a partner have, for which purpose, until when, how often
@notice A decision is added, never overwritten; a later one on the same request takes the earlier one's place.
@dev The member signs sentences; the contract knows their hashes from the request and the survey.
"""
from interfaces import IConsent
from interfaces import IRequest
from interfaces import IRule
from interfaces import ISurvey

from . import authority
from . import consent_book
from . import consent_gate
from . import consent_hold
from . import consent_office
from . import item_bits

implements: IConsent
initializes: authority
initializes: consent_hold
initializes: consent_book[consent_hold := consent_hold]
initializes: consent_gate[authority := authority, consent_book := consent_book, consent_hold := consent_hold]
initializes: consent_office[consent_book := consent_book, authority := authority]
exports: (
    authority.DOMAIN_SEPARATOR,
    consent_gate.disclosure,
    consent_gate.drop_hold,
    consent_gate.hold_batch,
    consent_gate.isLive,
    consent_gate.open_hold,
    consent_gate.seal_hold,
    consent_gate.set_disclosure,
    consent_gate.settle_batch,
    consent_gate.use_batch,
    consent_gate.whyNotLive,
    consent_hold.holdOf,
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
    refused: String[64] = self._record(consent, asked, msg.sender, empty(authority.Signature), empty(bytes32))
    assert len(refused) == 0, refused


@external
def record_batch(consents: DynArray[SignedConsent, authority.BATCH]):
    asked: Asked = empty(Asked)
    for item: SignedConsent in consents:
        known: bool = item.consent.requestId == asked.requestId and item.consent.itemMask == asked.items
        if not known or asked.labels_hash == empty(bytes32):
            asked = self._ask(item.consent.requestId, item.consent.itemMask)
        refused: String[64] = self._record(
            item.consent, asked, empty(address), item.signature, empty(bytes32)
        )
        if len(refused) != 0:
            log authority.Refused(id=item.consent.consentId, reason=refused)


@external
def record_by_rule_batch(consents: DynArray[RuledConsent, authority.BATCH]):
    """@notice The bank consents for members under their standing rules."""
    authority.only_operator()
    assert self.rules.address != empty(address), "consent: no rules yet"
    asked: Asked = empty(Asked)
    for item: RuledConsent in consents:
        if item.consent.requestId != asked.requestId or item.consent.itemMask != asked.items:
            asked = self._ask(item.consent.requestId, item.consent.itemMask)
        refused: String[64] = "rule: unknown rule"
        if item.ruleId != empty(bytes32):
            refused = self._record(
                item.consent, asked, msg.sender, empty(authority.Signature), item.ruleId
            )
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
    )


@internal
def _record(
    consent: ConsentItem, asked: Asked, caller: address, signature: authority.Signature, ruleId: bytes32
) -> String[64]:
    """@dev Decided by the caller, by a signature, or under a rule. One function: its structs are costly to pass on."""
    # 1. A repetition changes nothing; an id is used once.
    decision: bytes32 = keccak256("I consent") if consent.given else keccak256("I refuse")
    hashed: bytes32 = keccak256(
        abi_encode(
            CONSENT_TYPE, consent.consentId, consent.member, consent.requestId, decision,
            asked.recipient_hash, asked.purpose_hash, asked.labels_hash, consent.itemMask,
            consent.validFrom, consent.validUntil, consent.usesMaximum, consent.coins,
            consent.noticeHash, consent.deadline,
        )
    )
    if ruleId != empty(bytes32):
        hashed = keccak256(abi_encode(hashed, ruleId))
    if consent_book.is_same(consent.consentId, hashed):
        log authority.Repeated(id=consent.consentId)
        return ""
    if not consent_book.is_free(consent.consentId, consent.member, asked.number):
        return "consent: id already used"
    # 2. Who speaks?
    if ruleId != empty(bytes32):
        unruly: String[64] = self._ruled_refusal(
            consent.member, consent.requestId, consent.given, consent.deadline
        )
        if len(unruly) != 0:
            return unruly
    else:
        key: address = caller
        if caller == empty(address):
            key = authority.signer(hashed, signature)
        if not authority.may(key, consent.member, authority.MEMBER, SCOPE, consent.deadline):
            return authority.refusal(key, consent.member, authority.MEMBER, SCOPE, consent.deadline)
    # 3. Is it what was asked?
    refused: String[64] = self._terms_refusal(
        consent.itemMask, consent.coins, consent.validFrom, consent.validUntil, consent.usesMaximum,
        consent.noticeHash, asked.allowed, asked.reward, asked.open_until,
    )
    if len(refused) != 0:
        return refused
    if ruleId != empty(bytes32):
        wish: IRule.Wish = IRule.Wish(
            member=consent.member, items=consent.itemMask, coins=consent.coins,
            usesMaximum=consent.usesMaximum, validUntil=consent.validUntil,
        )
        terms: IRequest.Terms = staticcall request.terms(consent.requestId)
        refused = staticcall self.rules.refusal(ruleId, terms, wish)
        if len(refused) != 0:
            return refused
        log ConsentByRule(consentId=consent.consentId, ruleId=ruleId, member=consent.member)
    # 4. Then it counts.
    consent_book.append(
        consent_book.Entry(
            consentId=consent.consentId, member=consent.member, requestId=consent.requestId,
            number=asked.number, state=consent_book.GIVEN if consent.given else consent_book.REFUSED,
            items=consent.itemMask, validFrom=consent.validFrom, validUntil=consent.validUntil,
            usesMaximum=consent.usesMaximum, coins=consent.coins, noticeHash=consent.noticeHash,
        ),
        hashed,
    )
    if consent.given and asked.partner_reward != 0:
        extcall survey.accept(asked.surveyId, consent.requestId, consent.member, consent.consentId)
    return ""


@internal
@view
def _terms_refusal(
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
def _ruled_refusal(member: address, requestId: bytes32, given: bool, deadline: uint64) -> String[64]:
    """@dev A rule speaks where the member did not: never against a decision of the member's own."""
    if not staticcall authority.membership.hasRole(member, authority.MEMBER):
        return "membership: role missing"
    if staticcall authority.membership.isSuspended(member):
        return "membership: account suspended"
    if not given:
        return "consent: a rule only consents"
    if block.timestamp > convert(deadline, uint256):
        return "consent: deadline passed"
    earlier: bytes32 = consent_book.latest[requestId][member]
    if earlier != empty(bytes32) and not consent_book.has_run_out(earlier):
        return "consent: already decided"
    return ""


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
