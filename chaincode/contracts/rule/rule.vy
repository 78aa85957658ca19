# pragma version 0.4.3
# pragma evm-version london
"""
@title Rule: standing rules, signed once by a member, under which the bank may consent for it
@notice The wallet shows the names of everything a rule covers; what it does not cover, the contract refuses.
        Which of a member's words is the later the member says, by a sequence (milliseconds since 1970): a rule
        that was held back does not outlive the end, or the other rule, that was signed after it.
@dev What its masks of recipients, purposes and processing mean is in category.vy.
     rule: member | state << 160 | validUntil << 168 | kMinimum << 208 | epoch << 240; an account has at most 65,536
     epochs that a rule can tell apart. A rotation ends what an earlier key signed.
     cover: items | recipients << 32 | purposes << 64 | processing << 96 | coinsMinimum << 128
            | usesMaximum << 160 | digest << 192
"""
from interfaces import IRequest
from interfaces import IRule
from interfaces import ISurvey

from ..shared import authority
from ..shared import item_bits
from . import category

implements: IRule
initializes: authority
initializes: category[authority := authority]
exports: (
    authority.DOMAIN_SEPARATOR,
    category.categorize,
    category.categoryOf,
    category.name_category,
)

struct StandingRule:
    ruleId: bytes32
    member: address
    surveyId: bytes32
    itemMask: uint256
    recipientMask: uint256
    purposeMask: uint256
    processingMask: uint256
    kMinimum: uint32
    coinsMinimum: uint32
    usesMaximum: uint32
    validUntil: uint64
    sequence: uint64
    deadline: uint64

struct SignedRule:
    rule: StandingRule
    signature: authority.Signature

struct RuleEnd:
    ruleId: bytes32
    member: address
    sequence: uint64
    deadline: uint64

struct SignedEnd:
    end: RuleEnd
    signature: authority.Signature

struct RuleView:
    member: address
    surveyId: bytes32
    live: bool
    itemMask: uint256
    recipientMask: uint256
    purposeMask: uint256
    processingMask: uint256
    kMinimum: uint32
    coinsMinimum: uint32
    usesMaximum: uint32
    validUntil: uint64

event RuleSet:
    ruleId: indexed(bytes32)
    member: indexed(address)
    surveyId: indexed(bytes32)
    itemMask: uint256
    recipientMask: uint256
    purposeMask: uint256
    processingMask: uint256
    kMinimum: uint32
    coinsMinimum: uint32
    usesMaximum: uint32
    validUntil: uint64
    sequence: uint64

event RuleEnded:
    ruleId: indexed(bytes32)
    member: indexed(address)
    sequence: uint64

SCOPE: constant(uint256) = authority.SCOPE_CONSENT
LIVE: constant(uint256) = 1
ENDED: constant(uint256) = 2
RULE_TYPE: constant(bytes32) = keccak256(
    "StandingRule(bytes32 ruleId,address member,string statement,bytes32 surveyId,string[] items,uint256 itemMask,string[] recipients,uint256 recipientMask,string[] purposes,uint256 purposeMask,string[] processing,uint256 processingMask,uint32 kMinimum,uint32 coinsMinimum,uint32 usesMaximum,uint64 validUntil,uint64 sequence,uint64 deadline)"
)
END_TYPE: constant(bytes32) = keccak256("RuleEnd(bytes32 ruleId,address member,string statement,uint64 sequence,uint64 deadline)")

survey: immutable(ISurvey)
rule: HashMap[bytes32, uint256]
cover: HashMap[bytes32, uint256]
survey_of: HashMap[bytes32, bytes32]
sequenceOf: public(HashMap[address, uint256])


@deploy
def __init__(membership: address, surveys: address):
    authority.__init__("rule", membership)
    survey = ISurvey(surveys)


# ---- Members set and end rules ----


@external
def set_rule(rule: StandingRule):
    """@notice Let the bank consent for oneself, within these bounds, until a date."""
    refused: String[64] = self._set_rule(rule, self._rule_hash(rule), msg.sender)
    assert len(refused) == 0, refused


@external
def set_rule_batch(rules: DynArray[SignedRule, authority.BATCH]):
    for item: SignedRule in rules:
        hashed: bytes32 = self._rule_hash(item.rule)
        refused: String[64] = self._set_rule(item.rule, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.rule.ruleId, reason=refused)


