# pragma version 0.4.3
# pragma evm-version london
"""
@title A contract that receives coupons, well or badly
@notice 0 accepts, 1 answers wrongly, 2 reverts, 3 re-enters, 4 says too little, 5 reverts with the right words
"""

interface Coupons:
    def safeTransferFrom(owner: address, to: address, id: uint256, amount: uint256, data: Bytes[8]): nonpayable

mode: public(uint256)
calls: public(uint256)


@external
def set_mode(mode: uint256):
    self.mode = mode


@external
@raw_return
def onERC1155Received(operator: address, owner: address, id: uint256, amount: uint256, data: Bytes[1024]) -> Bytes[32]:
    return self._answer(id, 0xf23a6e61)


@external
@raw_return
def onERC1155BatchReceived(
    operator: address,
    owner: address,
    ids: DynArray[uint256, 128],
    amounts: DynArray[uint256, 128],
    data: Bytes[1024],
) -> Bytes[32]:
    return self._answer(ids[0], 0xbc197c81)


@internal
def _answer(id: uint256, good: bytes4) -> Bytes[32]:
    self.calls += 1
    if self.mode == 1:
        return concat(0xdeadbeef, empty(bytes28))
    if self.mode == 4:
        return concat(good, b"")
    if self.mode == 5:
        raw_revert(concat(good, empty(bytes28)))
    assert self.mode != 2, "no"
    if self.mode == 3:
        extcall Coupons(msg.sender).safeTransferFrom(self, tx.origin, id, 1, b"")
    return concat(good, empty(bytes28))
