"""What people sign or send themselves, and send again."""

from typing import Any

import chaincode_ways as ways
from chaincode_bank import HOW, Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.calldata import to_calldata
from chaincode.model import Refusal
from chaincode.typed_data import SignedStruct


class Messages(Bank):
    """Every signed message, relayed and direct."""

    @rule(seconds=st.sampled_from((1, 60, 300, 5000)))
    def wait(self, seconds: int) -> None:
        self.pair.advance(seconds)

    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Send something again, in another order and company: a signature must never count twice."""
        draw = self.draw(data)
        first = draw.pick(self.past)
        others = [batch for batch in self.past if type(batch[0][0]) is type(first[0][0])]
        mixed = [*first, *draw.pick(others)] if draw.odd(3) else list(first)
        self.relay(data.draw(st.permutations(mixed)), self.sender(draw))

    @rule(data=st.data())
    def relayed(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        kind = draw.pick(self.KINDS)
        items = [(draw.struct(kind), draw.pick(HOW)) for _ in range(draw.pick((1, 1, 2, 3)))]
        self.send(items if not draw.odd(6) else [*items, items[0]], self.sender(draw))

    @rule(data=st.data())
    def direct(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        kind = draw.pick([kind for kind in self.KINDS if ways.WAYS[kind].direct])
        way, struct = ways.WAYS[kind], self.fitting(draw, kind)
        actor = self.key_of(getattr(struct, way.actor))
        sender = actor if not draw.odd(6) else self.anybody(draw)
        arguments = [to_calldata(struct)]
        self.operate(way.contract, way.direct or "", arguments, lambda s: way.act(self.model, s, struct), sender)

    def fitting(self, draw: Any, kind: type[SignedStruct]) -> Any:
        """Return whatever comes; half of the time look a few times for what the model would let its actor do now."""
        struct = draw.struct(kind)
        for _ in range(4 if self.captured is None and draw.odd(2) else 0):
            if self.would_be_taken(struct):
                break
            struct = draw.struct(kind)
        return struct

    def would_be_taken(self, struct: SignedStruct) -> bool:
        """Ask the model, which forgets it again."""
        way, asked = ways.WAYS[type(struct)], Refusal("nobody", "only asked")
        sender = self.key_of(getattr(struct, way.actor)).address

        def act() -> None:
            way.act(self.model, sender, struct)
            raise asked

        self.model.now = self.pair.time + 1
        return self.model.attempt(act) is asked

    @rule(data=st.data())
    def relayed_often(self, data: st.DataObject) -> None:
        """Most of what people do: so it has more than one chance in many."""
        self.relayed(data=data)

    @rule(data=st.data())
    def direct_often(self, data: st.DataObject) -> None:
        self.direct(data=data)
