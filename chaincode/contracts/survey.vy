# pragma version 0.4.3
# pragma evm-version london
"""
@title Survey: what is asked, until when, for which reward
@notice An answer and its coins are one transaction. The chain holds a salted commitment, never an answer.
@dev A survey's head is one slot: opensAt | closesAt << 64 | baseCoins << 128 | items << 160 | closed << 168.
"""
from interfaces import ICoin
from interfaces import ISurvey

from . import authority

implements: ISurvey
initializes: authority
exports: authority.DOMAIN_SEPARATOR

struct Answer:
    answerId: bytes32
    member: address
    surveyId: bytes32
    commitment: bytes32
    items: uint256
    coins: uint256
    deadline: uint64

struct SignedAnswer:
    answer: Answer
    signature: authority.Signature

struct Survey:
    surveyId: bytes32
    title_hash: bytes32
    opens_at: uint256
    closes_at: uint256
    base_coins: uint256
    items: uint256
    closed: bool
    item_coins: uint256[2]

event SurveyPublished:
    surveyId: indexed(bytes32)
    titleHash: bytes32
    contentHash: bytes32
    itemLabelHashes: DynArray[bytes32, ITEMS]
    itemCoins: DynArray[uint16, ITEMS]
    baseCoins: uint32
    budgetCoins: uint64
    opensAt: uint64
    closesAt: uint64

event SurveyClosed:
    surveyId: indexed(bytes32)

event Answered:
    answerId: indexed(bytes32)
    surveyId: indexed(bytes32)
    member: indexed(address)
    commitment: bytes32
    items: uint256
    coins: uint256

event PartnerRewardSet:
    surveyId: indexed(bytes32)
    coins: uint32
    partnersMaximum: uint8

event PartnerRewarded:
    consentId: indexed(bytes32)
    surveyId: indexed(bytes32)
    member: indexed(address)
    coins: uint256

ITEMS: constant(uint256) = 32
SCOPE: constant(uint256) = 1
CLOSED: constant(uint256) = 1 << 168
ANSWER_TYPE: constant(bytes32) = keccak256(
    "Answer(bytes32 answerId,address member,bytes32 surveyId,string survey,bytes32 commitment,uint256 items,uint256 coins,uint64 deadline)"
)

coin: immutable(ICoin)
consent: public(address)
titleHash: public(HashMap[bytes32, bytes32])
budgetLeft: public(HashMap[bytes32, uint256])
answerOf: public(HashMap[bytes32, HashMap[address, bytes32]])
head: HashMap[bytes32, uint256]
item_coins: HashMap[bytes32, uint256[2]]
label_hashes: HashMap[bytes32, bytes32[ITEMS]]
partner_reward: HashMap[bytes32, uint256]
partnersAccepted: public(HashMap[bytes32, HashMap[address, uint256]])
accepted: HashMap[bytes32, HashMap[address, bool]]
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address):
    authority.__init__("survey", membership)
    coin = ICoin(coins)


# ---- The operator ----


