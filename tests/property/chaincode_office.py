"""What the office does: consents by the operator, surveys, sales, releases."""

from dataclasses import replace
from typing import Any

import chaincode_moves as moves
import chaincode_world as world
from chaincode_bank import Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.calldata import to_calldata
from chaincode.events import BudgetAdded
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.model import Payload
from chaincode.model.consent_book import EXPIRED
from chaincode.model.requests import FILED
from chaincode.typed_data import RULE_STATEMENT, Consent, DataRequest, Decision, StandingRule


class Office(Bank):
    """A bank whose office works."""

    def furnish(self) -> None:
        """A standing rule, a release, and a large one that is still open."""
        super().furnish()
        late, survey, request = self.pair.time + 10**6, moves.number("survey", 0), moves.number("request", 0)
        member, number = self.people["member2"].address, moves.number("rule", 0)
        rule = StandingRule(
            number, member, RULE_STATEMENT, survey, (), 7, (), 1, (), 3, (), 2, 0, 0, 65535, late, 1, late
        )  # fmt: skip
        self.send([(rule, "right")], world.OPERATOR)
        consents, rules = sorted(moves.number("consent", i) for i in range(2)), self.model.disclosure
        heading = (moves.number("release", 0), request, 1)
        payload = Payload(text_hash("root"), text_hash("method"), 2, 0, 2)
        arguments = [*heading, *vars(payload).values(), consents]
        act = lambda s: rules.disclose(s, self.model.now, heading, payload, consents)  # noqa: E731
        self.operate("disclosure", "disclose", arguments, act)
        large = (moves.number("release", 1), request, 1)
        closes_by, gathered = self.pair.time + 10**4, consents[:1]
        act = lambda s: rules.open_release(s, self.model.now, large, closes_by)  # noqa: E731
        self.operate("disclosure", "open_release", [*large, closes_by], act)
        act = lambda s: rules.add_consents(s, self.model.now, large[0], gathered)  # noqa: E731
        self.operate("disclosure", "add_consents", [large[0], gathered], act)

    # -- consents by the operator --------------------------------------------------------------------

    @rule(data=st.data())
    def asked(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        wishes = [draw.struct(Consent) for _ in range(draw.pick((1, 2)))]
        rows = [(one.consent_id, one.member, one.request_id, one.item_mask, text_hash("ask")) for one in wishes]
        act = self.model.consent.ask_batch
        self.operate("consent", "ask_batch", [rows], lambda s: act(s, rows), self.sender(draw))

    @rule(data=st.data())
    def ended(self, data: st.DataObject) -> None:
        draw, rules, now = self.draw(data), self.model.consent, self.pair.time + 1
        consent_id = draw.id("consent", self.model.state.consents.consents)
        if draw.odd(2):
            arguments = (consent_id, text_hash("reason"))
            self.operate("consent", "revoke", arguments, lambda s: rules.revoke(s, *arguments), self.sender(draw))
        else:
            book = self.model.state.consents
            past = [one for one in book.consents if book.consents[one].state != EXPIRED and book.has_run_out(one, now)]
            consent_id = draw.fitting(past, consent_id)
            ids = [consent_id, consent_id]
            self.operate("consent", "expire_batch", [ids], lambda s: rules.expire_batch(self.model.now, ids))

    @rule(data=st.data())
    def consented_by_rule(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        items = []
        for _ in range(draw.pick((1, 2, 3))):
            wish, rule_id = draw.struct(Consent), draw.id("rule", self.model.state.rules.rules)
            known = self.model.state.rules.rules.get(rule_id)
            if known and not draw.odd():
                wish = replace(wish, member=known.member)
            if not draw.odd():
                wish = replace(wish, sequence=0)
            items.append((wish, rule_id))
        act = self.model.consent.record_by_rule_batch
        self.operate(
            "consent", "record_by_rule_batch", [[(to_calldata(one), to) for one, to in items]],
            lambda s: act(s, self.model.now, items), self.sender(draw),
        )  # fmt: skip

    @rule(data=st.data())
    def categorized(self, data: st.DataObject) -> None:
        draw, rules = self.draw(data), self.model.rule
        if draw.odd(2):
            arguments = (draw.person("partner"), draw.pick((0, 1, 2, 31, 32, 2**255)))
            self.operate("rule", "categorize", arguments, lambda s: rules.categorize(s, *arguments), self.sender(draw))
            return
        kind, place = draw.pick((0, 1, 2, 3, 4)), draw.pick((0, 1, 32))
        name = text_hash(draw.pick((*moves.CATEGORIES.get(kind, ("x",))[:2], "another")))
        known = self.model.state.rules.categories.get((kind, place))
        arguments = (kind, place, known or name)
        if known and draw.odd(3):
            arguments = (kind, place, text_hash("another"))
        self.operate(
            "rule", "name_category", arguments, lambda s: rules.name_category(s, *arguments), self.sender(draw)
        )

    # -- the operator --------------------------------------------------------------------------------

    @rule(data=st.data())
    def sold(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        amount = draw.pick((1, 500, 10**6, 9 * 10**6)) if not draw.odd() else draw.pick((0, 2**64, 2**128, 2**256 - 1))
        arguments = (draw.person("partner"), amount, draw.new_id("invoice"))
        approved = [
            (account, coins, issue_id)
            for issue_id, (account, coins) in self.model.state.quota.approved.items()
            if account != NOBODY
        ]
        if approved and draw.odd(2):
            arguments = draw.pick(approved)
        act = self.model.coin.sell
        self.operate("coin", "sell", arguments, lambda s: act(s, self.model.now, *arguments), self.sender(draw))

    @rule(data=st.data())
    def published(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        coins = data.draw(st.lists(st.sampled_from((0, 1, 4, 65535)), min_size=0 if draw.odd() else 1, max_size=5))
        opens = self.pair.time + draw.pick((0, 0, 1, 100))
        closes = opens + draw.pick((0, 1000, 10**6)) if not draw.odd() else opens - 1
        budget, survey_id = draw.pick((0, 10, 2 * 10**6, 2**64 - 1)), draw.new_id("survey")
        approved = [(one, coins) for one, (who, coins) in self.model.state.quota.approved.items() if who == NOBODY]
        if approved and draw.odd(2):
            survey_id, budget = draw.pick(approved)
        terms = self.survey(survey_id, coins, draw.pick((0, 3, 2**32 - 1)), budget, opens, closes)
        self.publish(terms, self.sender(draw))

    @rule(data=st.data())
    def topped_up(self, data: st.DataObject) -> None:
        draw, surveys = self.draw(data), self.model.state.surveys.surveys
        coins = draw.pick((1, 8, 100)) if not draw.odd() else draw.pick((0, 2**64 - 1))
        added = BudgetAdded(draw.new_id("top-up"), draw.id("survey", surveys), coins)
        arguments, act = (added.top_up_id, added.survey_id, added.coins), self.model.survey.top_up
        self.operate("survey", "top_up", arguments, lambda s: act(s, self.model.now, added), self.sender(draw))

    @rule(data=st.data())
    def closed(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        if draw.odd(3):
            arguments = (draw.id("survey", self.model.state.surveys.surveys),)
            act = self.model.survey.close
            self.operate("survey", "close", arguments, lambda s: act(s, *arguments), self.sender(draw))
            return
        arguments = (draw.id("request", self.model.state.requests.requests),)
        sender = self.people[draw.pick(("operator", "partner0", "partner1", "member0"))]
        self.operate(
            "request", "close", arguments, lambda s: self.model.request.close(s, self.model.now, *arguments), sender
        )

    @rule(data=st.data())
    def decided(self, data: st.DataObject) -> None:
        """The board decides itself what waits for it; a request is filed where nothing waits."""
        draw, requests = self.draw(data), self.model.state.requests.requests
        filed = [one for one, record in requests.items() if record.state == FILED]
        if not filed:
            self.send([(draw.struct(DataRequest), "right")], None)
            return
        board = self.people["board0"]
        words = Decision(
            draw.pick(filed), board.address, EMPTY_ID, not draw.odd(4), text_hash("decision"), draw.deadline()
        )
        act, sender = self.model.request.decide, board if not draw.odd(4) else self.anybody(draw)
        self.operate("request", "decide", [to_calldata(words)], lambda s: act(words, s, self.model.now), sender)

    # -- releases ------------------------------------------------------------------------------------

    def heading(self, draw: Any) -> tuple[bytes, bytes, int]:
        approved = [one for one, record in self.model.state.requests.requests.items() if record.state == 2]
        request_id = draw.id("request", approved)
        known = self.model.state.requests.requests.get(request_id)
        return draw.new_id("release"), request_id, draw.mask(known.terms.items if known else 7)

    def live(self, draw: Any, heading: tuple[bytes, bytes, int]) -> list[bytes]:
        book, now = self.model.state.consents, self.pair.time + 1
        live = [one for one in book.consents if book.live_refusal(one, heading[1], heading[2], now) is None]
        if draw.odd(4):
            live.append(draw.id("consent", book.consents))
        return sorted(live) if not draw.odd() else live

    def payload(self, draw: Any, consents: int) -> Payload:
        suppressed = 0 if draw.odd(2) else min(consents, 1)
        rows = draw.near(consents - suppressed)
        return Payload(text_hash("root"), text_hash("method"), rows, suppressed, draw.near(2))

    @rule(data=st.data())
    def disclosed(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        heading = self.heading(draw)
        consents = self.live(draw, heading)
        payload = self.payload(draw, len(consents))
        arguments = [*heading, *vars(payload).values(), consents]
        act = self.model.disclosure.disclose
        self.operate(
            "disclosure", "disclose", arguments, lambda s: act(s, self.model.now, heading, payload, consents),
            self.sender(draw),
        )  # fmt: skip

    @rule(data=st.data())
    def released(self, data: st.DataObject) -> None:
        """A release as it should be, so that what comes after one is reached often."""
        n = self.draw(data).pick(range(4))
        book, requests = self.model.state.consents, self.model.state.requests.requests
        for request_id in [one for one, record in requests.items() if record.state == 2]:
            terms, now = requests[request_id].terms, self.pair.time + 1
            covered = terms.items & -terms.items
            live = sorted(one for one in book.consents if book.live_refusal(one, request_id, covered, now) is None)
            if len(live) >= terms.k_minimum:
                heading = (moves.number("release", n), request_id, covered)
                payload = Payload(text_hash("root"), text_hash("method"), len(live), 0, terms.k_minimum)
                act = self.model.disclosure.disclose
                self.operate(
                    "disclosure", "disclose", [*heading, *vars(payload).values(), live],
                    lambda s, a=act, h=heading, p=payload, c=live: a(s, self.model.now, h, p, c),
                )  # fmt: skip
                return

    @rule(data=st.data())
    def opened(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        heading, closes_by = self.heading(draw), self.pair.time + draw.pick((0, 1, 200, 500))
        act = self.model.disclosure.open_release
        self.operate(
            "disclosure", "open_release", [*heading, closes_by],
            lambda s: act(s, self.model.now, heading, closes_by), self.sender(draw),
        )  # fmt: skip

    @rule(data=st.data())
    def continued(self, data: st.DataObject) -> None:
        draw, rules = self.draw(data), self.model.disclosure
        step = draw.pick(("add", "add", "close", "settle", "abandon"))
        release_id = draw.id("release", self.model.state.consents.holds)
        hold = self.model.state.consents.holds.get(release_id)
        sender = self.sender(draw)
        if step == "add":
            heading = (release_id, hold.request_id if hold else EMPTY_ID, hold.items if hold else 1)
            consents = self.live(draw, heading)
            act = lambda s: rules.add_consents(s, self.model.now, release_id, consents)  # noqa: E731
            self.operate("disclosure", "add_consents", [release_id, consents], act, sender)
        elif step == "close":
            payload = self.payload(draw, len(hold.consents) if hold else 2)
            act = lambda s: rules.close_release(s, self.model.now, release_id, payload)  # noqa: E731
            self.operate("disclosure", "close_release", [release_id, *vars(payload).values()], act, sender)
        elif step == "settle":
            owed = sorted(one for one, record in self.model.state.consents.consents.items() if record.hold)
            consents = owed if not draw.odd(4) else [*owed, *owed]
            act = lambda s: rules.settle(release_id, consents)  # noqa: E731
            self.operate("disclosure", "settle", [release_id, consents], act, sender)
        else:
            act = lambda s: rules.abandon_release(s, release_id)  # noqa: E731
            self.operate("disclosure", "abandon_release", [release_id], act, sender)

    @rule(data=st.data())
    def promised(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        survey_id = draw.id("survey", self.model.state.surveys.surveys)
        arguments = (survey_id, draw.pick((1, 1, 2)), draw.pick((1, 1, 2)) if not draw.odd() else 0)
        act = self.model.survey.set_partner_reward
        self.operate("survey", "set_partner_reward", arguments, lambda s: act(s, *arguments), self.sender(draw))
