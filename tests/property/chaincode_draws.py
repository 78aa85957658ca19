"""Prize draws, from their opening to the prizes or the refunds."""

from dataclasses import fields
from itertools import combinations
from typing import Any

import chaincode_moves as moves
import chaincode_world as world
from chaincode_bank import Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.events import DrawOpened
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.model.draws import FORMING, DrawRecord
from chaincode.typed_data import DrawBinding, Entry


class Draws(Bank):
    """The operator opens draws; drawers are bound, parts are shown, or not."""

    def furnish(self) -> None:
        """A draw that two have entered, and one that waits for its drawers."""
        super().furnish()
        now, hashes = self.pair.time, (text_hash(moves.TITLE), text_hash("prize"))
        drawers = self.drawers()[:3]
        for n in range(2):
            number = moves.number("draw", n)
            terms = DrawOpened(number, *hashes, 1, 1, 5, now, now + 1000, now + 3000, drawers)
            self.open(terms, world.OPERATOR)
            if n == 0:
                bindings = [
                    DrawBinding(
                        moves.number("binding", place), who, number, moves.TITLE, self.bound(terms, place), 10**10
                    )
                    for place, who in enumerate(drawers)
                ]
                self.send([(one, "right") for one in bindings], world.OPERATOR)
        entries = [(moves.number("entry", n), self.people[f"member{n}"].address) for n in range(2)]
        first = moves.number("draw", 0)
        items = [Entry(one, who, first, moves.TITLE, moves.NONCE, 1, now + 1000) for one, who in entries]
        self.send([(item, "right") for item in items], world.OPERATOR)

    def drawers(self) -> tuple[str, ...]:
        board = [one.address for name, one in self.people.items() if name.startswith("board")]
        return tuple(sorted(board, key=lambda one: int(one, 16)))

    @staticmethod
    def bound(terms: DrawOpened, place: int) -> tuple[bytes, ...]:
        return moves.commitments(terms.draw_id, len(terms.drawers), place)

    def open(self, terms: DrawOpened, sender: Any) -> None:
        row = [getattr(terms, one.name) for one in fields(terms) if one.name != "position"]
        act = self.model.draw.open_draw
        arguments = [tuple(row[:-1]), list(row[-1])]
        self.operate("draw", "open_draw", arguments, lambda s: act(s, self.model.now, terms), sender)

    @rule(data=st.data())
    def opened_draw(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        draw_id, opens = draw.new_id("draw"), self.pair.time + draw.pick((0, 0, 1))
        closes = opens + draw.pick((60, 400)) if not draw.odd() else opens - 1
        refunds = closes + draw.pick((60, 5000)) if not draw.odd() else closes
        numbers = draw.pick((0, 1, 2)), draw.near(draw.pick((1, 2))), draw.near(draw.pick((2, 5)))
        drawers = self.drawers()[: draw.pick((3, 3, 4))]
        if draw.odd(6):
            drawers = draw.pick((drawers[:2], drawers[::-1], (*drawers, self.people["member0"].address)))
        hashes = text_hash(moves.TITLE), text_hash("prize")
        self.open(DrawOpened(draw_id, *hashes, *numbers, opens, closes, refunds, drawers), self.sender(draw))

    @rule(data=st.data())
    def bound_all(self, data: st.DataObject) -> None:
        """Whoever is missing is bound, so that members may enter."""
        draw, book = self.draw(data), self.model.state.draws
        forming = [one for one, known in book.draws.items() if known.state == FORMING]
        if not forming:
            return
        terms = book.draws[draw.pick(forming)].terms
        missing = [one for one in terms.drawers if one not in book.draws[terms.draw_id].bound]
        items = [
            DrawBinding(
                draw.new_id("binding"), one, terms.draw_id, moves.TITLE,
                self.bound(terms, terms.drawers.index(one)), draw.deadline(),
            )
            for one in missing
        ]  # fmt: skip
        self.send([(item, "right") for item in items], self.sender(draw))

    @rule(data=st.data())
    def drew_on(self, data: st.DataObject) -> None:
        """Show the parts of the draw that is furthest, some or all, in some order; now and then too early."""
        draw, book = self.draw(data), self.model.state.draws
        going = [one for one, known in book.draws.items() if known.state != FORMING and not known.is_drawn]
        entered = [one for one in going if book.draws[one].entries]
        if not going:
            return
        draw_id = draw.pick(entered or going)
        self.come(book.draws[draw_id].terms.closes_at, draw)
        self.show(draw, draw_id, book.draws[draw_id])

    def come(self, time: int, draw: Any) -> None:
        """Let the next block be the first after a time, or now and then the last before."""
        self.pair.time = max(self.pair.time, time - int(draw.odd(4)))

    def show(self, draw: Any, draw_id: bytes, known: DrawRecord | None) -> None:
        places = range(len(known.terms.drawers) if known else 3)
        pairs = draw.some(combinations(places, 2), 0 if draw.odd() else 1, 6)
        parts = [8 * a + b if not draw.odd(20) else draw.pick((0, 9, 255)) for a, b in pairs]
        secrets = [moves.secret(draw_id, a, b) if not draw.odd(20) else EMPTY_ID for a, b in pairs]
        if draw.odd(20):
            secrets.append(EMPTY_ID)
        act = self.model.draw.show_parts
        self.operate(
            "draw", "show_parts", (draw_id, parts, secrets),
            lambda _: act(self.model.now, draw_id, parts, secrets), self.anybody(draw),
        )  # fmt: skip

    @rule(data=st.data())
    def drew(self, data: st.DataObject) -> None:
        draw, rules, book = self.draw(data), self.model.draw, self.model.state.draws
        draw_id = draw.id("draw", book.draws)
        known = book.draws.get(draw_id)
        is_refund = draw.odd(2)
        if known and not draw.odd(3):
            ends = known.terms.refunds_from if is_refund else known.terms.closes_at
            self.pair.time = max(self.pair.time, ends - draw.pick((0, 0, 1)))
        if not is_refund:
            self.show(draw, draw_id, known)
            return
        mine = list(known.entries) if known else []
        if draw.odd(4):
            mine.append(draw.id("entry", book.entries))
        act = lambda _: rules.refund(self.model.now, draw_id, mine)  # noqa: E731
        self.operate("draw", "refund", (draw_id, mine), act, self.people["member0"])
