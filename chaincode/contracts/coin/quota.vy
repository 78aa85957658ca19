# pragma version 0.4.3
# pragma evm-version london
"""
@title Quota: how many coins the operator may bring into being in a period, and the board above it
@notice Sales and the budgets of surveys count together. A period begins with the first coins after the last one ended.
        What the quota does not leave takes a majority of the board: for which invoice, survey or top-up, for whom, how
        many. The board alone changes the quota.
@dev quota: coins | periodSeconds << 64 | since << 96 | used << 160. Fewer than 2**64 coins come into being at once, or
     in a period of the quota: however long the bank lives, a purse holds them all, and no reward ever overflows.
"""
from ..shared import authority
from ..shared import board

uses: authority
uses: board

struct Quota:
    quotaId: bytes32
    coins: uint64
    periodSeconds: uint32
    sequence: uint64
    deadline: uint64

struct CoinIssue:
    issueId: bytes32
    account: address
    coins: uint64
    deadline: uint64

struct QuotaView:
    coins: uint64
    periodSeconds: uint32
    since: uint64
    used: uint64

event QuotaSet:
    quotaId: indexed(bytes32)
    coins: uint64
    periodSeconds: uint32
    sequence: uint64

event IssueApproved:
    issueId: indexed(bytes32)
    account: indexed(address)
    coins: uint64

event Issued:
    issueId: indexed(bytes32)
    account: indexed(address)
    coins: uint64
    isApproved: bool

PERIOD_MINIMUM: constant(uint32) = 3600
QUOTA_TYPE: constant(bytes32) = keccak256(
    "Quota(bytes32 quotaId,uint64 coins,uint32 periodSeconds,uint64 sequence,uint64 deadline)"
)
ISSUE_TYPE: constant(bytes32) = keccak256("CoinIssue(bytes32 issueId,address account,uint64 coins,uint64 deadline)")

quota: uint256
quota_sequence: uint256
digest: HashMap[bytes32, bytes32]
approved: HashMap[bytes32, bytes32]


@external
def open_quota(coins: uint64, periodSeconds: uint32):
    """@notice The first quota, with which the bank is set up; every other is the board's."""
    authority.only_operator()
    assert self.quota == 0, "coin: id already used"
    self._set(empty(bytes32), coins, periodSeconds, 0)


@external
def set_quota(quota: Quota, approvals: DynArray[authority.Signature, board.APPROVALS]):
    """@notice A majority of the board says how many coins the operator may bring into being in a period."""
    hashed: bytes32 = keccak256(abi_encode(QUOTA_TYPE, quota))
    if self.digest[quota.quotaId] == hashed:
        log authority.Repeated(id=quota.quotaId)
        return
    self._check(quota.quotaId, self.digest[quota.quotaId], quota.deadline)
    assert board.agrees(hashed, approvals), "coin: approvals too few"
    assert convert(quota.sequence, uint256) > self.quota_sequence, "coin: a later word stands"
    assert not authority.is_of_the_future(quota.sequence), "coin: sequence is of the future"
    self.digest[quota.quotaId] = hashed
    self.quota_sequence = convert(quota.sequence, uint256)
    self._set(quota.quotaId, quota.coins, quota.periodSeconds, quota.sequence)


@external
def approve_issue(issue: CoinIssue, approvals: DynArray[authority.Signature, board.APPROVALS]):
    """@notice A majority of the board lets the operator issue coins above the quota: one sale, or (for no account) one
            survey's budget or top-up. That they come is still the operator's to do."""
    hashed: bytes32 = keccak256(abi_encode(ISSUE_TYPE, issue))
    terms: bytes32 = self._terms(issue.account, convert(issue.coins, uint256))
    if self.approved[issue.issueId] == terms:
        log authority.Repeated(id=issue.issueId)
        return
    self._check(issue.issueId, self.approved[issue.issueId], issue.deadline)
    assert board.agrees(hashed, approvals), "coin: approvals too few"
    self.approved[issue.issueId] = terms
    log IssueApproved(issueId=issue.issueId, account=issue.account, coins=issue.coins)


@external
@view
def quotaOf() -> QuotaView:
    """@notice The quota and what is used of it; after the end of its period nothing is."""
    quota: uint256 = self.quota
    return QuotaView(
        coins=convert(quota & authority.BITS_64, uint64),
        periodSeconds=convert((quota >> 64) & authority.BITS_32, uint32),
        since=convert((quota >> 96) & authority.BITS_64, uint64),
        used=convert(quota >> 160, uint64),
    )


@external
@view
def isQuotaOpen() -> bool:
    return self.quota != 0


@external
@view
def isIssueApproved(issueId: bytes32, account: address, coins: uint256) -> bool:
    return self.approved[issueId] == self._terms(account, coins)


# ---- Steps ----


@internal
def take(issueId: bytes32, account: address, coins: uint256):
    """@dev Before coins come into being, or are promised to whoever answers a survey."""
    assert coins <= authority.BITS_64, "coin: amount too large"
    isApproved: bool = self.approved[issueId] == self._terms(account, coins)
    if not isApproved:
        quota: uint256 = self._present()
        assert (quota >> 160) + coins <= quota & authority.BITS_64, "coin: quota exhausted"
        self.quota = quota + (coins << 160)
    log Issued(issueId=issueId, account=account, coins=convert(coins, uint64), isApproved=isApproved)


@internal
@view
def _present() -> uint256:
    """@dev The quota, its period begun anew if the last one is over."""
    quota: uint256 = self.quota
    since: uint256 = (quota >> 96) & authority.BITS_64
    if block.timestamp < since + ((quota >> 64) & authority.BITS_32):
        return quota
    return (quota & (2**96 - 1)) | (block.timestamp << 96)


@internal
def _set(quotaId: bytes32, coins: uint64, periodSeconds: uint32, sequence: uint64):
    assert periodSeconds >= PERIOD_MINIMUM, "coin: period too short"
    self.quota = (
        ((self.quota >> 96) << 96) | convert(coins, uint256) | (convert(periodSeconds, uint256) << 64)
    )
    log QuotaSet(quotaId=quotaId, coins=coins, periodSeconds=periodSeconds, sequence=sequence)


@internal
@view
def _check(id: bytes32, known: bytes32, deadline: uint64):
    assert id != empty(bytes32) and known == empty(bytes32), "coin: id already used"
    assert block.timestamp <= convert(deadline, uint256), "coin: deadline passed"


@internal
@pure
def _terms(account: address, coins: uint256) -> bytes32:
    return keccak256(abi_encode(account, coins))
