"""Coins from hand to hand: ERC-20 and EIP-2612, with every amount, to everybody and nobody."""

from dataclasses import replace
from typing import Any

from chaincode_bank import HOW, Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.calldata import signature_to_calldata
from chaincode.model import Said
from chaincode.typed_data import Permit


class Coins(Bank):
    """Everybody pays and lets others pay."""

    @rule(data=st.data())
    def paid(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        owner = draw.person(draw.pick(("member", "partner")))
        to = draw.holder("m") if not draw.odd(8) else owner
        arguments = (to, draw.amount(self.model.state.coins.free(owner)))
        act = self.model.coin.transfer
        self.operate("coin", "transfer", arguments, lambda s: act(s, *arguments), self.payer(draw, owner))

    @rule(data=st.data())
    def approved(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        owner = draw.person(draw.pick(("member", "partner")))
        spender = draw.holder(draw.pick(("member", "partner"))) if not draw.odd(8) else owner
        arguments = (spender, draw.amount(10))
        act = self.model.coin.approve
        self.operate("coin", "approve", arguments, lambda s: act(s, *arguments), self.payer(draw, owner))

    @rule(data=st.data())
    def paid_for_another(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        let = [pair for pair, left in self.model.state.coins.allowances.items() if left]
        owner, spender = draw.pick(let) if let and not draw.odd(6) else (draw.holder("m"), draw.person("partner"))
        left = self.model.state.coins.allowances.get((owner, spender), 0)
        amount = draw.amount(min(left, self.model.state.coins.free(owner)))
        arguments = (owner, draw.holder("m") if not draw.odd(8) else owner, amount)
        act = self.model.coin.transfer_from
        self.operate("coin", "transferFrom", arguments, lambda s: act(s, *arguments), self.payer(draw, spender))

    @rule(data=st.data())
    def permitted(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        owner, spender = draw.person(draw.pick(("member", "partner"))), draw.holder("partner")
        nonce = self.model.state.coins.permit_nonces.get(owner, 0)
        deadline = draw.deadline() if not draw.odd(8) else 2**256 - 1
        words = Permit(owner, spender, draw.amount(5), nonce if not draw.odd() else nonce + 1, deadline)
        signature = self.sign(words, owner, draw.pick(HOW))
        self.permits.append((words, signature))
        self.permit(words, signature, self.sender(draw))

    @rule(data=st.data())
    def permitted_again(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        if self.permits:
            self.permit(*draw.pick(self.permits), self.sender(draw))

    def permit(self, words: Permit, signature: bytes, sender: Any) -> None:
        """The contract reads the owner's nonce of the moment into the message."""
        r, s, v = signature_to_calldata(signature)
        arguments = [words.owner, words.spender, words.value, words.deadline, v, r, s]

        def act(_: str) -> None:
            read = replace(words, nonce=self.model.state.coins.permit_nonces.get(words.owner, 0))
            self.model.coin.permit(Said(read, self.signer(read, signature)), self.model.now)

        self.operate("coin", "permit", arguments, act, sender)

    def payer(self, draw: Any, account: str) -> Any:
        """Return the account's key mostly; an old key or somebody else's otherwise."""
        if not draw.odd(8):
            return self.key_of(account)
        return self.keys.get(account, self.anybody(draw))
