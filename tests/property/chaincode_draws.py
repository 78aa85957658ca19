"""Prize draws, from their opening to the prizes or the refunds."""

from dataclasses import fields
from typing import Any

import chaincode_moves as moves
import chaincode_world as world
from chaincode_bank import Bank
from eth_hash.auto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.events import DrawOpened
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.typed_data import Entry


class Draws(Bank):
    """The operator opens draws; nonces and secrets are shown, or not."""

    def furnish(self) -> None:
        """A draw that two have entered."""
        super().furnish()
        now, number = self.pair.time, moves.number("draw", 0)
        hashes = text_hash(moves.TITLE), text_hash("prize"), keccak(number + moves.SECRET)
        self.open(DrawOpened(number, *hashes, 1, 1, 5, now, now + 1000, now + 2000, now + 3000), world.OPERATOR)
        entries = [(moves.number("entry", n), self.people[f"member{n}"].address) for n in range(2)]
        items = [Entry(one, who, number, moves.TITLE, keccak(one + moves.NONCE), 1, now + 1000) for one, who in entries]
        self.send([(item, "right") for item in items], world.OPERATOR)

    def open(self, terms: DrawOpened, sender: Any) -> None:
        row = tuple(getattr(terms, one.name) for one in fields(terms) if one.name != "position")
        act = self.model.draw.open_draw
        self.operate("draw", "open_draw", [row], lambda s: act(s, self.model.now, terms), sender)

    @rule(data=st.data())
    def opened_draw(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        draw_id, opens = draw.new_id("draw"), self.pair.time + draw.pick((0, 0, 1))
        closes = opens + draw.pick((60, 400)) if not draw.odd() else opens - 1
        shown = closes + draw.pick((60, 400)) if not draw.odd() else closes
        until = shown + draw.pick((60, 5000)) if not draw.odd() else shown
        numbers = draw.pick((0, 1, 2)), draw.near(draw.pick((1, 2))), draw.near(draw.pick((2, 5)))
        commitment = keccak(draw_id + moves.SECRET) if not draw.odd(20) else EMPTY_ID
        hashes = text_hash(moves.TITLE), text_hash("prize"), commitment
        terms = DrawOpened(draw_id, *hashes, *numbers, opens, closes, shown, until)
        self.open(terms, self.sender(draw))

    @rule(data=st.data())
    def drew_on(self, data: st.DataObject) -> None:
        """Show all nonces in time, then the right secret in time, for the draw that is furthest; or not quite."""
        draw, rules, book = self.draw(data), self.model.draw, self.model.state.draws
        now = self.pair.time + 1
        going = [one for one, known in book.draws.items() if known.entries and not known.is_drawn]
        ready = [one for one in going if book.counted(one) and now <= book.draws[one].terms.reveal_until]
        early = [one for one in going if now <= book.draws[one].terms.nonces_until]
        if ready and not draw.odd(4):
            draw_id = draw.pick(ready)
            self.come(book.draws[draw_id].terms.nonces_until, draw)
            secret = moves.SECRET if not draw.odd(3) else moves.NONCE
            act = lambda _: rules.show_secret(self.model.now, draw_id, secret)  # noqa: E731
            self.operate("draw", "show_secret", (draw_id, secret), act, self.anybody(draw))
        elif early:
            draw_id = draw.pick(early)
            self.come(book.draws[draw_id].terms.closes_at, draw)
            nonces = [(one, moves.NONCE) for one in book.draws[draw_id].entries]
            act = lambda _: rules.show_nonces(self.model.now, draw_id, nonces)  # noqa: E731
            self.operate("draw", "show_nonces", (draw_id, nonces), act, self.anybody(draw))

    def come(self, time: int, draw: Any) -> None:
        """Let the next block be the first after a time, or now and then the last before."""
        self.pair.time = max(self.pair.time, time - int(draw.odd(4)))

    @rule(data=st.data())
    def drew(self, data: st.DataObject) -> None:
        draw, rules, book = self.draw(data), self.model.draw, self.model.state.draws
        step = draw.pick(("nonces", "nonces", "secret", "refund"))
        draw_id = draw.id("draw", book.draws)
        known = book.draws.get(draw_id)
        if known and not draw.odd(3):
            ends = {"nonces": known.terms.closes_at, "secret": known.terms.nonces_until}
            self.pair.time = max(self.pair.time, ends.get(step, known.terms.reveal_until) - draw.pick((0, 0, 1)))
        mine = list(known.entries) if known else []
        if draw.odd(4):
            mine.append(draw.id("entry", book.entries))
        sender = self.people["member0"]
        if step == "nonces":
            nonces = [(one, moves.NONCE if not draw.odd() else EMPTY_ID) for one in mine]
            act = lambda _: rules.show_nonces(self.model.now, draw_id, nonces)  # noqa: E731
            self.operate("draw", "show_nonces", (draw_id, nonces), act, sender)
        elif step == "secret":
            secret = moves.SECRET if not draw.odd() else EMPTY_ID
            act = lambda _: rules.show_secret(self.model.now, draw_id, secret)  # noqa: E731
            self.operate("draw", "show_secret", (draw_id, secret), act, sender)
        else:
            act = lambda _: rules.refund(self.model.now, draw_id, mine)  # noqa: E731
            self.operate("draw", "refund", (draw_id, mine), act, sender)
