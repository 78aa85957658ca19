"""What nobody may do any more once the bank stands: make coins, name other contracts, call in place of one."""

from typing import Any

import chaincode_world as world
from chaincode_adversary import Act
from chaincode_bank import Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.deploy import LINKS
from chaincode.model import Refusal

OPERATOR = 8
NAMED = {(contract, function): named for contract, function, _, named in LINKS}
NOT_CALLED_BY = {
    "coin": "not a minter",
    "survey": "not the consent contract",
    "request": "not the disclosure contract",
    "consent": "not the disclosure contract",
}


class Wiring(Bank):
    """The contracts know each other, and nobody else."""

    @rule(data=st.data())
    def named_again(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        for place in draw.some(NAMED, 2, 3):
            self.name_again(draw, *place)

    def name_again(self, draw: Any, contract: str, function: str) -> None:
        known = self.pair.deployment.address(NAMED[contract, function])
        named = known if not draw.odd(3) else draw.pick(self.places)

        def act(sender: str) -> None:
            self.only_operator(sender, contract)
            if named != known:
                raise Refusal(contract, "id already used")

        self.operate(contract, function, [named], act, self.sender_or_not(draw))

    @rule(data=st.data())
    def made_a_minter(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        if draw.odd(3):
            self.operate("coin", "seal_minters", [], lambda s: self.only_operator(s, "coin"), self.sender_or_not(draw))
            return
        rights = self.model.state.coins.minter_rights
        minter = draw.pick((*rights, draw.holder("partner")))
        wanted = rights.get(minter, 0) if not draw.odd(3) else draw.pick((0, 1, 7, 8, 2**256 - 1))

        def act(sender: str) -> None:
            self.only_operator(sender, "coin")
            if wanted != rights.get(minter, 0):
                raise Refusal("coin", "minters sealed")

        self.operate("coin", "set_minter", [minter, wanted], act, self.sender(draw))

    @rule(data=st.data())
    def quota_opened_again(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        coins, seconds = draw.pick((0, 10**9, 2**64 - 1)), draw.pick((0, 3600))
        act = self.model.quota.open_quota
        self.operate("coin", "open_quota", [coins, seconds], lambda s: act(s, coins, seconds), self.sender_or_not(draw))

    @rule(data=st.data())
    def called_as_the_bank(self, data: st.DataObject) -> None:
        """Whoever it is, the operator included: what contracts do for each other they do for nobody else."""
        draw = self.draw(data)
        for contract, function, arguments in draw.some(self.inner_calls(draw), 3, 4):
            self.operate(contract, function, arguments, self.refuse(contract), self.anybody(draw))

    @staticmethod
    def refuse(contract: str) -> Act:
        def act(_: str) -> None:
            raise Refusal(contract, NOT_CALLED_BY[contract])

        return act

    def sender_or_not(self, draw: Any) -> Any:
        """Return the operator, or as often somebody else."""
        return world.OPERATOR if draw.odd(2) else self.anybody(draw)

    def inner_calls(self, draw: Any) -> list[tuple[str, str, list[Any]]]:
        account, other, amount, reason = draw.holder("m"), draw.holder("p"), draw.amount(1), draw.any_id("invoice", 8)
        payment = (account, amount, reason)
        request, consents = draw.any_id("request", 2), [draw.any_id("consent", 2)] * draw.pick((0, 1))
        return [
            ("coin", "issue", [reason, amount]),
            ("coin", "grant", [*payment]),
            ("coin", "grant_batch", [[payment]]),
            ("coin", "burn", [*payment]),
            ("coin", "spend", [account, amount, other, reason]),
            ("coin", "move", [account, other, amount, reason]),
            ("coin", "move_batch", [account, [payment]]),
            ("survey", "accept", [draw.any_id("survey", 2), request, account, reason]),
            ("request", "consume", [request, 1, amount]),
            ("consent", "use_batch", [reason, request, 1, consents]),
            ("consent", "open_hold", [reason, request, 1, self.pair.time]),
            ("consent", "hold_batch", [1, consents]),
            ("consent", "seal_hold", [draw.pick((0, 1))]),
            ("consent", "drop_hold", [draw.pick((0, 1))]),
            ("consent", "settle_batch", [1, consents]),
        ]

    def only_operator(self, sender: str, contract: str) -> None:
        if not self.model.state.members.holds(sender, OPERATOR):
            raise Refusal(contract, "not the operator")
