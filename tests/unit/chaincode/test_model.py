"""The model by itself: what is refused leaves nothing behind, even where a receiver acted before it refused."""

import pytest

from chaincode.events import Enrolled
from chaincode.ids import NOBODY
from chaincode.model import Receipt, Refusal, World

OPERATOR, OWNER, RECEIVER, LOCK = (f"0x{digit * 40}" for digit in "1234")


class Restless:
    """Approves somebody while it is asked, and tries to pass on what it is being sent."""

    def __init__(self, model: World, takes: bool) -> None:
        self.model, self.takes, self.inner = model, takes, None

    def receive(self, receipt: Receipt) -> bool:
        token = receipt.tokens[0].to_bytes(32, "big")
        coupon = self.model.coupon
        coupon.set_approval_for_all(RECEIVER, OWNER, True)
        self.inner = self.model.attempt(lambda: coupon.safe_transfer_from(RECEIVER, RECEIVER, OWNER, token, 0))
        return self.takes


def model_with(takes: bool) -> World:
    model = World(OPERATOR, LOCK, {})
    for account in (OWNER, RECEIVER):
        model.membership.enroll(OPERATOR, account, 32, NOBODY)
    model.contracts[RECEIVER] = Restless(model, takes)
    model.take_events()
    return model


def sent(model: World) -> Refusal | None:
    return model.attempt(lambda: model.coupon.safe_transfer_from(OWNER, OWNER, RECEIVER, bytes(32), 0))


def test_a_receiver_may_act_but_not_come_back() -> None:
    model = model_with(takes=True)
    assert sent(model) is None
    assert model.state.coupons.approvals == {(RECEIVER, 0, OWNER): True}
    assert [type(event).__name__ for event in model.take_events()] == ["TransferSingle", "ApprovalForAll"]
    assert str(model.contracts[RECEIVER].inner) == "unknown: reverted without a reason"


def test_a_receiver_that_refuses_has_done_nothing() -> None:
    model = model_with(takes=False)
    assert str(sent(model)) == "coupon: receiver refused"
    assert model.state.coupons.approvals == {}
    assert model.state.coupons.balances == {}
    assert model.take_events() == []
    assert model.contracts[RECEIVER].inner is None
    assert str(sent(model)) == "coupon: receiver refused", "the lock is open again"


def test_only_refusals_are_answers() -> None:
    model = model_with(takes=True)
    model.membership.enroll(OPERATOR, OWNER, 64, NOBODY)

    def fail() -> None:
        raise KeyError(OWNER)

    with pytest.raises(KeyError):
        model.attempt(fail)
    assert [type(event) for event in model.take_events()] == [Enrolled]
