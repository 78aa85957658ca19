# pragma version 0.4.3
# pragma evm-version london
"""
@title Partner rewards: more coins for an answer, for every partner the member lets have it
@notice Each partner's request counts once, up to a maximum; the coins come out of the survey's budget.
@dev partner_reward: coins | partnersMaximum << 32
"""
from interfaces import ICoin

from ..shared import authority
from . import book as survey_book

uses: authority
uses: survey_book

event PartnerRewardSet:
    surveyId: indexed(bytes32)
    coins: uint32
    partnersMaximum: uint8

event PartnerRewarded:
    consentId: indexed(bytes32)
    surveyId: indexed(bytes32)
    member: indexed(address)
    coins: uint256

coin: immutable(ICoin)
consent: public(address)
partnersAccepted: public(HashMap[bytes32, HashMap[address, uint256]])
partner_reward: HashMap[bytes32, uint256]
accepted: HashMap[bytes32, HashMap[address, bool]]


@deploy
def __init__(coins: address):
    coin = ICoin(coins)


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
    assert survey_book.exists(surveyId), "survey: unknown survey"
    assert self.consent != empty(address), "survey: no consent contract yet"
    assert coins != 0 and partnersMaximum != 0, "survey: wrong reward"
    reward: uint256 = convert(coins, uint256) | (convert(partnersMaximum, uint256) << 32)
    if self.partner_reward[surveyId] == reward:
        return
    assert self.partner_reward[surveyId] == 0, "survey: id already used"
    self.partner_reward[surveyId] = reward
    log PartnerRewardSet(surveyId=surveyId, coins=coins, partnersMaximum=partnersMaximum)


@external
def accept(surveyId: bytes32, requestId: bytes32, member: address, consentId: bytes32):
    """@notice Pay a member who answered for a partner it accepts: each partner's request once."""
    assert msg.sender == self.consent, "survey: not the consent contract"
    coins: uint256 = self._acceptance_reward(surveyId, requestId, member)
    if coins == 0:
        return
    self.accepted[requestId][member] = True
    self.partnersAccepted[surveyId][member] += 1
    survey_book.budgetLeft[surveyId] -= coins
    log PartnerRewarded(consentId=consentId, surveyId=surveyId, member=member, coins=coins)
    extcall coin.grant(member, coins, consentId)


@external
@view
def partnerReward(surveyId: bytes32) -> uint256:
    """@return Coins for each accepted partner."""
    return self.partner_reward[surveyId] & authority.BITS_32


# ---- Steps ----


@internal
@view
def _acceptance_reward(surveyId: bytes32, requestId: bytes32, member: address) -> uint256:
    """@dev 0 if this acceptance earns nothing: not answered, counted before, over the maximum, budget gone."""
    reward: uint256 = self.partner_reward[surveyId]
    coins: uint256 = reward & authority.BITS_32
    if self.accepted[requestId][member] or survey_book.budgetLeft[surveyId] < coins:
        return 0
    if survey_book.answerOf[surveyId][member] == empty(bytes32):
        return 0
    if self.partnersAccepted[surveyId][member] >= reward >> 32:
        return 0
    return coins
