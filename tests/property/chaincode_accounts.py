"""What happens to accounts: roles, suspension, keys, guardians."""

import chaincode_world as world
from chaincode_adversary import Adversary
from chaincode_agreement import Agreement
from chaincode_bank import HOW
from chaincode_recoveries import Recoveries
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.model import Said
from chaincode.typed_data import KeyRotation


class Accounts(Recoveries, Agreement):
    """People come, go, lose keys and are let act for others."""

    @rule(data=st.data())
    def enrolled(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        role = draw.pick((2, 4, 16, 32, 64)) if not draw.odd() else draw.pick((0, 1, 3, 128, 2**255))
        parent = draw.person("partner") if role == 4 or draw.odd() else NOBODY
        self.enroll(draw.person(""), role, parent, self.sender(draw))

    @rule(data=st.data())
    def suspended(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        function = draw.pick(("suspend", "reinstate", "reinstate"))
        held = [who for who, one in self.model.state.members.accounts.items() if one.is_suspended]
        account = draw.pick(held) if held and function == "reinstate" else draw.person("member")
        arguments = (account, text_hash("reason"))
        act = getattr(self.model.membership, function)
        self.operate("membership", function, arguments, lambda s: act(s, *arguments), self.sender(draw))

    @rule(data=st.data())
    def rotated_by_itself(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        account, fresh = draw.person("member"), self.fresh_key(draw)
        words = KeyRotation(draw.new_id("rotation"), account, fresh.address, EMPTY_ID, EMPTY_ID, draw.deadline())
        mine = self.sign(words, account, draw.pick(HOW))
        can_sign = not isinstance(fresh, Adversary) and not draw.odd()
        new = self.pair.signed(words, fresh if can_sign else world.OPERATOR)
        new_signer = self.signer(words, new)
        act = self.model.membership
        if draw.odd(3):
            arguments = (to_calldata(words), signature_to_calldata(new))
            self.operate(
                "membership", "rotate", arguments,
                lambda s: act.rotate(words, s, new_signer, self.model.now), self.key_of(account),
            )  # fmt: skip
            return
        item = (to_calldata(words), signature_to_calldata(mine), signature_to_calldata(new))
        said = (Said(words, self.signer(words, mine)), new_signer)
        self.operate("membership", "rotate_batch", [[item]], lambda s: act.rotate_batch(self.model.now, [said]))

    @rule(data=st.data())
    def rotated_on(self, data: st.DataObject) -> None:
        """One batch: a key gives way to a second, that to a third, and the first tries once more."""
        draw = self.draw(data)
        account = draw.person("member")
        first, second, third = self.key_of(account), self.fresh_key(draw), self.fresh_key(draw)
        if any(isinstance(one, Adversary) for one in (first, second, third)):
            return
        items, said = [], []
        for old, new in ((first, second), (second, third), (first, third))[: draw.pick((2, 3))]:
            words = KeyRotation(draw.new_id("rotation"), account, new.address, EMPTY_ID, EMPTY_ID, draw.deadline())
            signatures = self.pair.signed(words, old), self.pair.signed(words, new)
            items.append((to_calldata(words), *(signature_to_calldata(one) for one in signatures)))
            said.append((Said(words, old.address), new.address))
        act = self.model.membership.rotate_batch
        self.operate("membership", "rotate_batch", [items], lambda _: act(self.model.now, said), self.sender(draw))

    @rule(data=st.data())
    def dismissed(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        role = draw.pick((1, 2, 4, 32)) if not draw.odd() else draw.pick((0, 3, 8))
        arguments = (draw.person(draw.pick(("member", "shop"))), role, text_hash("reason"))
        act = self.model.membership.dismiss
        self.operate("membership", "dismiss", arguments, lambda s: act(s, *arguments), self.sender(draw))
