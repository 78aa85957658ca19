# pragma version 0.4.3
# pragma evm-version london
"""
@title Survey: what is asked, until when, for which reward
@notice An answer and its coins are one transaction. The chain holds a salted commitment, never an answer.
@dev What a survey is and pays is in book.vy, what more it pays for accepted partners in partner_reward.vy,
     how an answer takes the place of another in correction.vy.
"""
from interfaces import ICoin
from interfaces import ISurvey

from ..shared import authority
from . import correction
from . import partner_reward
from . import book as survey_book

implements: ISurvey
initializes: authority
initializes: survey_book
initializes: partner_reward[authority := authority, survey_book := survey_book]
initializes: correction[authority := authority, survey_book := survey_book]
exports: (
    authority.DOMAIN_SEPARATOR,
    correction.correct,
    correction.correct_batch,
    partner_reward.accept,
    partner_reward.consent,
    partner_reward.partnerReward,
    partner_reward.partnersAccepted,
    partner_reward.set_consent,
    partner_reward.set_partner_reward,
    survey_book.answerOf,
    survey_book.budgetLeft,
    survey_book.isOpen,
    survey_book.itemCount,
    survey_book.labelsHash,
    survey_book.rewardFor,
    survey_book.titleHash,
)

struct Answer:
    answerId: bytes32
    member: address
    surveyId: bytes32
    commitment: bytes32
    recipientsHash: bytes32
    items: uint256
    coins: uint256
    deadline: uint64

struct SignedAnswer:
    answer: Answer
    signature: authority.Signature

event SurveyPublished:
    surveyId: indexed(bytes32)
    titleHash: bytes32
    contentHash: bytes32
    itemLabelHashes: DynArray[bytes32, survey_book.ITEMS]
    itemCoins: DynArray[uint16, survey_book.ITEMS]
    baseCoins: uint32
    budgetCoins: uint64
    opensAt: uint64
    closesAt: uint64

event SurveyClosed:
    surveyId: indexed(bytes32)

event BudgetAdded:
    topUpId: indexed(bytes32)
    surveyId: indexed(bytes32)
    coins: uint64

event Answered:
    answerId: indexed(bytes32)
    surveyId: indexed(bytes32)
    member: indexed(address)
    commitment: bytes32
    items: uint256
    coins: uint256

SCOPE: constant(uint256) = authority.SCOPE_SURVEY
ANSWER_TYPE: constant(bytes32) = keccak256(
    "Answer(bytes32 answerId,address member,bytes32 surveyId,string survey,bytes32 commitment,bytes32 recipientsHash,uint256 items,uint256 coins,uint64 deadline)"
)

coin: immutable(ICoin)


@deploy
def __init__(membership: address, coins: address):
    authority.__init__("survey", membership)
    coin = ICoin(coins)
    partner_reward.__init__(coins)


# ---- The operator ----


@external
def publish(
    surveyId: bytes32,
    titleHash: bytes32,
    contentHash: bytes32,
    itemLabelHashes: DynArray[bytes32, survey_book.ITEMS],
    itemCoins: DynArray[uint16, survey_book.ITEMS],
    baseCoins: uint32,
    budgetCoins: uint64,
    opensAt: uint64,
    closesAt: uint64,
):
    """@notice Publish for good: texts, window and reward rule of a survey never change. Its budget takes of the quota."""
    authority.only_operator()
    hashed: bytes32 = keccak256(
        abi_encode(
            titleHash, contentHash, itemLabelHashes, itemCoins, baseCoins, budgetCoins, opensAt, closesAt
        )
    )
    known: bytes32 = survey_book.digest[surveyId]
    if known != empty(bytes32):
        assert known == hashed, "survey: id already used"
        log authority.Repeated(id=surveyId)
        return
    assert surveyId != empty(bytes32), "survey: id already used"
    assert len(itemLabelHashes) != 0, "survey: no items"
    assert len(itemLabelHashes) == len(itemCoins), "survey: items and coins differ in number"
    assert opensAt <= closesAt and block.timestamp <= convert(closesAt, uint256), "survey: window is empty"
    survey_book.digest[surveyId] = hashed
    survey_book.write(
        surveyId, titleHash, itemLabelHashes, itemCoins, baseCoins, budgetCoins, opensAt, closesAt
    )
    log SurveyPublished(
        surveyId=surveyId, titleHash=titleHash, contentHash=contentHash,
        itemLabelHashes=itemLabelHashes, itemCoins=itemCoins, baseCoins=baseCoins,
        budgetCoins=budgetCoins, opensAt=opensAt, closesAt=closesAt,
    )
    if budgetCoins != 0:
        extcall coin.issue(surveyId, convert(budgetCoins, uint256))


