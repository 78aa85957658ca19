# pragma version 0.4.3
# pragma evm-version london
"""
@title Bound coins: given under a spending policy, which names the issuers with whom they may be spent
@dev What an account holds under which policy is in purse.vy.
"""
from ..shared import authority
from . import book as coin_book
from . import purse

uses: authority
uses: coin_book
uses: purse

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

SCOPE: constant(uint256) = authority.SCOPE_COIN
BOUND_TYPE: constant(bytes32) = keccak256(
    "BoundTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,bytes32 policyId,uint64 deadline)"
)


@external
def set_policy(policyId: bytes32, issuers: DynArray[address, purse.ISSUERS]):
    """@notice Name, for good, the issuers with whom coins under this policy may be spent."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(issuers))
    if coin_book.digest[policyId] == hashed:
        log authority.Repeated(id=policyId)
        return
    assert coin_book.digest[policyId] == empty(bytes32) and policyId != empty(bytes32), "coin: id already used"
    assert len(issuers) != 0, "coin: no issuers"
    for issuer: address in issuers:
        assert staticcall authority.membership.hasRole(
            issuer, authority.PARTNER
        ), "coin: account is no partner"
    coin_book.digest[policyId] = hashed
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
    return purse.bound_total(coin_book.account_of(holder))


@external
@view
def boundUnder(holder: address, policyId: bytes32) -> uint256:
    return purse.bound[coin_book.account_of(holder)][policyId]


@external
@view
def policyAllows(policyId: bytes32, issuer: address) -> bool:
    return purse.allows[policyId][issuer]


# ---- Steps ----


@internal
def _transfer_bound(transfer: BoundTransfer, hashed: bytes32, key: address) -> String[64]:
    if coin_book.digest[transfer.transferId] == hashed:
        log authority.Repeated(id=transfer.transferId)
        return ""
    if coin_book.digest[transfer.transferId] != empty(bytes32) or transfer.transferId == empty(bytes32):
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
        return coin_book.shortage(transfer.owner, transfer.amount)
    if not purse.make_room(receiver, transfer.policyId):
        return "coin: too many policies"
    assert coin_book.move(transfer.owner, receiver, transfer.amount, transfer.transferId)
    purse.bind(receiver, transfer.policyId, transfer.amount)
    coin_book.digest[transfer.transferId] = hashed
    return ""