@external
def end_rule(end: RuleEnd):
    """
    @notice No more consents under this rule; those already given are withdrawn one by one. The end of a rule that
            never came counts too: what was signed before it comes too late.
    """
    refused: String[64] = self._end_rule(end, msg.sender)
    assert len(refused) == 0, refused


@external
def end_rule_batch(ends: DynArray[SignedEnd, authority.BATCH]):
    for item: SignedEnd in ends:
        hashed: bytes32 = keccak256(
            abi_encode(
                END_TYPE, item.end.ruleId, item.end.member,
                keccak256("I end this standing rule"), item.end.sequence, item.end.deadline,
            )
        )
        refused: String[64] = self._end_rule(item.end, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.end.ruleId, reason=refused)


@external
@view
def ruleOf(ruleId: bytes32) -> RuleView:
    rule: uint256 = self.rule[ruleId]
    cover: uint256 = self.cover[ruleId]
    return RuleView(
        member=convert(rule & authority.BITS_160, address),
        surveyId=self.survey_of[ruleId],
        live=(rule >> 160) & authority.BITS_8 == LIVE and self._is_of_present_key(rule),
        itemMask=cover & authority.BITS_32,
        recipientMask=(cover >> 32) & authority.BITS_32,
        purposeMask=(cover >> 64) & authority.BITS_32,
        processingMask=(cover >> 96) & authority.BITS_32,
        kMinimum=convert((rule >> 208) & authority.BITS_32, uint32),
        coinsMinimum=convert((cover >> 128) & authority.BITS_32, uint32),
        usesMaximum=convert((cover >> 160) & authority.BITS_32, uint32),
        validUntil=convert((rule >> 168) & authority.BITS_40, uint64),
    )


# ---- What a rule covers ----


@external
@view
def refusal(ruleId: bytes32, terms: IRequest.Terms, wish: IRule.Wish) -> String[64]:
    """@return What the rule does not cover of this request; "" if it covers all of it."""
    rule: uint256 = self.rule[ruleId]
    cover: uint256 = self.cover[ruleId]
    if rule == 0:
        return "rule: unknown rule"
    if convert(rule & authority.BITS_160, address) != wish.member:
        return "rule: of another member"
    if (rule >> 160) & authority.BITS_8 != LIVE:
        return "rule: has ended"
    if not self._is_of_present_key(rule):
        return "rule: of an earlier key"
    if block.timestamp > (rule >> 168) & authority.BITS_40:
        return "rule: has run out"
    if self.survey_of[ruleId] != terms.surveyId:
        return "rule: does not cover the survey"
    place: uint256 = category.place_of[terms.partner]
    if place == 0 or (cover >> (31 + place)) & 1 == 0:
        return "rule: does not cover the recipient"
    purpose: uint256 = convert(terms.purposeCode, uint256)
    if purpose >= category.PLACES or (cover >> (64 + purpose)) & 1 == 0:
        return "rule: does not cover the purpose"
    if (cover >> (96 + convert(terms.legalClass, uint256))) & 1 == 0:
        return "rule: does not cover the processing"
    if not item_bits.within(wish.items, cover & authority.BITS_32):
        return "rule: does not cover the items"
    if convert(terms.kMinimum, uint256) < (rule >> 208) & authority.BITS_32:
        return "rule: demands a higher k"
    if convert(wish.coins, uint256) < (cover >> 128) & authority.BITS_32:
        return "rule: demands more coins"
    if convert(wish.usesMaximum, uint256) > (cover >> 160) & authority.BITS_32:
        return "rule: allows fewer uses"
    if convert(wish.validUntil, uint256) > (rule >> 168) & authority.BITS_40:
        return "rule: outlasts the rule"
    return ""


# ---- Steps ----


