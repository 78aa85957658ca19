"""Accounts that are contracts at their worst: several acts in one transaction, and acts in the middle of a receipt."""

from collections.abc import Sequence
from typing import Any

import chaincode_adversary as adversary
from chaincode_adversary import Adversary, Step
from chaincode_bank import Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

NOT_DEEDS = ("wait", "acted", "prepared", "sent_to_a_contract", "signed_around")
"""What a contract cannot be told to do."""


class Hostile(Bank):
    """What any rule would do, contracts do."""

    @rule(data=st.data())
    def acted(self, data: st.DataObject) -> None:
        """A contract does several things in one transaction: keys change, people are suspended in between."""
        draw = self.draw(data)
        account = self.contract(draw)
        steps = self.capture(data, account, draw.pick((1, 2, 3)))
        if steps:
            self.pair.perform(account, steps)

    @rule(data=st.data())
    def prepared(self, data: st.DataObject) -> None:
        self.prepare(data, self.contract(self.draw(data)))

    def prepare(self, data: st.DataObject, account: Adversary) -> None:
        draw = self.draw(data)
        plan = self.capture(data, account, draw.pick((0, 1, 2)))
        mode = "accept" if not draw.odd(3) else draw.pick(adversary.MODES)
        self.pair.prepare(account, plan, mode, draw.odd(4))

    @rule(data=st.data())
    def sent_to_a_contract(self, data: st.DataObject) -> None:
        """Coupons are sent where something may happen."""
        draw = self.draw(data)
        owned = [(who, one) for (who, one), count in self.model.state.coupons.balances.items() if count]
        if not owned:
            return
        (owner, class_id), to = draw.pick(owned), draw.pick(self.model.contracts)
        if not draw.odd(4):
            account = self.contract(draw)
            self.prepare(data, account)
            to = account.address
        amount, word = draw.pick((0, 1)), draw.pick((b"", b"word", bytes(1024)))
        token, act = int.from_bytes(class_id, "big"), self.model.coupon
        if draw.odd(2):
            arguments: Any = (owner, to, token, amount, word)
            self.operate(
                "coupon", "safeTransferFrom", arguments,
                lambda s: act.safe_transfer_from(s, owner, to, class_id, amount, word), self.key_of(owner),
            )  # fmt: skip
        else:
            arguments = (owner, to, [token, token], [amount, 0], word)
            self.operate(
                "coupon", "safeBatchTransferFrom", arguments,
                lambda s: act.safe_batch_transfer_from(s, *arguments), self.key_of(owner),
            )  # fmt: skip

    def contract(self, draw: Any) -> Adversary:
        contracts = [one for one in self.model.contracts.values() if isinstance(one, Adversary)]
        found: Adversary = draw.pick(contracts)
        return found

    def capture(self, data: st.DataObject, account: Adversary, many: int) -> list[Step]:
        """Let rules write down what they would do, for a contract to do as itself."""
        deeds = sorted({one.function.__name__ for one in type(self).setup_state().rules} - set(NOT_DEEDS))
        self.me = account.address
        try:
            return self.write_down(data, [self.draw(data).pick(deeds) for _ in range(many)])
        finally:
            self.me = None

    def write_down(self, data: st.DataObject, deeds: Sequence[str]) -> list[Step]:
        self.captured = []
        try:
            for name in deeds:
                getattr(self, name)(data=data)
            return self.captured[: adversary.STEPS_MAXIMUM]
        finally:
            self.captured = None
