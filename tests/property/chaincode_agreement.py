"""New terms: set by the operator, accepted in time, too late, or not at all."""

import chaincode_moves as moves
import chaincode_world as world
from chaincode_bank import Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.ids import EMPTY_ID, text_hash


class Agreement(Bank):
    """The operator sets terms; what members then sign is `Acceptance`."""

    @rule(data=st.data())
    def set_terms(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        book = self.model.state.members
        terms = draw.pick((moves.TERMS, text_hash("other"))) if not draw.odd(4) else EMPTY_ID
        accept_by = self.pair.time + draw.pick((60, 5000, 5000)) if not draw.odd(6) else draw.pick((0, 2**64 - 1))
        if terms == book.terms_hash and draw.odd(2):
            accept_by = book.accept_by
        arguments = terms, text_hash(draw.pick((moves.STATEMENT, moves.STATEMENT, "another"))), accept_by
        act, sender = self.model.membership.set_terms, world.OPERATOR if draw.odd(2) else self.anybody(draw)
        self.operate("membership", "set_terms", arguments, lambda s: act(s, self.model.now, *arguments), sender)
