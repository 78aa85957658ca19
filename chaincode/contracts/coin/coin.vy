# pragma version 0.4.3
# pragma evm-version london
"""
@title Coin: the bank's reward money, an ERC-20 without decimals
@notice Only reward rules and sales make coins, within a quota that the board sets, and every coin made, burnt or moved
        by a contract names its reason.
@dev Balances belong to accounts: any key, present or past, reads the balance of its account. Coins under a
     spending policy count in the balance but cannot be moved (purse.vy). What making, moving and burning
     coins changes is in book.vy; transfers relayed by the bank are in transfer.vy, policies in bound_coin.vy, the
     quota of coins that may come into being in quota.vy.
@custom:follows ERC-20, EIP-2612
"""
from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from interfaces import ICoin

from ..shared import authority
from ..shared import board
from . import bound_coin
from . import book as coin_book
from . import transfer as coin_transfer
from . import purse
from . import quota

implements: IERC20
implements: IERC20Detailed
implements: ICoin
initializes: authority
initializes: board[authority := authority]
initializes: quota[authority := authority, board := board]
initializes: purse
initializes: coin_book[authority := authority, purse := purse]
initializes: coin_transfer[authority := authority, coin_book := coin_book]
initializes: bound_coin[authority := authority, coin_book := coin_book, purse := purse]
exports: (
    authority.DOMAIN_SEPARATOR,
    bound_coin.boundOf,
    bound_coin.boundUnder,
    bound_coin.policyAllows,
    bound_coin.set_policy,
    bound_coin.transfer_bound,
    bound_coin.transfer_bound_batch,
    coin_book.burnt,
    coin_book.granted,
    coin_transfer.transfer_batch,
    quota.approve_issue,
    quota.isIssueApproved,
    quota.isQuotaOpen,
    quota.open_quota,
    quota.quotaOf,
    quota.set_quota,
)

event MinterSet:
    minter: indexed(address)
    rights: uint256

event PermitUsed:
    owner: indexed(address)
    nonce: uint256

event MintersSealed:
    pass

GRANT: constant(uint256) = 1
BURN: constant(uint256) = 2
MOVE: constant(uint256) = 4
SCOPE: constant(uint256) = authority.SCOPE_COIN
PERMIT_TYPE: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)

name: public(constant(String[12])) = "Azukari coin"
symbol: public(constant(String[3])) = "AZC"
decimals: public(constant(uint8)) = 0
minterRights: public(HashMap[address, uint256])
sealed: public(bool)
nonces: public(HashMap[address, uint256])
allowed: HashMap[address, HashMap[uint256, HashMap[address, uint256]]]


@deploy
def __init__(membership: address):
    authority.__init__("coin", membership)


@external
@view
def totalSupply() -> uint256:
    return coin_book.granted - coin_book.burnt


@external
@view
def balanceOf(holder: address) -> uint256:
    return purse.total(coin_book.account_of(holder))


# ---- Who may make and move coins: settled once ----


@external
def set_minter(minter: address, rights: uint256):
    """@notice Give a contract of the bank its rights: 1 grant, 2 burn, 4 move. Once per contract."""
    authority.only_operator()
    if self.minterRights[minter] == rights:
        return
    assert not self.sealed, "coin: minters sealed"
    assert self.minterRights[minter] == 0, "coin: id already used"
    assert minter.is_contract and rights <= GRANT | BURN | MOVE, "coin: not a minter"
    self.minterRights[minter] = rights
    log MinterSet(minter=minter, rights=rights)


@external
def seal_minters():
    """@notice From here on nobody, the operator included, can add a way to make coins."""
    authority.only_operator()
    if not self.sealed:
        self.sealed = True
        log MintersSealed()


# ---- The bank's contracts ----