@external
def close(surveyId: bytes32):
    """@notice End a survey before its time."""
    authority.only_operator()
    assert survey_book.exists(surveyId), "survey: unknown survey"
    assert not survey_book.is_closed(surveyId), "survey: already closed"
    survey_book.close(surveyId)
    log SurveyClosed(surveyId=surveyId)


@external
def top_up(topUpId: bytes32, surveyId: bytes32, coins: uint64):
    """@notice Add to what a survey may still pay, within the quota; nothing else of it changes, and nothing is ever
            taken out."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(surveyId, coins))
    known: bytes32 = survey_book.digest[topUpId]
    if known != empty(bytes32):
        assert known == hashed, "survey: id already used"
        log authority.Repeated(id=topUpId)
        return
    assert topUpId != empty(bytes32), "survey: id already used"
    assert survey_book.exists(surveyId), "survey: unknown survey"
    assert coins != 0, "survey: amount is zero"
    left: uint256 = survey_book.budgetLeft[surveyId] + convert(coins, uint256)
    assert left <= authority.BITS_64, "survey: budget too large"
    survey_book.digest[topUpId] = hashed
    survey_book.budgetLeft[surveyId] = left
    log BudgetAdded(topUpId=topUpId, surveyId=surveyId, coins=coins)
    extcall coin.issue(topUpId, convert(coins, uint256))


# ---- Members ----


@external
def answer(answer: Answer):
    """@notice Answer a survey once; the coins come with the same transaction."""
    survey: survey_book.Survey = survey_book.load(answer.surveyId)
    hashed: bytes32 = self._hash(answer, survey.title_hash)
    if survey_book.digest[answer.answerId] == hashed:
        log authority.Repeated(id=answer.answerId)
        return
    reward: uint256 = survey_book.reward(survey, answer.items)
    refused: String[64] = self._refusal(answer, msg.sender, survey, reward)
    assert len(refused) == 0, refused
    self._record(answer, hashed)
    extcall coin.grant(answer.member, answer.coins, answer.answerId)


@external
def answer_batch(items: DynArray[SignedAnswer, authority.BATCH]):
    survey: survey_book.Survey = empty(survey_book.Survey)
    rewarded: uint256 = 0
    reward: uint256 = 0
    payments: DynArray[ICoin.Payment, authority.BATCH] = []
    for item: SignedAnswer in items:
        if item.answer.surveyId != survey.surveyId or item.answer.items != rewarded:
            survey = survey_book.load(item.answer.surveyId)
            rewarded = item.answer.items
            reward = survey_book.reward(survey, rewarded)
        hashed: bytes32 = self._hash(item.answer, survey.title_hash)
        if survey_book.digest[item.answer.answerId] == hashed:
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


# ---- Steps ----


@internal
@pure
def _hash(answer: Answer, title_hash: bytes32) -> bytes32:
    return keccak256(
        abi_encode(
            ANSWER_TYPE, answer.answerId, answer.member, answer.surveyId, title_hash,
            answer.commitment, answer.recipientsHash, answer.items, answer.coins, answer.deadline,
        )
    )


@internal
@view
def _refusal(answer: Answer, key: address, survey: survey_book.Survey, reward: uint256) -> String[64]:
    if survey_book.digest[answer.answerId] != empty(bytes32) or answer.answerId == empty(bytes32):
        return "survey: id already used"
    if survey.items == 0:
        return "survey: unknown survey"
    if not authority.may(key, answer.member, authority.MEMBER, SCOPE, answer.deadline):
        return authority.refusal(key, answer.member, authority.MEMBER, SCOPE, answer.deadline)
    if not authority.agrees(answer.member):
        return authority.NOT_ACCEPTED
    if survey.closed or block.timestamp > survey.closes_at:
        return "survey: closed"
    if block.timestamp < survey.opens_at:
        return "survey: not open yet"
    if not survey_book.within(answer.items, survey.items):
        return "survey: items outside the survey"
    if answer.coins != reward:
        return "survey: wrong reward"
    if survey_book.answerOf[answer.surveyId][answer.member] != empty(bytes32):
        return "survey: already answered"
    if survey_book.budgetLeft[answer.surveyId] < reward:
        return "survey: budget exhausted"
    return ""


@internal
def _record(answer: Answer, hashed: bytes32):
    survey_book.digest[answer.answerId] = hashed
    survey_book.answerOf[answer.surveyId][answer.member] = answer.answerId
    survey_book.budgetLeft[answer.surveyId] -= answer.coins
    log Answered(
        answerId=answer.answerId, surveyId=answer.surveyId, member=answer.member,
        commitment=answer.commitment, items=answer.items, coins=answer.coins,
    )
