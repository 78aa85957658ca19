# pragma version 0.4.3
# pragma evm-version london
"""
@title Coin: the bank's reward money, an ERC-20 without decimals
@notice Only reward rules make coins, and every coin made, burnt or moved by a contract names its reason.
@dev Balances belong to accounts: any key, present or past, reads the balance of its account. Coins under a
     spending policy count in the balance but cannot be moved (purse.vy).
@custom:follows ERC-20, EIP-2612
"""
from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from interfaces import ICoin

from . import authority
from . import purse

implements: IERC20
implements: IERC20Detailed
implements: ICoin
initializes: authority
initializes: purse
exports: authority.DOMAIN_SEPARATOR

struct CoinTransfer:
    transferId: bytes32
    owner: address
    receiver: address
    amount: uint256
    deadline: uint64

struct SignedTransfer:
    transfer: CoinTransfer
    signature: authority.Signature

struct BoundTransfer:
    transferId: bytes32
    owner: address
    receiver: address
    amount: uint256
    policyId: bytes32
    deadline: uint64

struct SignedBoundTransfer:
    transfer: BoundTransfer
    signature: authority.Signature

event Granted:
    account: indexed(address)
    amount: uint256
    reason: indexed(bytes32)

event Burnt:
    account: indexed(address)
    amount: uint256
    reason: indexed(bytes32)

event Moved:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256
    reason: indexed(bytes32)

event MinterSet:
    minter: indexed(address)
    rights: uint256

event MintersSealed:
    pass

GRANT: constant(uint256) = 1
BURN: constant(uint256) = 2
MOVE: constant(uint256) = 4
SCOPE: constant(uint256) = 4
PERMIT_TYPE: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
TRANSFER_TYPE: constant(bytes32) = keccak256(
    "CoinTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,uint64 deadline)"
)

BOUND_TYPE: constant(bytes32) = keccak256(
    "BoundTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,bytes32 policyId,uint64 deadline)"
)

name: public(constant(String[12])) = "Azukari coin"
symbol: public(constant(String[3])) = "AZC"
decimals: public(constant(uint8)) = 0
granted: public(uint256)
burnt: public(uint256)
minterRights: public(HashMap[address, uint256])
sealed: public(bool)
nonces: public(HashMap[address, uint256])
allowed: HashMap[address, HashMap[address, uint256]]
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address):
    authority.__init__("coin", membership)


@external
@view
def totalSupply() -> uint256:
    return self.granted - self.burnt


