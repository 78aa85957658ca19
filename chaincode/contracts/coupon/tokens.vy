# pragma version 0.4.3
# pragma evm-version london
"""
@title Coupons as tokens: ERC-1155 balances of accounts
@custom:follows ERC-1155, ERC-165
"""
from ethereum.ercs import IERC165

from ..shared import authority

uses: authority
implements: IERC165

event TransferSingle:
    operator: indexed(address)
    owner: indexed(address)
    to: indexed(address)
    id: uint256
    amount: uint256

event TransferBatch:
    operator: indexed(address)
    owner: indexed(address)
    to: indexed(address)
    ids: DynArray[uint256, MANY]
    amounts: DynArray[uint256, MANY]

event ApprovalForAll:
    account: indexed(address)
    operator: indexed(address)
    approved: bool

MANY: constant(uint256) = 128
SCOPE: constant(uint256) = authority.SCOPE_COUPON
INTERFACES: constant(bytes4[3]) = [0x01ffc9a7, 0xd9b67a26, 0x0e89341c]
ACCEPT_ONE: constant(bytes4) = method_id("onERC1155Received(address,address,uint256,uint256,bytes)", output_type=bytes4)
ACCEPT_MANY: constant(bytes4) = method_id("onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)", output_type=bytes4)

balance_of: HashMap[address, HashMap[uint256, uint256]]
approved: HashMap[address, HashMap[uint256, HashMap[address, bool]]]


@external
@nonreentrant
def safeTransferFrom(owner: address, to: address, id: uint256, amount: uint256, data: Bytes[1024]):
    sender: address = self._check_sender(owner)
    receiver: address = self._receiver(to)
    assert self.shift(sender, receiver, id, amount), "coupon: balance too low"
    log TransferSingle(operator=msg.sender, owner=sender, to=receiver, id=id, amount=amount)
    if to.is_contract:
        self._ask(
            to,
            abi_encode(msg.sender, sender, id, amount, data, method_id=ACCEPT_ONE),
            ACCEPT_ONE,
        )


@external
@nonreentrant
def safeBatchTransferFrom(
    owner: address,
    to: address,
    ids: DynArray[uint256, MANY],
    amounts: DynArray[uint256, MANY],
    data: Bytes[1024],
):
    sender: address = self._check_sender(owner)
    receiver: address = self._receiver(to)
    assert len(ids) == len(amounts), "coupon: lengths differ"
    for i: uint256 in range(len(ids), bound=MANY):
        assert self.shift(sender, receiver, ids[i], amounts[i]), "coupon: balance too low"
    log TransferBatch(operator=msg.sender, owner=sender, to=receiver, ids=ids, amounts=amounts)
    if to.is_contract:
        self._ask(
            to,
            abi_encode(msg.sender, sender, ids, amounts, data, method_id=ACCEPT_MANY),
            ACCEPT_MANY,
        )


@external
def setApprovalForAll(operator: address, approved: bool):
    account: address = authority.actor(SCOPE)
    other: address = self._account(operator)
    self.approved[account][self._epoch(account)][other] = approved
    log ApprovalForAll(account=account, operator=other, approved=approved)


@external
@view
def isApprovedForAll(account: address, operator: address) -> bool:
    """@notice What was approved since the account's key last changed: a rotation ends what an earlier key approved."""
    return self._is_approved(self._account(account), self._account(operator))


@external
@view
def balanceOf(owner: address, id: uint256) -> uint256:
    return self.balance_of[self._account(owner)][id]


@external
@view
def balanceOfBatch(
    owners: DynArray[address, MANY], ids: DynArray[uint256, MANY]
) -> DynArray[uint256, MANY]:
    assert len(owners) == len(ids), "coupon: lengths differ"
    balances: DynArray[uint256, MANY] = []
    for i: uint256 in range(len(ids), bound=MANY):
        balances.append(self.balance_of[self._account(owners[i])][ids[i]])
    return balances


@external
@pure
def uri(id: uint256) -> String[24]:
    return "urn:azukari:coupon:{id}"


@external
@view
def supportsInterface(interface_id: bytes4) -> bool:
    return interface_id in INTERFACES


# ---- Steps ----


@internal
def mint(member: address, id: uint256, amount: uint256):
    self.balance_of[member][id] += amount
    log TransferSingle(operator=msg.sender, owner=empty(address), to=member, id=id, amount=amount)


@internal
def burn_one(member: address, id: uint256):
    self.balance_of[member][id] -= 1
    log TransferSingle(operator=msg.sender, owner=member, to=empty(address), id=id, amount=1)


@internal
def shift(owner: address, receiver: address, id: uint256, amount: uint256) -> bool:
    """@return False, and nothing done, if the owner has too few."""
    balance: uint256 = self.balance_of[owner][id]
    if balance < amount:
        return False
    self.balance_of[owner][id] = balance - amount
    self.balance_of[receiver][id] += amount
    return True


@internal
@view
def _check_sender(owner: address) -> address:
    """@dev The account whose coupons move; it or an approved account must be calling."""
    account: address = self._account(owner)
    actor: address = authority.actor(SCOPE)
    assert actor == account or self._is_approved(account, actor), "coupon: neither owner nor approved"
    assert not staticcall authority.membership.isSuspended(account), "membership: account suspended"
    assert not staticcall authority.membership.isResting(account), "membership: account recovers"
    return account


@internal
@view
def _is_approved(account: address, operator: address) -> bool:
    return self.approved[account][self._epoch(account)][operator]


@internal
@view
def _epoch(account: address) -> uint256:
    return staticcall authority.membership.epochOf(account)


@internal
@view
def _receiver(to: address) -> address:
    account: address = staticcall authority.membership.accountOf(to)
    assert account != empty(address), "coupon: receiver not enrolled"
    return account


@internal
def _ask(receiver: address, message: Bytes[10000], accepted: bytes4):
    """@dev Last of all: whatever the receiver does now finds the transfer done and the door locked."""
    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(receiver, message, max_outsize=32, revert_on_failure=False)
    assert success and len(answer) == 32, "coupon: receiver refused"
    assert convert(slice(answer, 0, 4), bytes4) == accepted, "coupon: receiver refused"


@internal
@view
def _account(holder: address) -> address:
    account: address = staticcall authority.membership.accountOf(holder)
    if account == empty(address):
        return holder
    return account