@external
def sell(account: address, amount: uint256, invoiceId: bytes32):
    """@notice Coins a partner has paid for by invoice, within the quota; the same invoice again changes nothing."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(account, amount))
    known: bytes32 = coin_book.digest[invoiceId]
    if known != empty(bytes32):
        assert known == hashed, "coin: id already used"
        log authority.Repeated(id=invoiceId)
        return
    assert invoiceId != empty(bytes32), "coin: id already used"
    assert staticcall authority.membership.hasRole(account, authority.PARTNER), "coin: account is no partner"
    assert amount != 0, "coin: amount is zero"
    quota.take(invoiceId, account, amount)
    coin_book.digest[invoiceId] = hashed
    coin_book.count(amount)
    coin_book.grant(ICoin.Payment(account=account, amount=amount, reason=invoiceId))


@external
def issue(issueId: bytes32, coins: uint256):
    """@notice Promise coins to whoever answers a survey: a budget counts against the quota like a sale."""
    self._only(GRANT)
    quota.take(issueId, empty(address), coins)


@external
def grant(account: address, amount: uint256, reason: bytes32):
    self._only(GRANT)
    coin_book.count(amount)
    coin_book.grant(ICoin.Payment(account=account, amount=amount, reason=reason))


@external
def grant_batch(payments: DynArray[ICoin.Payment, authority.BATCH]):
    self._only(GRANT)
    total: uint256 = 0
    for payment: ICoin.Payment in payments:
        total += payment.amount
        coin_book.grant(payment)
    coin_book.count(total)


@external
def burn(account: address, amount: uint256, reason: bytes32) -> bool:
    """@return False, and nothing done, if the account has too little."""
    self._only(BURN)
    if not purse.debit(account, amount):
        return False
    coin_book.burn(account, amount, reason)
    return True


@external
def spend(account: address, amount: uint256, issuer: address, reason: bytes32) -> bool:
    """@notice Burn coins for an issuer's coupons, those bound to that issuer first.
    @return False, and nothing done, if the account has too little that it may spend there."""
    self._only(BURN)
    if not purse.debit_for(account, amount, issuer):
        return False
    coin_book.burn(account, amount, reason)
    return True


@external
def move(owner: address, receiver: address, amount: uint256, reason: bytes32) -> bool:
    """@return False, and nothing done, if the owner has too little."""
    self._only(MOVE)
    return coin_book.move(owner, receiver, amount, reason)


@external
def move_batch(owner: address, payments: DynArray[ICoin.Payment, 1000]):
    self._only(MOVE)
    total: uint256 = 0
    for payment: ICoin.Payment in payments:
        total += payment.amount
        coin_book.move_out(owner, payment)
    assert purse.debit(owner, total), "coin: balance too low"


# ---- Holders ----


@external
@view
def allowance(owner: address, spender: address) -> uint256:
    """@notice What was allowed since the owner's key last changed: a rotation ends what an earlier key allowed."""
    account: address = coin_book.account_of(owner)
    return self.allowed[account][self._epoch(account)][coin_book.account_of(spender)]


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._send(authority.actor(SCOPE), receiver, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    self._approve(authority.actor(SCOPE), coin_book.account_of(spender), amount)
    return True


@external
def transferFrom(owner: address, receiver: address, amount: uint256) -> bool:
    account: address = coin_book.account_of(owner)
    spender: address = authority.actor(SCOPE)
    left: uint256 = self.allowed[account][self._epoch(account)][spender]
    assert left >= amount, "coin: allowance too low"
    if left != max_value(uint256):
        self._approve(account, spender, left - amount)
    self._send(account, receiver, amount)
    return True


@external
def permit(
    owner: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32
):
    """@notice The holder's alone: a delegate's permit would outlive the delegation."""
    assert block.timestamp <= deadline, "coin: deadline passed"
    hashed: bytes32 = keccak256(
        abi_encode(PERMIT_TYPE, owner, spender, amount, self.nonces[owner], deadline)
    )
    key: address = authority.signer(hashed, authority.Signature(r=r, s=s, v=v))
    refused: String[64] = authority.refusal(
        key, owner, authority.ANY_ROLE, authority.HOLDER_ALONE, max_value(uint64)
    )
    assert len(refused) == 0, refused
    log PermitUsed(owner=owner, nonce=self.nonces[owner])
    self.nonces[owner] += 1
    self._approve(owner, coin_book.account_of(spender), amount)


# ---- Steps ----


@internal
def _send(account: address, to: address, amount: uint256):
    """@dev Only to the enrolled: coins sent anywhere else would be lost."""
    assert not staticcall authority.membership.isSuspended(account), "membership: account suspended"
    assert not staticcall authority.membership.isResting(account), "membership: account recovers"
    receiver: address = staticcall authority.membership.accountOf(to)
    assert receiver != empty(address), "coin: receiver not enrolled"
    assert coin_book.shift(account, receiver, amount), coin_book.shortage(account, amount)


@internal
def _approve(owner: address, spender: address, amount: uint256):
    self.allowed[owner][self._epoch(owner)][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


@internal
@view
def _epoch(account: address) -> uint256:
    return staticcall authority.membership.epochOf(account)


@internal
@view
def _only(right: uint256):
    assert self.minterRights[msg.sender] & right != 0, "coin: not a minter"
