# pragma version 0.4.3
# pragma evm-version london
"""
@title An account that is a contract and does what it is told, above all in the wrong moment
@notice `perform` acts as an account. A plan is carried out whenever coupons come in; then it answers in its mode.
"""

struct Act:
    target: address
    data: Bytes[8192]

struct Reply:
    success: bool
    answer: Bytes[256]

flag Mode:
    ACCEPT
    ANSWER_WRONGLY
    REVERT
    BURN_ALL_GAS
    ANSWER_SHORT
    ANSWER_NOTHING
    ANSWER_LONG
    ANSWER_WITH_DIRT

MANY: constant(uint256) = 4
ACT_GAS: constant(uint256) = 7_000_000
PLAN_GAS: constant(uint256) = 1_500_000
ACCEPT_ONE: constant(bytes4) = 0xf23a6e61
ACCEPT_MANY: constant(bytes4) = 0xbc197c81

plan: DynArray[Act, MANY]
mode: Mode
insists: bool
done: DynArray[Reply, MANY]
replies: DynArray[Reply, MANY]
receipt: public(bytes32)


@external
def prepare(plan: DynArray[Act, MANY], mode: Mode, insists: bool):
    """@notice From now on do this on receipt. One who insists refuses if any act fails."""
    self.plan = plan
    self.mode = mode
    self.insists = insists


@external
def perform(acts: DynArray[Act, MANY]):
    self.done = []
    for act: Act in acts:
        self.done.append(self._try(act, ACT_GAS))


@external
@view
def done_and_replied() -> (DynArray[Reply, MANY], DynArray[Reply, MANY]):
    return self.done, self.replies


@external
@raw_return
def onERC1155Received(
    operator: address, owner: address, id: uint256, amount: uint256, data: Bytes[1024]
) -> Bytes[64]:
    return self._receive(keccak256(abi_encode(operator, owner, id, amount, data)), ACCEPT_ONE)


@external
@raw_return
def onERC1155BatchReceived(
    operator: address,
    owner: address,
    ids: DynArray[uint256, 128],
    amounts: DynArray[uint256, 128],
    data: Bytes[1024],
) -> Bytes[64]:
    return self._receive(keccak256(abi_encode(operator, owner, ids, amounts, data)), ACCEPT_MANY)


@internal
def _receive(receipt: bytes32, good: bytes4) -> Bytes[64]:
    self.receipt = receipt
    self.replies = []
    for act: Act in self.plan:
        reply: Reply = self._try(act, PLAN_GAS)
        assert reply.success or not self.insists, "adversary: insists"
        self.replies.append(reply)
    return self._answer(good)


@internal
def _answer(good: bytes4) -> Bytes[64]:
    assert self.mode != Mode.REVERT, "adversary: no"
    assert self.mode != Mode.BURN_ALL_GAS, UNREACHABLE
    if self.mode == Mode.ANSWER_WRONGLY:
        return concat(0xdeadbeef, empty(bytes28))
    if self.mode == Mode.ANSWER_SHORT:
        return concat(good, b"")
    if self.mode == Mode.ANSWER_NOTHING:
        return b""
    if self.mode == Mode.ANSWER_LONG:
        return concat(good, empty(bytes28), empty(bytes32))
    if self.mode == Mode.ANSWER_WITH_DIRT:
        return concat(good, convert(max_value(uint224), bytes28))
    return concat(good, empty(bytes28))


@internal
def _try(act: Act, gas_maximum: uint256) -> Reply:
    success: bool = False
    answer: Bytes[256] = b""
    success, answer = raw_call(
        act.target, act.data, gas=gas_maximum, max_outsize=256, revert_on_failure=False
    )
    return Reply(success=success, answer=answer)
