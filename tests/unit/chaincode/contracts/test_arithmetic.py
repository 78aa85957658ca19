"""No amount poisons the coins: whatever operator, board and holders bring about, the next reward is paid.

The attacker has the operator's key and the whole board, which is more than ADR 41 grants it, and every holder's too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from vyper import compile_code

from tests.unit.chaincode.contracts.bank import ZERO
from tests.unit.chaincode.contracts.chain_bank import Refused

LARGEST_ISSUE, LARGEST_PURSE, LARGEST_WORD = 2**64 - 1, 2**128 - 1, 2**256 - 1
EDGES = (0, 1, *(2**bits + step for bits in (32, 63, 64, 127, 128, 192, 255) for step in (-1, 0, 1)), LARGEST_WORD)
AMOUNTS = st.sampled_from(EDGES) | st.integers(0, LARGEST_WORD)
WAYS = ("sell", "sell past the board", "publish", "top up", "transfer", "bind", "approve", "permit", "lock", "buy")
REWARD = 16


def test_one_sale_poisoned_the_old_count(bank: Any) -> None:
    """The attack as it was: the thief sells itself all the coins that there can be, and nobody is ever paid again."""
    source = Path(__file__).with_name("old_count.vy").read_text(encoding="utf-8")
    made = compile_code(source, output_formats=("abi", "bytecode"))
    w3, operator = bank.chain.w3, bank.operator
    bank.contracts["old"] = w3.eth.contract(address=_deployed(bank, made["bytecode"]), abi=made["abi"])
    try:
        bank.send("old.grant", operator.address, REWARD)
        bank.send("old.grant", operator.address, LARGEST_PURSE - REWARD)
        with pytest.raises(Refused, match=r"^coin: amount too large$"):
            bank.send("old.grant", bank.member("paid by the old count").address, 1)
    finally:
        del bank.contracts["old"]


def _deployed(bank: Any, bytecode: str) -> str:
    w3, operator = bank.chain.w3, bank.operator
    fields = {"to": "", "data": bytecode, "gas": 5_000_000, "gasPrice": 0, "chainId": w3.eth.chain_id}
    signed = operator.sign_transaction({**fields, "nonce": w3.eth.get_transaction_count(operator.address), "value": 0})
    return str(
        w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(signed.raw_transaction))["contractAddress"]
    )


class Thief:
    """One way of bringing an amount about; what the contracts refuse they refuse by name."""

    def __init__(self, bank: Any) -> None:
        self.bank = bank
        self.survey = bank.survey(budgetCoins=1000)
        self.rich, self.friend = bank.partner("rich thief"), bank.member("thief's friend")
        self.policy = bank.new_id()
        bank.send("coin.set_policy", self.policy, [self.rich.address])

    def act(self, way: str, amount: int) -> bool:
        """Return whether it went through."""
        try:
            events = getattr(self, "_" + way.replace(" ", "_"))(amount)
        except (Refused, OverflowError, ValueError):
            return False
        return "Refused" not in [event.name for event in events]

    def _agreed(self, account: str, amount: int) -> bytes:
        """The whole board lets it come, if it can say the number at all."""
        issue_id: bytes = self.bank.new_id()
        if 0 < amount <= LARGEST_ISSUE:
            message = self.bank.issue_message(issue_id, account, amount)
            self.bank.by_board("approve_issue", "CoinIssue", message)
        return issue_id

    def _sell(self, amount: int) -> Any:
        return self.bank.send("coin.sell", self.rich.address, amount, self._agreed(self.rich.address, amount))

    def _sell_past_the_board(self, amount: int) -> Any:
        return self.bank.send("coin.sell", self.rich.address, amount, self.bank.new_id())

    def _publish(self, amount: int) -> Any:
        return self._budget(amount % 2**64)

    def _budget(self, coins: int) -> Any:
        survey = {"surveyId": self._agreed(ZERO, coins), "title": "Poison", "contentHash": b"\1" * 32}
        terms = {"labels": ("one",), "itemCoins": (2**16 - 1,), "baseCoins": 2**32 - 1, "budgetCoins": coins}
        window = {"opensAt": 0, "closesAt": 2**64 - 1}
        return self.bank.send("survey.publish", *self.bank.survey_arguments({**survey, **terms, **window}))

    def _top_up(self, amount: int) -> Any:
        coins = amount % 2**64
        return self.bank.send("survey.top_up", self._agreed(ZERO, coins), self.survey["surveyId"], coins)

    def _transfer(self, amount: int) -> Any:
        return self.bank.send("coin.transfer", self.friend.address, amount, sender=self.rich)

    def _bind(self, amount: int) -> Any:
        message = {"transferId": self.bank.new_id(), "owner": self.rich.address, "receiver": self.friend.address}
        message |= {"amount": amount, "policyId": self.policy, "deadline": self.bank.soon}
        return self.bank.relay("coin.transfer_bound_batch", "BoundTransfer", (message, self.rich))

    def _approve(self, amount: int) -> Any:
        self.bank.send("coin.approve", self.friend.address, amount, sender=self.rich)
        spend = (self.rich.address, self.friend.address, amount)
        return self.bank.send("coin.transferFrom", *spend, sender=self.friend)

    def _permit(self, amount: int) -> Any:
        message = {"owner": self.rich.address, "spender": self.friend.address, "value": amount}
        message |= {"nonce": self.bank.read("coin.nonces", self.rich.address), "deadline": LARGEST_WORD}
        r, s, v = self.bank.sign("coin", "Permit", message, self.rich)
        words = (message["owner"], message["spender"], amount, LARGEST_WORD)
        return self.bank.send("coin.permit", *words, v, r, s)

    def _lock(self, amount: int) -> Any:
        """A request that locks as much as its words can say."""
        numbers = {"coinsBase": amount % 2**32, "coinsPerItem": 2**32 - 1, "personsMaximum": 2**32 - 1}
        request = self.bank.request_message(self.survey, self.rich, **numbers)
        return self.bank.relay("request.file_batch", "DataRequest", (request, self.rich))

    def _buy(self, amount: int) -> Any:
        coupons = self.bank.coupon_class(self.rich, price=amount % 2**32, stock=2**32 - 1)
        purchase = self.bank.purchase(coupons, self.friend, count=1)
        return self.bank.relay("coupon.buy_batch", "Purchase", (purchase, self.friend))


def rewarded(bank: Any, survey: dict[str, Any]) -> int:
    """What somebody new gets for an answer."""
    member = bank.member(f"answers {bank.count}")
    bank.relay("survey.answer_batch", "Answer", (bank.answer(survey, member), member))
    return int(bank.coins(member))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(WAYS), AMOUNTS), min_size=1, max_size=6))
@example([(way, amount) for way in ("sell", "sell past the board") for amount in EDGES])
@example([(way, amount) for way in ("publish", "top up") for amount in EDGES])
@example([("sell", LARGEST_ISSUE)] * 4 + [(way, amount) for way in WAYS[4:] for amount in EDGES])
def test_whatever_is_brought_about_the_next_reward_is_paid(bank: Any, acts: list[tuple[str, int]]) -> None:
    thief, before = Thief(bank), bank.read("coin.granted")
    through = sum(thief.act(way, amount) for way, amount in acts)
    granted, burnt = bank.read("coin.granted"), bank.read("coin.burnt")
    assert granted - before <= through * LARGEST_ISSUE, "what came at once fits 64 bits"
    assert bank.read("coin.totalSupply") == granted - burnt
    for key in (thief.rich, thief.friend):
        assert bank.read("coin.boundOf", key.address) <= bank.coins(key) <= granted - burnt
    assert rewarded(bank, thief.survey) == REWARD


def test_the_edges_of_what_may_come_at_once(bank: Any) -> None:
    thief = Thief(bank)
    assert [thief.act("sell", amount) for amount in (0, 1, LARGEST_ISSUE, LARGEST_ISSUE + 1)] == [
        False,
        True,
        True,
        False,
    ]
    assert not any(thief.act("sell", amount) for amount in (LARGEST_PURSE, LARGEST_PURSE + 1, LARGEST_WORD))
    quota, _, _, used = bank.read("coin.quotaOf")
    bank.chain.advance(3601)
    assert not thief.act("sell past the board", quota + 1), used
    assert thief.act("sell past the board", quota)
    assert not thief.act("sell past the board", 1)
    left = LARGEST_ISSUE - bank.read("survey.budgetLeft", thief.survey["surveyId"])
    assert not thief.act("top up", left + 1)
    assert thief.act("top up", left)
    assert not thief.act("top up", 1)
    assert rewarded(bank, thief.survey) == REWARD
