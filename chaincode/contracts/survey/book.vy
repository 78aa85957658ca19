# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of surveys: each one's texts, window and reward rule, its budget, and whose answer stands
@dev head: opensAt | closesAt << 64 | baseCoins << 128 | items << 160 | closed << 168
     item_coins: 16 bits for each item, 16 items a slot
"""
from ..shared import authority

struct Survey:
    surveyId: bytes32
    title_hash: bytes32
    opens_at: uint256
    closes_at: uint256
    base_coins: uint256
    items: uint256
    closed: bool
    item_coins: uint256[2]

ITEMS: constant(uint256) = 32
CLOSED: constant(uint256) = 1 << 168

titleHash: public(HashMap[bytes32, bytes32])
budgetLeft: public(HashMap[bytes32, uint256])
answerOf: public(HashMap[bytes32, HashMap[address, bytes32]])
digest: HashMap[bytes32, bytes32]
head: HashMap[bytes32, uint256]
item_coins: HashMap[bytes32, uint256[2]]
label_hashes: HashMap[bytes32, bytes32[ITEMS]]


@external
@view
def itemCount(surveyId: bytes32) -> uint256:
    return self.load(surveyId).items


@external
@view
def isOpen(surveyId: bytes32) -> bool:
    survey: Survey = self.load(surveyId)
    begun: bool = block.timestamp >= survey.opens_at
    return begun and block.timestamp <= survey.closes_at and not survey.closed and survey.items != 0


@external
@view
def rewardFor(surveyId: bytes32, items: uint256) -> uint256:
    survey: Survey = self.load(surveyId)
    assert self.within(items, survey.items), "survey: items outside the survey"
    return self.reward(survey, items)


@external
@view
def labelsHash(surveyId: bytes32, items: uint256) -> bytes32:
    """@notice What EIP-712 hashes for the array of the labels chosen by the bits of `items`."""
    hashes: DynArray[bytes32, ITEMS] = []
    for i: uint256 in range(self.load(surveyId).items, bound=ITEMS):
        if (items >> i) & 1 != 0:
            hashes.append(self.label_hashes[surveyId][i])
    return keccak256(slice(abi_encode(hashes, ensure_tuple=False), 32, 32 * len(hashes)))


# ---- Steps ----


@internal
@view
def exists(surveyId: bytes32) -> bool:
    return self.head[surveyId] != 0


@internal
@view
def is_closed(surveyId: bytes32) -> bool:
    """@dev By the operator, before its time."""
    return self.head[surveyId] & CLOSED != 0


@internal
@view
def load(surveyId: bytes32) -> Survey:
    """@dev All zero, and so without items, if nobody has published it."""
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
def reward(survey: Survey, items: uint256) -> uint256:
    """@dev What an answer to just these items earns."""
    reward: uint256 = survey.base_coins
    for i: uint256 in range(survey.items, bound=ITEMS):
        if (items >> i) & 1 != 0:
            reward += (survey.item_coins[i // 16] >> (16 * (i % 16))) & authority.BITS_16
    return reward


@internal
@pure
def within(items: uint256, count: uint256) -> bool:
    return items != 0 and items >> count == 0


@internal
def write(
    surveyId: bytes32,
    titleHash: bytes32,
    labels: DynArray[bytes32, ITEMS],
    item_coins: DynArray[uint16, ITEMS],
    baseCoins: uint32,
    budgetCoins: uint64,
    opensAt: uint64,
    closesAt: uint64,
):
    self.titleHash[surveyId] = titleHash
    self.budgetLeft[surveyId] = convert(budgetCoins, uint256)
    coins: uint256[2] = [0, 0]
    count: uint256 = 0
    for label: bytes32 in labels:
        self.label_hashes[surveyId][count] = label
        coins[count // 16] |= convert(item_coins[count], uint256) << (16 * (count % 16))
        count += 1
    self.item_coins[surveyId] = coins
    self.head[surveyId] = (
        convert(opensAt, uint256)
        | (convert(closesAt, uint256) << 64)
        | (convert(baseCoins, uint256) << 128)
        | (count << 160)
    )


@internal
def close(surveyId: bytes32):
    self.head[surveyId] |= CLOSED
