# pragma version 0.4.3
# pragma evm-version london
"""
@title Transfers of coupons signed by their owners and relayed by the bank
@notice A transfer has an id: sent again it changes nothing. Only the enrolled receive.
@dev Whom ERC-1155 would have to ask receives by `safeTransferFrom` alone: a batch asks nobody.
"""
from ..shared import authority
from . import coupon_class
from . import tokens

uses: authority
uses: coupon_class
uses: tokens

struct CouponTransfer:
    transferId: bytes32
    owner: address
    classId: bytes32
    receiver: address
    count: uint32
    deadline: uint64

struct SignedTransfer:
    transfer: CouponTransfer
    signature: authority.Signature

event CouponMoved:
    transferId: indexed(bytes32)
    classId: indexed(bytes32)
    owner: indexed(address)
    receiver: address
    count: uint32

SCOPE: constant(uint256) = authority.SCOPE_COUPON
TRANSFER_TYPE: constant(bytes32) = keccak256(
    "CouponTransfer(bytes32 transferId,address owner,bytes32 classId,string title,address receiver,uint32 count,uint64 deadline)"
)


@external
@nonreentrant
def transfer_batch(items: DynArray[SignedTransfer, authority.BATCH]):
    """@notice Transfers relayed by the bank, each signed by its owner."""
    for item: SignedTransfer in items:
        refused: String[64] = self._transfer(item.transfer, item.signature)
        if len(refused) != 0:
            log authority.Refused(id=item.transfer.transferId, reason=refused)


# ---- Steps ----


@internal
def _transfer(transfer: CouponTransfer, signature: authority.Signature) -> String[64]:
    hashed: bytes32 = self._transfer_hash(transfer)
    if coupon_class.digest[transfer.transferId] == hashed:
        log authority.Repeated(id=transfer.transferId)
        return ""
    receiver: address = staticcall authority.membership.accountOf(transfer.receiver)
    refused: String[64] = self._transfer_refusal(transfer, authority.signer(hashed, signature), receiver)
    if len(refused) != 0:
        return refused
    id: uint256 = convert(transfer.classId, uint256)
    count: uint256 = convert(transfer.count, uint256)
    if not tokens.shift(transfer.owner, receiver, id, count):
        return "coupon: balance too low"
    coupon_class.digest[transfer.transferId] = hashed
    log tokens.TransferSingle(operator=msg.sender, owner=transfer.owner, to=receiver, id=id, amount=count)
    log CouponMoved(
        transferId=transfer.transferId, classId=transfer.classId, owner=transfer.owner,
        receiver=receiver, count=transfer.count,
    )
    return ""


@internal
@view
def _transfer_refusal(transfer: CouponTransfer, key: address, receiver: address) -> String[64]:
    if coupon_class.digest[transfer.transferId] != empty(bytes32) or transfer.transferId == empty(bytes32):
        return "coupon: id already used"
    if coupon_class.class_of[transfer.classId] == 0:
        return "coupon: unknown class"
    refused: String[64] = authority.refusal(
        key, transfer.owner, authority.ANY_ROLE, SCOPE, transfer.deadline
    )
    if len(refused) != 0:
        return refused
    if receiver == empty(address):
        return "coupon: receiver not enrolled"
    if transfer.receiver.is_contract:
        return "coupon: receiver is a contract"
    if transfer.count == 0:
        return "coupon: count is zero"
    return ""


@internal
@view
def _transfer_hash(transfer: CouponTransfer) -> bytes32:
    return keccak256(
        abi_encode(
            TRANSFER_TYPE, transfer.transferId, transfer.owner, transfer.classId,
            coupon_class.title_hash[transfer.classId], transfer.receiver, transfer.count, transfer.deadline,
        )
    )