@external
@view
def balanceOf(holder: address) -> uint256:
    return purse.total(self._account(holder))


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
    """@notice Coins a partner has paid for by invoice; the same invoice again changes nothing."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(account, amount))
    known: bytes32 = self.digest[invoiceId]
    if known != empty(bytes32):
        assert known == hashed, "coin: id already used"
        log authority.Repeated(id=invoiceId)
        return
    assert invoiceId != empty(bytes32), "coin: id already used"
    assert staticcall authority.membership.hasRole(account, authority.PARTNER), "coin: account is no partner"
    assert amount != 0, "coin: amount is zero"
    self.digest[invoiceId] = hashed
    self._count(amount)
    self._grant(ICoin.Payment(account=account, amount=amount, reason=invoiceId))


@external
def grant(account: address, amount: uint256, reason: bytes32):
    self._only(GRANT)
    self._count(amount)
    self._grant(ICoin.Payment(account=account, amount=amount, reason=reason))


@external
def grant_batch(payments: DynArray[ICoin.Payment, authority.BATCH]):
    self._only(GRANT)
    total: uint256 = 0
    for payment: ICoin.Payment in payments:
        total += payment.amount
        self._grant(payment)
    self._count(total)


@external
def burn(account: address, amount: uint256, reason: bytes32) -> bool:
    """@return False, and nothing done, if the account has too little."""
    self._only(BURN)
    if not purse.debit(account, amount):
        return False
    self._burn(account, amount, reason)
    return True


@external
def spend(account: address, amount: uint256, issuer: address, reason: bytes32) -> bool:
    """@notice Burn coins for an issuer's coupons, those bound to that issuer first.
    @return False, and nothing done, if the account has too little that it may spend there."""
    self._only(BURN)
    if not purse.debit_for(account, amount, issuer):
        return False
    self._burn(account, amount, reason)
    return True


@external
def move(owner: address, receiver: address, amount: uint256, reason: bytes32) -> bool:
    """@return False, and nothing done, if the owner has too little."""
    self._only(MOVE)
    return self._move(owner, receiver, amount, reason)


@external
def move_batch(owner: address, payments: DynArray[ICoin.Payment, 1000]):
    self._only(MOVE)
    total: uint256 = 0
    for payment: ICoin.Payment in payments:
        total += payment.amount
        purse.credit(payment.account, payment.amount)
        log IERC20.Transfer(sender=owner, receiver=payment.account, value=payment.amount)
        log Moved(sender=owner, receiver=payment.account, amount=payment.amount, reason=payment.reason)
    assert purse.debit(owner, total), "coin: balance too low"


# ---- Holders ----


@external
@view
def allowance(owner: address, spender: address) -> uint256:
    return self.allowed[self._account(owner)][self._account(spender)]


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._send(authority.actor(SCOPE), receiver, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    self._approve(authority.actor(SCOPE), self._account(spender), amount)
    return True


@external
def transferFrom(owner: address, receiver: address, amount: uint256) -> bool:
    account: address = self._account(owner)
    spender: address = authority.actor(SCOPE)
    left: uint256 = self.allowed[account][spender]
    assert left >= amount, "coin: allowance too low"
    if left != max_value(uint256):
        self._approve(account, spender, left - amount)
    self._send(account, receiver, amount)
    return True


@external
def permit(
    owner: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32
):
    assert block.timestamp <= deadline, "coin: deadline passed"
    hashed: bytes32 = keccak256(
        abi_encode(PERMIT_TYPE, owner, spender, amount, self.nonces[owner], deadline)
    )
    key: address = authority.signer(hashed, authority.Signature(r=r, s=s, v=v))
    refused: String[64] = authority.refusal(key, owner, authority.ANY_ROLE, SCOPE, max_value(uint64))
    assert len(refused) == 0, refused
    self.nonces[owner] += 1
    self._approve(owner, self._account(spender), amount)


@external
def transfer_batch(items: DynArray[SignedTransfer, authority.BATCH]):
    """@notice Transfers relayed by the bank, each signed by its owner."""
    for item: SignedTransfer in items:
        refused: String[64] = self._relay(item.transfer, item.signature)
        if len(refused) != 0:
            log authority.Refused(id=item.transfer.transferId, reason=refused)


# ---- Spending policies ----


@external
def set_policy(policyId: bytes32, issuers: DynArray[address, purse.ISSUERS]):
    """@notice Name, for good, the issuers with whom coins under this policy may be spent."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(issuers))
    if self.digest[policyId] == hashed:
        log authority.Repeated(id=policyId)
        return
    assert self.digest[policyId] == empty(bytes32) and policyId != empty(bytes32), "coin: id already used"
    assert len(issuers) != 0, "coin: no issuers"
    for issuer: address in issuers:
        assert staticcall authority.membership.hasRole(
            issuer, authority.PARTNER
        ), "coin: account is no partner"
    self.digest[policyId] = hashed
    purse.set_policy(policyId, issuers)


@external
def transfer_bound(transfer: BoundTransfer):
    """@notice Give coins that the receiver can spend only as a policy says."""
    hashed: bytes32 = keccak256(abi_encode(BOUND_TYPE, transfer))
    refused: String[64] = self._transfer_bound(transfer, hashed, msg.sender)
    assert len(refused) == 0, refused


@external
def transfer_bound_batch(items: DynArray[SignedBoundTransfer, authority.BATCH]):
    for item: SignedBoundTransfer in items:
        hashed: bytes32 = keccak256(abi_encode(BOUND_TYPE, item.transfer))
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._transfer_bound(item.transfer, hashed, key)
        if len(refused) != 0:
            log authority.Refused(id=item.transfer.transferId, reason=refused)


@external
@view
def boundOf(holder: address) -> uint256:
    """@notice How many of the holder's coins are under some policy."""
    return purse.bound_total(self._account(holder))


@external
@view
def boundUnder(holder: address, policyId: bytes32) -> uint256:
    return purse.bound[self._account(holder)][policyId]


@external
@view
def policyAllows(policyId: bytes32, issuer: address) -> bool:
    return purse.allows[policyId][issuer]


# ---- Steps ----


