"""What happens to people between two messages of theirs, in one transaction."""

from chaincode_accounts import Accounts
from chaincode_hostile import Hostile
from chaincode_messages import Messages
from hypothesis import strategies as st
from hypothesis.stateful import rule


class Between(Messages, Accounts, Hostile):
    """A contract is operator: it relays, takes a key or a standing away, and relays once more, mostly of one person."""

    @rule(data=st.data())
    def signed_around(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        change = draw.pick(("suspended", "rotated", "rotated_on", "dismissed", "appointed"))
        deeds = ("relayed", change, draw.pick(("relayed", "replay")), draw.pick(("replay", "suspended")))
        self.me = draw.person("member")
        try:
            steps = self.write_down(data, deeds)
        finally:
            self.me = None
        self.pair.perform(self.people["operator9"], steps)
