# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of coins: how many there are, and every one made, moved or burnt with its reason
@dev What an account holds is in purse.vy; here it changes, and is told to the world.
"""
from ethereum.ercs import IERC20
from interfaces import ICoin

from ..shared import authority
from . import purse

uses: authority
uses: purse

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

granted: public(uint256)
burnt: public(uint256)
digest: HashMap[bytes32, bytes32]


@internal
@view
def account_of(holder: address) -> address:
    """@dev Who is not enrolled holds under its own address."""
    account: address = staticcall authority.membership.accountOf(holder)
    if account == empty(address):
        return holder
    return account


@internal
def count(amount: uint256):
    """@dev Every coin was issued before (quota.vy): there are fewer than 2**128, and no purse can overflow."""
    self.granted += amount


@internal
def grant(payment: ICoin.Payment):
    """@dev Who grants counts, once for many payments."""
    purse.credit(payment.account, payment.amount)
    log IERC20.Transfer(sender=empty(address), receiver=payment.account, value=payment.amount)
    log Granted(account=payment.account, amount=payment.amount, reason=payment.reason)


@internal
def burn(account: address, amount: uint256, reason: bytes32):
    """@dev Of coins that have left the purse."""
    self.burnt += amount
    log IERC20.Transfer(sender=account, receiver=empty(address), value=amount)
    log Burnt(account=account, amount=amount, reason=reason)


@internal
def move(owner: address, receiver: address, amount: uint256, reason: bytes32) -> bool:
    """@return False, and nothing done, if too few of the owner's coins are free."""
    if not self.shift(owner, receiver, amount):
        return False
    log Moved(sender=owner, receiver=receiver, amount=amount, reason=reason)
    return True


@internal
def move_out(owner: address, payment: ICoin.Payment):
    """@dev One of many payments; the owner's purse is debited for all of them at once."""
    purse.credit(payment.account, payment.amount)
    log IERC20.Transfer(sender=owner, receiver=payment.account, value=payment.amount)
    log Moved(sender=owner, receiver=payment.account, amount=payment.amount, reason=payment.reason)


@internal
def shift(owner: address, receiver: address, amount: uint256) -> bool:
    """@dev A holder's own transfer, which names no reason."""
    if not purse.debit(owner, amount):
        return False
    purse.credit(receiver, amount)
    log IERC20.Transfer(sender=owner, receiver=receiver, value=amount)
    return True


@internal
@view
def shortage(account: address, amount: uint256) -> String[64]:
    if purse.total(account) >= amount:
        return "coin: coins are bound"
    return "coin: balance too low"