@internal
def _transfer_bound(transfer: BoundTransfer, hashed: bytes32, key: address) -> String[64]:
    if self.digest[transfer.transferId] == hashed:
        log authority.Repeated(id=transfer.transferId)
        return ""
    if self.digest[transfer.transferId] != empty(bytes32) or transfer.transferId == empty(bytes32):
        return "coin: id already used"
    refused: String[64] = authority.refusal(
        key, transfer.owner, authority.ANY_ROLE, SCOPE, transfer.deadline
    )
    if len(refused) != 0:
        return refused
    receiver: address = staticcall authority.membership.accountOf(transfer.receiver)
    if receiver == empty(address):
        return "coin: receiver not enrolled"
    if not purse.known[transfer.policyId]:
        return "coin: unknown policy"
    if transfer.amount == 0:
        return "coin: amount is zero"
    if purse.total(transfer.owner) - purse.bound_total(transfer.owner) < transfer.amount:
        return self._shortage(transfer.owner, transfer.amount)
    if not purse.make_room(receiver, transfer.policyId):
        return "coin: too many policies"
    assert self._move(transfer.owner, receiver, transfer.amount, transfer.transferId)
    purse.bind(receiver, transfer.policyId, transfer.amount)
    self.digest[transfer.transferId] = hashed
    return ""



@internal
def _relay(transfer: CoinTransfer, signature: authority.Signature) -> String[64]:
    hashed: bytes32 = keccak256(abi_encode(TRANSFER_TYPE, transfer))
    known: bytes32 = self.digest[transfer.transferId]
    if known != empty(bytes32) or transfer.transferId == empty(bytes32):
        if known != hashed:
            return "coin: id already used"
        log authority.Repeated(id=transfer.transferId)
        return ""
    key: address = authority.signer(hashed, signature)
    refused: String[64] = authority.refusal(
        key, transfer.owner, authority.ANY_ROLE, SCOPE, transfer.deadline
    )
    if len(refused) != 0:
        return refused
    receiver: address = staticcall authority.membership.accountOf(transfer.receiver)
    if receiver == empty(address):
        return "coin: receiver not enrolled"
    if not self._move(transfer.owner, receiver, transfer.amount, transfer.transferId):
        return self._shortage(transfer.owner, transfer.amount)
    self.digest[transfer.transferId] = hashed
    return ""


@internal
def _send(account: address, to: address, amount: uint256):
    """@dev Only to the enrolled: coins sent anywhere else would be lost."""
    assert not staticcall authority.membership.isSuspended(account), "membership: account suspended"
    receiver: address = staticcall authority.membership.accountOf(to)
    assert receiver != empty(address), "coin: receiver not enrolled"
    assert self._shift(account, receiver, amount), self._shortage(account, amount)


@internal
def _approve(owner: address, spender: address, amount: uint256):
    self.allowed[owner][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


@internal
def _grant(payment: ICoin.Payment):
    purse.credit(payment.account, payment.amount)
    log IERC20.Transfer(sender=empty(address), receiver=payment.account, value=payment.amount)
    log Granted(account=payment.account, amount=payment.amount, reason=payment.reason)


@internal
def _move(owner: address, receiver: address, amount: uint256, reason: bytes32) -> bool:
    if not self._shift(owner, receiver, amount):
        return False
    log Moved(sender=owner, receiver=receiver, amount=amount, reason=reason)
    return True


@internal
def _shift(owner: address, receiver: address, amount: uint256) -> bool:
    if not purse.debit(owner, amount):
        return False
    purse.credit(receiver, amount)
    log IERC20.Transfer(sender=owner, receiver=receiver, value=amount)
    return True


@internal
@view
def _shortage(account: address, amount: uint256) -> String[64]:
    if purse.total(account) >= amount:
        return "coin: coins are bound"
    return "coin: balance too low"


@internal
def _count(amount: uint256):
    """@dev With fewer than 2**128 coins in the world no purse can overflow."""
    assert amount <= purse.LARGEST - self.granted, "coin: amount too large"
    self.granted += amount


@internal
def _burn(account: address, amount: uint256, reason: bytes32):
    self.burnt += amount
    log IERC20.Transfer(sender=account, receiver=empty(address), value=amount)
    log Burnt(account=account, amount=amount, reason=reason)


@internal
@view
def _only(right: uint256):
    assert self.minterRights[msg.sender] & right != 0, "coin: not a minter"


@internal
@view
def _account(holder: address) -> address:
    account: address = staticcall authority.membership.accountOf(holder)
    if account == empty(address):
        return holder
    return account
