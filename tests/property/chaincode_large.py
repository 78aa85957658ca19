"""Large releases, step by step: gathered, closed and settled as they should be about half of the time."""

from dataclasses import replace
from typing import Any

import chaincode_moves as moves
from chaincode_bank import Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.ids import EMPTY_ID, text_hash
from chaincode.model import Payload
from chaincode.model.consent_book import HOLD_OPEN, HOLD_SEALED
from chaincode.model.requests import APPROVED
from chaincode.typed_data import CONSENT_GIVEN, Consent, DataRequest, Decision


class Large(Bank):
    """What chance alone would hardly put in this order; `Office` tries the same functions without any order."""

    @rule(data=st.data())
    def large_release(self, data: st.DataObject) -> None:
        """Settle what is owed, or close what has gathered enough, or gather more, or open another."""
        draw, holds = self.draw(data), self.model.state.consents.holds
        owed = [one for one, hold in holds.items() if hold.state == HOLD_SEALED and self.held(one)]
        if owed and not draw.odd(3):
            self.settle(draw, draw.pick(owed))
            return
        going = [one for one, hold in holds.items() if hold.state == HOLD_OPEN and self.lasts(hold)]
        if not going or draw.odd(8):
            self.open_large(draw)
            return
        release_id = draw.pick(going)
        if self.has_enough(holds[release_id]) and not draw.odd(4):
            self.close_large(draw, release_id)
        else:
            self.gather(draw, release_id)

    @rule(data=st.data())
    def large_release_often(self, data: st.DataObject) -> None:
        """It takes four steps at least: so it has more than one chance in many."""
        self.large_release(data=data)

    # -- what the model knows ------------------------------------------------------------------------

    def held(self, release_id: bytes) -> list[bytes]:
        return sorted(one for one, record in self.model.state.consents.consents.items() if record.hold == release_id)

    def lasts(self, hold: Any) -> bool:
        """Whether a release may still be gathered and closed in the next block."""
        request, now = self.model.state.requests.requests[hold.request_id], self.pair.time + 1
        return request.state == APPROVED and now <= min(hold.closes_by, request.terms.valid_until)

    def has_enough(self, hold: Any) -> bool:
        return len(hold.consents) >= self.model.state.requests.requests[hold.request_id].terms.k_minimum

    def could_join(self, hold: Any) -> list[bytes]:
        """Return the consents that are live, outlast the release, and are in none."""
        book, now = self.model.state.consents, self.pair.time + 1
        return sorted(
            one
            for one, record in book.consents.items()
            if record.terms.valid_until >= hold.closes_by
            and book.live_refusal(one, hold.request_id, hold.items, now) is None
        )

    # -- the steps -----------------------------------------------------------------------------------

    def open_large(self, draw: Any) -> None:
        requests, now = self.model.state.requests.requests, self.pair.time + 1
        approved = [one for one, known in requests.items() if known.state == APPROVED and known.terms.valid_until > now]
        if not approved:
            self.approve_another(draw)
            return
        terms = requests[draw.pick(approved)].terms
        heading = (draw.new_id("release"), terms.request_id, terms.items & -terms.items)
        closes_by = min(now + draw.pick((500, 10**4)), terms.valid_until) if not draw.odd() else now - 1
        act = self.model.disclosure.open_release
        self.operate(
            "disclosure", "open_release", [*heading, closes_by],
            lambda s: act(s, self.model.now, heading, closes_by), self.sender(draw),
        )  # fmt: skip

    def approve_another(self, draw: Any) -> None:
        """The last request is closed or past: without another there would be no more releases."""
        partner, board = self.people["partner0"].address, self.people["board0"].address
        request = replace(
            draw.struct(DataRequest), request_id=draw.any_id("request", 64), partner=partner,
            survey_id=moves.number("survey", 0), items=7, purpose_code=1, legal_class=1,
            k_minimum=2, l_minimum=2, t_percent=100,
            persons_maximum=20, coins_base=2, coins_per_item=1, valid_until=self.pair.time + 10**5,
        )  # fmt: skip
        self.send([(request, "right")], None)
        self.send(
            [(Decision(request.request_id, board, EMPTY_ID, True, EMPTY_ID, self.pair.time + 10**6), "right")], None
        )

    def gather(self, draw: Any, release_id: bytes) -> None:
        """Somebody consents first, where nobody is left."""
        hold = self.model.state.consents.holds[release_id]
        free = self.could_join(hold)
        if not free:
            self.consent_to(draw, hold)
            free = self.could_join(hold)
        if draw.odd(4):
            free = draw.pick(([], [*free, *free], [*free, draw.id("consent", self.model.state.consents.consents)]))
        self.late(draw, hold.closes_by)
        act = self.model.disclosure.add_consents
        self.operate(
            "disclosure", "add_consents", [release_id, free],
            lambda s: act(s, self.model.now, release_id, free), self.sender(draw),
        )  # fmt: skip

    def consent_to(self, draw: Any, hold: Any) -> None:
        """Two people consent, those in the release too: then a new consent must take the place of one that leaves."""
        terms = self.model.state.requests.requests[hold.request_id].terms
        known = self.model.state.requests.requests[hold.request_id]
        wishes = [
            replace(
                draw.struct(Consent), member=self.people[name].address, request_id=terms.request_id,
                decision=CONSENT_GIVEN, items=moves.labels_of(terms.items), item_mask=terms.items, valid_from=0,
                valid_until=terms.valid_until, coins=known.reward(terms.items),
            )
            for name in draw.pick((("member0", "member1"), ("member1", "member2"), ("member9", "member2")))
        ]  # fmt: skip
        self.send([(one, "right") for one in wishes], None)

    def close_large(self, draw: Any, release_id: bytes) -> None:
        hold = self.model.state.consents.holds[release_id]
        k = self.model.state.requests.requests[hold.request_id].terms.k_minimum
        suppressed = 0 if draw.odd(2) else min(len(hold.consents) - k, 1)
        numbers = [len(hold.consents) - suppressed, suppressed, k]
        if draw.odd(3):
            place = draw.pick((0, 1, 2))
            numbers[place] = draw.pick((numbers[place] + 1, max(numbers[place] - 1, 0)))
        payload = Payload(text_hash("root"), text_hash("method"), *numbers)
        self.late(draw, hold.closes_by)
        act = self.model.disclosure.close_release
        self.operate(
            "disclosure", "close_release", [release_id, *vars(payload).values()],
            lambda s: act(s, self.model.now, release_id, payload), self.sender(draw),
        )  # fmt: skip

    def settle(self, draw: Any, release_id: bytes) -> None:
        """All at once or some; now and then somebody twice, or nobody's, or for another release."""
        owed = self.held(release_id)
        consents = owed if draw.odd(2) else owed[:1]
        if draw.odd(3):
            consents = draw.pick(([*consents, consents[0]], [EMPTY_ID], [*consents, draw.any_id("consent", 8)]))
        other = draw.id("release", self.model.state.releases.releases) if draw.odd(6) else release_id
        act = self.model.disclosure.settle
        self.operate("disclosure", "settle", [other, consents], lambda _: act(other, consents), self.anybody(draw))

    def late(self, draw: Any, closes_by: int) -> None:
        """Now and then it is the last second, or the one after."""
        if draw.odd(20):
            self.pair.time = max(self.pair.time, closes_by - draw.pick((0, 1)))
