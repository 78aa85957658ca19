# pragma version 0.4.3
# pragma evm-version london
"""
@title Transfers of coins signed by their owners and relayed by the bank
@notice A transfer has an id: sent again it changes nothing. Only the enrolled receive.
"""
from ..shared import authority
from . import book as coin_book

uses: authority
uses: coin_book

struct CoinTransfer:
    transferId: bytes32
    owner: address
    receiver: address
    amount: uint256
    deadline: uint64

struct SignedTransfer:
    transfer: CoinTransfer
    signature: authority.Signature

SCOPE: constant(uint256) = authority.SCOPE_COIN
TRANSFER_TYPE: constant(bytes32) = keccak256(
    "CoinTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,uint64 deadline)"
)


@external
def transfer_batch(items: DynArray[SignedTransfer, authority.BATCH]):
    """@notice Transfers relayed by the bank, each signed by its owner."""
    for item: SignedTransfer in items:
        refused: String[64] = self._transfer(item.transfer, item.signature)
        if len(refused) != 0:
            log authority.Refused(id=item.transfer.transferId, reason=refused)


@internal
def _transfer(transfer: CoinTransfer, signature: authority.Signature) -> String[64]:
    hashed: bytes32 = keccak256(abi_encode(TRANSFER_TYPE, transfer))
    known: bytes32 = coin_book.digest[transfer.transferId]
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
    if not coin_book.move(transfer.owner, receiver, transfer.amount, transfer.transferId):
        return coin_book.shortage(transfer.owner, transfer.amount)
    coin_book.digest[transfer.transferId] = hashed
    return ""
