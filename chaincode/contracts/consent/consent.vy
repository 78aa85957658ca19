# pragma version 0.4.3
# pragma evm-version london
"""
@title Consent: what a member lets a partner have, for which purpose, until when, how often
@notice A decision is added, never overwritten; a later one on the same request takes the earlier one's place. Which is
        the later the member says, by a sequence (milliseconds since 1970): not whoever carries them.
@dev The member signs sentences; the contract knows their hashes from the request and the survey. What was asked is
     in terms.vy, records are in book.vy, taking back is in withdrawal.vy.
"""
from interfaces import IConsent
from interfaces import IRequest
from interfaces import IRule

from ..shared import authority
from . import book as consent_book
from . import gate as consent_gate
from . import hold as consent_hold
from . import office as consent_office
from . import terms as consent_terms
from . import withdrawal

implements: IConsent
initializes: authority
initializes: consent_hold
initializes: consent_book[consent_hold := consent_hold]
initializes: consent_gate[authority := authority, consent_book := consent_book, consent_hold := consent_hold]
initializes: consent_office[authority := authority, consent_book := consent_book]
initializes: consent_terms[consent_book := consent_book]
initializes: withdrawal[authority := authority, consent_book := consent_book, consent_terms := consent_terms]
exports: (
    authority.DOMAIN_SEPARATOR,
    consent_book.sequenceOf,
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
    withdrawal.withdraw,
    withdrawal.withdraw_batch,
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
    sequence: uint64
    deadline: uint64

struct SignedConsent:
    consent: ConsentItem
    signature: authority.Signature

struct RuledConsent:
    consent: ConsentItem
    ruleId: bytes32

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

SCOPE: constant(uint256) = authority.SCOPE_CONSENT
CONSENT_TYPE: constant(bytes32) = keccak256(
    "Consent(bytes32 consentId,address member,bytes32 requestId,bytes32 requestDigest,string decision,string recipient,string purpose,string[] items,uint256 itemMask,uint64 validFrom,uint64 validUntil,uint32 usesMaximum,uint32 coins,bytes32 noticeHash,uint64 sequence,uint64 deadline)"
)

rules: public(IRule)


@deploy
def __init__(membership: address, surveys: address, requests: address):
    authority.__init__("consent", membership)
    consent_terms.__init__(surveys, requests)
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
    asked: consent_terms.Asked = consent_terms.ask(consent.requestId, consent.itemMask)
    refused: String[64] = self._record(consent, asked, msg.sender, empty(authority.Signature), empty(bytes32))
    assert len(refused) == 0, refused


@external
def record_batch(consents: DynArray[SignedConsent, authority.BATCH]):
    asked: consent_terms.Asked = empty(consent_terms.Asked)
    for item: SignedConsent in consents:
        if item.consent.requestId != asked.requestId or item.consent.itemMask != asked.items:
            asked = consent_terms.ask(item.consent.requestId, item.consent.itemMask)
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
    asked: consent_terms.Asked = empty(consent_terms.Asked)
    for item: RuledConsent in consents:
        if item.consent.requestId != asked.requestId or item.consent.itemMask != asked.items:
            asked = consent_terms.ask(item.consent.requestId, item.consent.itemMask)
        refused: String[64] = "rule: unknown rule"
        if item.ruleId != empty(bytes32):
            refused = self._record(
                item.consent, asked, msg.sender, empty(authority.Signature), item.ruleId
            )
        if len(refused) != 0:
            log authority.Refused(id=item.consent.consentId, reason=refused)


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
    kept: consent_book.Fields = consent_book.read(consentId)
    return Record(
        member=kept.member,
        requestId=consent_terms.request_of(consentId),
        state=kept.state,
        items=kept.items,
        validFrom=kept.valid_from,
        validUntil=kept.valid_until,
        usesMaximum=kept.uses_maximum,
        used=kept.used,
        coins=kept.coins,
        hold=kept.hold,
    )


# ---- Steps ----


@internal
def _record(
    consent: ConsentItem, asked: consent_terms.Asked, caller: address, signature: authority.Signature, ruleId: bytes32
) -> String[64]:
    """@dev Decided by the caller, by a signature, or under a rule. One function: its structs are costly to pass on."""
    # 1. A repetition changes nothing; an id is used once.
    decision: bytes32 = keccak256("I consent") if consent.given else keccak256("I refuse")
    hashed: bytes32 = keccak256(
        abi_encode(
            CONSENT_TYPE, consent.consentId, consent.member, consent.requestId, asked.digest, decision,
            asked.recipient_hash, asked.purpose_hash, asked.labels_hash, consent.itemMask,
            consent.validFrom, consent.validUntil, consent.usesMaximum, consent.coins,
            consent.noticeHash, consent.sequence, consent.deadline,
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
            consent.member, consent.requestId, consent.given, consent.sequence, consent.deadline
        )
        if len(unruly) != 0:
            return unruly
    else:
        key: address = caller
        if caller == empty(address):
            key = authority.signer(hashed, signature)
        if not authority.may(key, consent.member, authority.MEMBER, SCOPE, consent.deadline):
            return authority.refusal(key, consent.member, authority.MEMBER, SCOPE, consent.deadline)
        if convert(consent.sequence, uint256) <= consent_book.sequenceOf[consent.requestId][consent.member]:
            return "consent: a later word stands"
        if authority.is_of_the_future(consent.sequence):
            return "consent: sequence is of the future"
    # 3. Is it what was asked, and of somebody who accepted the bank's terms? To refuse is everybody's.
    if consent.given and not authority.agrees(consent.member):
        return authority.NOT_ACCEPTED
    refused: String[64] = consent_terms.refusal(
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
        terms: IRequest.Terms = staticcall consent_terms.request.terms(consent.requestId)
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
            sequence=consent.sequence,
        ),
        hashed,
    )
    if consent.given and asked.partner_reward != 0:
        extcall consent_terms.survey.accept(asked.surveyId, consent.requestId, consent.member, consent.consentId)
    return ""


@internal
@view
def _ruled_refusal(
    member: address, requestId: bytes32, given: bool, sequence: uint64, deadline: uint64
) -> String[64]:
    """@dev A rule speaks where the member did not: never against a decision of the member's own."""
    if not staticcall authority.membership.hasRole(member, authority.MEMBER):
        return "membership: role missing"
    if staticcall authority.membership.isSuspended(member):
        return "membership: account suspended"
    if staticcall authority.membership.isResting(member):
        return "membership: account recovers"
    if not given:
        return "consent: a rule only consents"
    if sequence != 0:
        return "consent: a rule has no sequence"
    if block.timestamp > convert(deadline, uint256):
        return "consent: deadline passed"
    earlier: bytes32 = consent_book.latest[requestId][member]
    if earlier != empty(bytes32) and not consent_book.has_run_out(earlier):
        return "consent: already decided"
    return ""
