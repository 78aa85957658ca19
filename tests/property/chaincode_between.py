"""What happens to people between two messages of theirs, in one transaction."""

import chaincode_moves as moves
import chaincode_world as world
from chaincode_accounts import Accounts
from chaincode_hostile import Hostile
from chaincode_messages import Messages
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.typed_data import EscrowPolicy, OpeningRequest, ShareReceipt


class Between(Messages, Accounts, Hostile):
    """A contract is operator: it relays, takes a key or a standing away, and relays once more, mostly of one person."""

    def furnish(self) -> None:
        """An escrow that is active, and asked to be opened."""
        super().furnish()
        owner, late, number = self.people["member0"].address, self.pair.time + 10**6, moves.number("escrow", 0)
        keepers = tuple(self.people[f"custodian{n}"].address for n in range(3))
        hashes = text_hash("commitments"), text_hash("document")
        policy = EscrowPolicy(number, owner, 2, keepers, *hashes, 2, NOBODY, EMPTY_ID, late)
        self.send([(policy, "right")], world.OPERATOR)
        self.send([(ShareReceipt(number, one, hashes[0], late), "right") for one in keepers], world.OPERATOR)
        opening = OpeningRequest(moves.number("opening", 0), number, owner, *hashes, late)
        self.send([(opening, "right")], world.OPERATOR)

    @rule(data=st.data())
    def signed_around(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        change = draw.pick(("suspended", "rotated_by_itself", "rotated_on", "dismissed", "recovery_begun"))
        deeds = ("relayed", change, draw.pick(("relayed", "replay")), draw.pick(("replay", "suspended")))
        self.me = draw.person("member")
        try:
            steps = self.write_down(data, deeds)
        finally:
            self.me = None
        self.pair.perform(self.people["operator9"], steps)