@external
def publish(
    surveyId: bytes32,
    titleHash: bytes32,
    contentHash: bytes32,
    itemLabelHashes: DynArray[bytes32, ITEMS],
    itemCoins: DynArray[uint16, ITEMS],
    baseCoins: uint32,
    budgetCoins: uint64,
    opensAt: uint64,
    closesAt: uint64,
):
    """@notice Publish for good: texts, window, reward rule and budget of a survey never change."""
    authority.only_operator()
    hashed: bytes32 = keccak256(
        abi_encode(
            titleHash, contentHash, itemLabelHashes, itemCoins, baseCoins, budgetCoins, opensAt, closesAt
        )
    )
    known: bytes32 = self.digest[surveyId]
    if known != empty(bytes32):
        assert known == hashed, "survey: id already used"
        log authority.Repeated(id=surveyId)
        return
    assert surveyId != empty(bytes32), "survey: id already used"
    assert len(itemLabelHashes) != 0, "survey: no items"
    assert len(itemLabelHashes) == len(itemCoins), "survey: items and coins differ in number"
    assert opensAt <= closesAt and block.timestamp <= convert(closesAt, uint256), "survey: window is empty"
    self.digest[surveyId] = hashed
    self.titleHash[surveyId] = titleHash
    self.budgetLeft[surveyId] = convert(budgetCoins, uint256)
    coins: uint256[2] = [0, 0]
    count: uint256 = 0
    for label_hash: bytes32 in itemLabelHashes:
        self.label_hashes[surveyId][count] = label_hash
        coins[count // 16] |= convert(itemCoins[count], uint256) << (16 * (count % 16))
        count += 1
    self.item_coins[surveyId] = coins
    self.head[surveyId] = (
        convert(opensAt, uint256)
        | (convert(closesAt, uint256) << 64)
        | (convert(baseCoins, uint256) << 128)
        | (count << 160)
    )
    log SurveyPublished(
        surveyId=surveyId, titleHash=titleHash, contentHash=contentHash,
        itemLabelHashes=itemLabelHashes, itemCoins=itemCoins, baseCoins=baseCoins,
        budgetCoins=budgetCoins, opensAt=opensAt, closesAt=closesAt,
    )


@external
def close(surveyId: bytes32):
    """@notice End a survey before its time."""
    authority.only_operator()
    head: uint256 = self.head[surveyId]
    assert head != 0, "survey: unknown survey"
    assert head & CLOSED == 0, "survey: already closed"
    self.head[surveyId] = head | CLOSED
    log SurveyClosed(surveyId=surveyId)


@external
def set_consent(consent: address):
    """@notice Name, once, the contract that reports accepted partners."""
    authority.only_operator()
    assert self.consent == empty(address) or self.consent == consent, "survey: id already used"
    self.consent = consent


@external
def set_partner_reward(surveyId: bytes32, coins: uint32, partnersMaximum: uint8):
    """@notice Promise, once, coins for every partner a member lets have its answer."""
    authority.only_operator()
    assert self.head[surveyId] != 0, "survey: unknown survey"
    assert self.consent != empty(address), "survey: no consent contract yet"
    assert coins != 0 and partnersMaximum != 0, "survey: wrong reward"
    reward: uint256 = convert(coins, uint256) | (convert(partnersMaximum, uint256) << 32)
    if self.partner_reward[surveyId] == reward:
        return
    assert self.partner_reward[surveyId] == 0, "survey: id already used"
    self.partner_reward[surveyId] = reward
    log PartnerRewardSet(surveyId=surveyId, coins=coins, partnersMaximum=partnersMaximum)


# ---- Members ----


@external
def answer(answer: Answer):
    """@notice Answer a survey once; the coins come with the same transaction."""
    survey: Survey = self._load(answer.surveyId)
    hashed: bytes32 = self._hash(answer, survey.title_hash)
    if self.digest[answer.answerId] == hashed:
        log authority.Repeated(id=answer.answerId)
        return
    reward: uint256 = self._reward(survey, answer.items)
    refused: String[64] = self._refusal(answer, msg.sender, survey, reward)
    assert len(refused) == 0, refused
    self._record(answer, hashed)
    extcall coin.grant(answer.member, answer.coins, answer.answerId)


@external
def answer_batch(items: DynArray[SignedAnswer, authority.BATCH]):
    survey: Survey = empty(Survey)
    rewarded: uint256 = 0
    reward: uint256 = 0
    payments: DynArray[ICoin.Payment, authority.BATCH] = []
    for item: SignedAnswer in items:
        if item.answer.surveyId != survey.surveyId or item.answer.items != rewarded:
            survey = self._load(item.answer.surveyId)
            rewarded = item.answer.items
            reward = self._reward(survey, rewarded)
        hashed: bytes32 = self._hash(item.answer, survey.title_hash)
        if self.digest[item.answer.answerId] == hashed:
            log authority.Repeated(id=item.answer.answerId)
            continue
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._refusal(item.answer, key, survey, reward)
        if len(refused) != 0:
            log authority.Refused(id=item.answer.answerId, reason=refused)
            continue
        self._record(item.answer, hashed)
        payments.append(
            ICoin.Payment(
                account=item.answer.member, amount=item.answer.coins, reason=item.answer.answerId
            )
        )
    if len(payments) != 0:
        extcall coin.grant_batch(payments)


# ---- The consent contract ----


@external
def accept(surveyId: bytes32, requestId: bytes32, member: address, consentId: bytes32):
    """@notice Pay a member who answered for a partner it accepts: each partner's request once."""
    assert msg.sender == self.consent, "survey: not the consent contract"
    coins: uint256 = self._acceptance_reward(surveyId, requestId, member)
    if coins == 0:
        return
    self.accepted[requestId][member] = True
    self.partnersAccepted[surveyId][member] += 1
    self.budgetLeft[surveyId] -= coins
    log PartnerRewarded(consentId=consentId, surveyId=surveyId, member=member, coins=coins)
    extcall coin.grant(member, coins, consentId)


# ---- Questions ----


@external
@view
def partnerReward(surveyId: bytes32) -> uint256:
    """@return Coins for each accepted partner."""
    return self.partner_reward[surveyId] & authority.BITS_32


@external
@view
def itemCount(surveyId: bytes32) -> uint256:
    return self._load(surveyId).items


@external
@view
def isOpen(surveyId: bytes32) -> bool:
    survey: Survey = self._load(surveyId)
    begun: bool = block.timestamp >= survey.opens_at
    return begun and block.timestamp <= survey.closes_at and not survey.closed and survey.items != 0


@external
@view
def rewardFor(surveyId: bytes32, items: uint256) -> uint256:
    survey: Survey = self._load(surveyId)
    assert self._within(items, survey.items), "survey: items outside the survey"
    return self._reward(survey, items)


@external
@view
def labelsHash(surveyId: bytes32, items: uint256) -> bytes32:
    """@notice What EIP-712 hashes for the array of the labels chosen by the bits of `items`."""
    hashes: DynArray[bytes32, ITEMS] = []
    for i: uint256 in range(self._load(surveyId).items, bound=ITEMS):
        if (items >> i) & 1 != 0:
            hashes.append(self.label_hashes[surveyId][i])
    return keccak256(slice(abi_encode(hashes, ensure_tuple=False), 32, 32 * len(hashes)))


# ---- Steps ----


@internal
@view
def _load(surveyId: bytes32) -> Survey:
    head: uint256 = self.head[surveyId]
    return Survey(
        surveyId=surveyId,
        title_hash=self.titleHash[surveyId],
        opens_at=head & authority.BITS_64,
        closes_at=(head >> 64) & authority.BITS_64,
        base_coins=(head >> 128) & authority.BITS_32,
        items=(head >> 160) & authority.BITS_8,
        closed=head & CLOSED != 0,
        item_coins=self.item_coins[surveyId],
    )


@internal
@pure
def _reward(survey: Survey, items: uint256) -> uint256:
    reward: uint256 = survey.base_coins
    for i: uint256 in range(survey.items, bound=ITEMS):
        if (items >> i) & 1 != 0:
            reward += (survey.item_coins[i // 16] >> (16 * (i % 16))) & authority.BITS_16
    return reward


@internal
@pure
def _hash(answer: Answer, title_hash: bytes32) -> bytes32:
    return keccak256(
        abi_encode(
            ANSWER_TYPE, answer.answerId, answer.member, answer.surveyId, title_hash,
            answer.commitment, answer.items, answer.coins, answer.deadline,
        )
    )


@internal
@view
def _refusal(answer: Answer, key: address, survey: Survey, reward: uint256) -> String[64]:
    if self.digest[answer.answerId] != empty(bytes32) or answer.answerId == empty(bytes32):
        return "survey: id already used"
    if survey.items == 0:
        return "survey: unknown survey"
    if not authority.may(key, answer.member, authority.MEMBER, SCOPE, answer.deadline):
        return authority.refusal(key, answer.member, authority.MEMBER, SCOPE, answer.deadline)
    if survey.closed or block.timestamp > survey.closes_at:
        return "survey: closed"
    if block.timestamp < survey.opens_at:
        return "survey: not open yet"
    if not self._within(answer.items, survey.items):
        return "survey: items outside the survey"
    if answer.coins != reward:
        return "survey: wrong reward"
    if self.answerOf[answer.surveyId][answer.member] != empty(bytes32):
        return "survey: already answered"
    if self.budgetLeft[answer.surveyId] < reward:
        return "survey: budget exhausted"
    return ""


@internal
@view
def _acceptance_reward(surveyId: bytes32, requestId: bytes32, member: address) -> uint256:
    """@dev 0 if this acceptance earns nothing: not answered, counted before, over the maximum, budget gone."""
    reward: uint256 = self.partner_reward[surveyId]
    coins: uint256 = reward & authority.BITS_32
    if self.accepted[requestId][member] or self.budgetLeft[surveyId] < coins:
        return 0
    if self.answerOf[surveyId][member] == empty(bytes32):
        return 0
    if self.partnersAccepted[surveyId][member] >= reward >> 32:
        return 0
    return coins


@internal
@pure
def _within(items: uint256, count: uint256) -> bool:
    return items != 0 and items >> count == 0


@internal
def _record(answer: Answer, hashed: bytes32):
    self.digest[answer.answerId] = hashed
    self.answerOf[answer.surveyId][answer.member] = answer.answerId
    self.budgetLeft[answer.surveyId] -= answer.coins
    log Answered(
        answerId=answer.answerId, surveyId=answer.surveyId, member=answer.member,
        commitment=answer.commitment, items=answer.items, coins=answer.coins,
    )