@internal
def _set_rule(rule: StandingRule, hashed: bytes32, key: address) -> String[64]:
    known: uint256 = self.rule[rule.ruleId]
    if known != 0 and self.cover[rule.ruleId] >> 192 == convert(hashed, uint256) >> 192:
        log authority.Repeated(id=rule.ruleId)
        return ""
    if known != 0 or rule.ruleId == empty(bytes32):
        return "rule: id already used"
    refused: String[64] = authority.refusal(key, rule.member, authority.MEMBER, SCOPE, rule.deadline)
    if len(refused) != 0:
        return refused
    if convert(rule.sequence, uint256) <= self.sequenceOf[rule.member]:
        return "rule: a later word stands"
    if authority.is_of_the_future(rule.sequence):
        return "rule: sequence is of the future"
    if block.timestamp > convert(rule.validUntil, uint256) or convert(rule.validUntil, uint256) > authority.BITS_40:
        return "rule: validity is empty"
    if not self._is_whole(rule):
        return "rule: covers nothing"
    self.survey_of[rule.ruleId] = rule.surveyId
    self.rule[rule.ruleId] = (
        convert(rule.member, uint256)
        | (LIVE << 160)
        | (convert(rule.validUntil, uint256) << 168)
        | (convert(rule.kMinimum, uint256) << 208)
        | (self._epoch(rule.member) << 240)
    )
    self.cover[rule.ruleId] = (
        rule.itemMask
        | (rule.recipientMask << 32)
        | (rule.purposeMask << 64)
        | (rule.processingMask << 96)
        | (convert(rule.coinsMinimum, uint256) << 128)
        | (convert(rule.usesMaximum, uint256) << 160)
        | ((convert(hashed, uint256) >> 192) << 192)
    )
    self.sequenceOf[rule.member] = convert(rule.sequence, uint256)
    log RuleSet(
        ruleId=rule.ruleId, member=rule.member, surveyId=rule.surveyId, itemMask=rule.itemMask,
        recipientMask=rule.recipientMask, purposeMask=rule.purposeMask, processingMask=rule.processingMask,
        kMinimum=rule.kMinimum, coinsMinimum=rule.coinsMinimum, usesMaximum=rule.usesMaximum,
        validUntil=rule.validUntil, sequence=rule.sequence,
    )
    return ""


@internal
@view
def _epoch(member: address) -> uint256:
    return staticcall authority.membership.epochOf(member) & authority.BITS_16


@internal
@view
def _is_of_present_key(rule: uint256) -> bool:
    return rule >> 240 == self._epoch(convert(rule & authority.BITS_160, address))


@internal
@view
def _is_whole(rule: StandingRule) -> bool:
    """@dev Everything named must exist: a member cannot agree to a category nobody has named."""
    items: uint256 = staticcall survey.itemCount(rule.surveyId)
    return (
        item_bits.within(rule.itemMask, (1 << items) - 1)
        and category.are_named(category.RECIPIENT, rule.recipientMask)
        and category.are_named(category.PURPOSE, rule.purposeMask)
        and category.are_named(category.PROCESSING, rule.processingMask)
        and rule.usesMaximum != 0
    )


@internal
def _end_rule(end: RuleEnd, key: address) -> String[64]:
    refused: String[64] = authority.right_refusal(key, end.member, SCOPE, end.deadline)
    if len(refused) != 0:
        return refused
    rule: uint256 = self.rule[end.ruleId]
    if rule != 0 and convert(rule & authority.BITS_160, address) != end.member:
        return "rule: of another member"
    until: uint256 = authority.outdating(end.sequence)
    is_later: bool = until > self.sequenceOf[end.member]
    if (rule >> 160) & authority.BITS_8 == ENDED or (rule == 0 and not is_later):
        log authority.Repeated(id=end.ruleId)
        return ""
    if rule != 0:
        self.rule[end.ruleId] = rule ^ ((LIVE ^ ENDED) << 160)
    if is_later:
        self.sequenceOf[end.member] = until
    log RuleEnded(ruleId=end.ruleId, member=end.member, sequence=convert(until, uint64))
    return ""


@internal
@view
def _rule_hash(rule: StandingRule) -> bytes32:
    return keccak256(
        abi_encode(
            RULE_TYPE, rule.ruleId, rule.member,
            keccak256("Under these terms the bank may consent for me"),
            rule.surveyId, staticcall survey.labelsHash(rule.surveyId, rule.itemMask), rule.itemMask,
            category.names_hash(category.RECIPIENT, rule.recipientMask), rule.recipientMask,
            category.names_hash(category.PURPOSE, rule.purposeMask), rule.purposeMask,
            category.names_hash(category.PROCESSING, rule.processingMask), rule.processingMask,
            rule.kMinimum, rule.coinsMinimum, rule.usesMaximum, rule.validUntil, rule.sequence, rule.deadline,
        )
    )
