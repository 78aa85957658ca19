"""Random operations, fair and foul, on the contracts and on their model: they must agree on everything.

A short, repeatable run by default. AZUKARI_LONG=examples[:steps] runs as many, at random, and prints what was tried.
"""

import importlib.util
import os
import sys
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from eth_hash.auto import keccak
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test


def _load(name: str) -> Any:
    """Test folders are no packages: load a neighbour by its file."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


world, moves = _load("chaincode_world"), _load("chaincode_moves")

from chaincode.calldata import signature_to_calldata, to_calldata  # noqa: E402
from chaincode.events import DrawOpened, SurveyPublished  # noqa: E402
from chaincode.ids import EMPTY_ID, NOBODY, text_hash  # noqa: E402
from chaincode.model import Payload, Said  # noqa: E402
from chaincode.typed_data import (  # noqa: E402
    CONSENT_GIVEN,
    Consent,
    DataRequest,
    Decision,
    Join,
    KeyRotation,
    Permit,
    Redemption,
    SignedStruct,
)

LONG = os.environ.get("AZUKARI_LONG", "")
EXAMPLES, STEPS = (int(part) for part in (f"{LONG}:60" if LONG and ":" not in LONG else LONG or "4:30").split(":"))
NAMES = (
    *(f"member{i}" for i in range(5)),
    *("partner0", "partner1", "shop0", "shop1", "board0"),
    *(f"custodian{i}" for i in range(3)),
    "operator",
    "stranger",
)
ROLES = {"partner": 2, "shop": 4, "board": 16, "custodian": 32}
HOW = ("right",) * 9 + ("old", "other", "delegate", "malformed", "high s")


class Bank(RuleBasedStateMachine):
    """One bank, twice."""

    tried: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.pair = world.Pair.create()
        self.model = self.pair.model
        self.people = {name: world.key(name) for name in NAMES}
        self.keys = {account.address: account for account in self.people.values()}
        self.names = {account.address: name for name, account in self.people.items()}
        self.past: list[tuple[Any, ...]] = []
        self.spare = 0
        self._found()

    def _found(self) -> None:
        """Begin with a bank at work: people, a survey, an approved request, two consents."""
        operator = world.OPERATOR
        terms = (moves.TERMS, text_hash(moves.STATEMENT))
        self.operate("membership", "set_terms", terms, lambda s: self.model.membership.set_terms(s, *terms))
        for name, account in self.people.items():
            role = ROLES.get(name.rstrip("0123456789"))
            if role is not None:
                parent = self.people[name.replace("shop", "partner")].address if role == 4 else NOBODY
                self.enroll(account.address, role, parent)
        late = 10**10
        for i in range(3):
            member = self.people[f"member{i}"].address
            join = Join(text_hash(f"j{i}"), member, moves.STATEMENT, moves.TERMS, EMPTY_ID, late)
            self.send([(join, "right")], operator)
        partner = self.people["partner0"].address
        invoice = (partner, 1000, text_hash("first invoice"))
        self.operate("coin", "sell", invoice, lambda s: self.model.coin.sell(s, *invoice))
        self.name_categories(partner)
        survey = self.survey(moves.number("survey", 0), (1, 2, 3, 0, 5), 2, 100, self.pair.time, late)
        self.publish(survey)
        request = DataRequest(
            moves.number("request", 0), partner, survey.survey_id, moves.RECIPIENT, moves.PURPOSE,
            *(7, 1, 1, 2, 50, 2, 1, self.pair.time + 10**6, 30), EMPTY_ID, late,
        )  # fmt: skip
        self.send([(request, "right")], operator)
        board = self.people["board0"].address
        self.send([(Decision(request.request_id, board, True, EMPTY_ID, late), "right")], operator)
        for i in range(2):
            consent = Consent(
                moves.number("consent", i), self.people[f"member{i}"].address, request.request_id,
                CONSENT_GIVEN, moves.RECIPIENT, moves.PURPOSE, moves.labels_of(7),
                *(7, 0, self.pair.time + 10**6, 2, 5), text_hash("notice"), late,
            )  # fmt: skip
            self.send([(consent, "right")], operator)

    def name_categories(self, partner: str) -> None:
        rules = self.model.rule
        for kind, names in moves.CATEGORIES.items():
            for place, name in enumerate(names):
                category = (kind, place, text_hash(name))
                self.operate("rule", "name_category", category, lambda s, c=category: rules.name_category(s, *c))
        self.operate("rule", "categorize", (partner, 0), lambda s: rules.categorize(s, partner, 0))

    def teardown(self) -> None:
        if hasattr(self, "pair"):
            try:
                self.pair.check_whole()
                type(self).tried.update(self.pair.tried)
            finally:
                self.pair.close()

    # -- sending -------------------------------------------------------------------------------------

    def key_of(self, account: str) -> Any:
        found = self.model.state.members.accounts.get(account)
        return self.keys[found.key if found else account]

    def operate(self, contract: str, function: str, arguments: Any, act: Any, sender: Any = None) -> None:
        sender = sender or world.OPERATOR
        self.pair.call(sender, contract, function, list(arguments), lambda: act(sender.address))

    def sign(self, struct: SignedStruct, account: str, how: str) -> bytes:
        if how == "malformed":
            return b"\0" * 65
        others = [one for one in self.keys.values() if one.address != account]
        signer = {"old": self.keys[account], "other": others[len(struct.to_json()) % len(others)]}.get(how)
        if how == "delegate":
            let = [to for (who, to), _ in self.model.state.members.delegations.items() if who == account]
            signer = self.key_of(let[-1]) if let else None
        signature = self.pair.signed(struct, signer or self.key_of(account))
        return moves.high_s(signature) if how == "high s" else signature

    def signer(self, struct: SignedStruct, signature: bytes) -> str | None:
        known = moves.as_the_contract_reads(self.model, struct)
        found = self.pair.signer(known or struct, signature)
        return found if known is not None or found is None else moves.JUNK_SIGNER

    def send(self, items: list[tuple[Any, str]], sender: Any) -> None:
        way = moves.WAYS[type(items[0][0])]
        signed = [(x, self.sign(x, getattr(x, way.actor), how)) for x, how in items]
        self.relay(signed, sender)
        self.past.append(tuple(signed))

    def relay(self, signed: list[tuple[Any, bytes]], sender: Any) -> None:
        way = moves.WAYS[type(signed[0][0])]
        said = [Said(x, self.signer(x, signature)) for x, signature in signed]
        calldata = [(to_calldata(x), signature_to_calldata(signature)) for x, signature in signed]
        self.pair.call(
            sender, way.contract, way.batch, [calldata], lambda: way.act_batch(self.model, sender.address, said)
        )

    def draw(self, data: st.DataObject) -> Any:
        return moves.Draw(data, self.model, self.pair.time, self.people)

    def sender(self, draw: Any) -> Any:
        return world.OPERATOR if not draw.odd() else self.people[draw.pick(self.people)]

    # -- time and the past ---------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, 60, 300, 5000)))
    def wait(self, seconds: int) -> None:
        self.pair.advance(seconds)

    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Send something again: a signature must never count twice."""
        draw = self.draw(data)
        self.relay(list(reversed(draw.pick(self.past))), self.sender(draw))

    # -- every signed message ------------------------------------------------------------------------

    @rule(data=st.data(), kind=st.sampled_from(tuple(moves.WAYS)))
    def relayed(self, data: st.DataObject, kind: Any) -> None:
        draw = self.draw(data)
        count = draw.pick((1, 1, 2, 3))
        self.send([(draw.struct(kind), draw.pick(HOW)) for _ in range(count)], self.sender(draw))

    @rule(data=st.data(), kind=st.sampled_from([k for k, way in moves.WAYS.items() if way.direct]))
    def direct(self, data: st.DataObject, kind: Any) -> None:
        draw, way = self.draw(data), moves.WAYS[kind]
        struct = draw.struct(kind)
        actor = self.key_of(getattr(struct, way.actor))
        sender = actor if not draw.odd(6) else self.people[draw.pick(self.people)]
        arguments = [to_calldata(struct)]
        self.operate(way.contract, way.direct, arguments, lambda s: way.act(self.model, s, struct), sender)

    @rule(data=st.data())
    def redeem(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        balances = [(who, one) for (who, one), count in self.model.state.coupons.balances.items() if count]
        member, class_id = draw.pick(balances) if balances else (draw.person("member"), draw.id("class"))
        shop = draw.person("shop")
        words = Redemption(draw.new_id("redemption"), class_id, moves.COUPON_TITLE, shop, draw.deadline())
        signatures = self.sign(words, member, draw.pick(HOW)), self.sign(words, shop, draw.pick(HOW))
        keys = tuple(self.signer(words, one) for one in signatures)
        item = (to_calldata(words), member, *(signature_to_calldata(one) for one in signatures))
        if draw.odd(3):
            arguments = [item[0], member, item[3]]
            self.operate(
                "coupon", "redeem", arguments,
                lambda s: self.model.coupon.redeem(s, words, member, (s, keys[1]), self.model.now),
                self.key_of(member),
            )  # fmt: skip
            return
        again = [item] * draw.pick((1, 1, 2))
        self.operate(
            "coupon", "redeem_batch", [again],
            lambda s: self.model.coupon.redeem_batch(s, self.model.now, [(words, member, keys)] * len(again)),
        )  # fmt: skip

    # -- accounts ------------------------------------------------------------------------------------

    def enroll(self, account: str, role: int, parent: str, sender: Any = None) -> None:
        arguments = (account, role, parent)
        act = self.model.membership.enroll
        self.operate("membership", "enroll", arguments, lambda s: act(s, *arguments), sender)

    @rule(data=st.data())
    def enrolled(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        role = draw.pick((2, 4, 16, 32, 64)) if not draw.odd() else draw.pick((0, 1, 3, 128, 2**255))
        parent = draw.person("partner") if role == 4 or draw.odd() else NOBODY
        self.enroll(draw.person(""), role, parent, self.sender(draw))

    @rule(data=st.data(), function=st.sampled_from(("suspend", "reinstate", "reinstate")))
    def suspended(self, data: st.DataObject, function: str) -> None:
        draw = self.draw(data)
        held = [who for who, one in self.model.state.members.accounts.items() if one.is_suspended]
        account = draw.pick(held) if held and function == "reinstate" else draw.person("member")
        arguments = (account, text_hash("reason"))
        act = getattr(self.model.membership, function)
        self.operate("membership", function, arguments, lambda s: act(s, *arguments), self.sender(draw))

    def new_key(self, draw: Any) -> Any:
        if draw.odd(4):
            return self.people[draw.pick(self.people)]
        self.spare += 1
        fresh = world.key(f"spare {self.spare}")
        self.keys[fresh.address] = fresh
        return fresh

    @rule(data=st.data())
    def rotated(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        account, fresh = draw.person("member"), self.new_key(draw)
        arguments = (account, fresh.address, text_hash("evidence"))
        act = self.model.membership.rotate_key
        self.operate("membership", "rotate_key", arguments, lambda s: act(s, *arguments), self.sender(draw))

    @rule(data=st.data())
    def rotated_by_itself(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        account, fresh = draw.person("member"), self.new_key(draw)
        words = KeyRotation(draw.new_id("rotation"), account, fresh.address, EMPTY_ID, draw.deadline())
        mine = self.sign(words, account, draw.pick(HOW))
        new = self.pair.signed(words, fresh if not draw.odd() else world.OPERATOR)
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
    def dismissed(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        role = draw.pick((1, 2, 4, 32)) if not draw.odd() else draw.pick((0, 3, 8))
        arguments = (draw.person(draw.pick(("member", "shop"))), role, text_hash("reason"))
        act = self.model.membership.dismiss
        self.operate("membership", "dismiss", arguments, lambda s: act(s, *arguments), self.sender(draw))

    @rule(data=st.data())
    def appointed(self, data: st.DataObject) -> None:
        draw, now = self.draw(data), self.pair.time
        people = draw.person("member"), draw.person("member")
        scope, until = draw.pick((255, 0, 2)), now + draw.pick((100, 10**6)) if not draw.odd() else now - 1
        item, evidence = draw.new_id("delegation"), text_hash("court")
        act, mandate = self.model.membership.appoint, (*people, scope, until)
        self.operate(
            "membership", "appoint", (item, *mandate, evidence),
            lambda s: act(s, self.model.now, item, mandate, evidence), self.sender(draw),
        )  # fmt: skip

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
        draw, rules = self.draw(data), self.model.consent
        consent_id = draw.id("consent", self.model.state.consents.consents)
        if draw.odd(2):
            arguments = (consent_id, text_hash("reason"))
            self.operate("consent", "revoke", arguments, lambda s: rules.revoke(s, *arguments), self.sender(draw))
        else:
            ids = [consent_id, consent_id]
            self.operate("consent", "expire_batch", [ids], lambda s: rules.expire_batch(self.model.now, ids))

    @rule(data=st.data())
    def consented_by_rule(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        wish, rule_id = draw.struct(Consent), draw.id("rule", self.model.state.rules.rules)
        known = self.model.state.rules.rules.get(rule_id)
        if known and not draw.odd():
            wish = replace(wish, member=known.member)
        items = [(wish, rule_id)] * draw.pick((1, 2))
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
        amount = draw.pick((1, 500, 10**6)) if not draw.odd() else draw.pick((0, 2**128, 2**128 - 1))
        arguments = (draw.person("partner"), amount, draw.new_id("invoice"))
        self.operate("coin", "sell", arguments, lambda s: self.model.coin.sell(s, *arguments), self.sender(draw))

    @staticmethod
    def survey(survey_id: bytes, coins: Any, base: int, budget: int, opens: int, closes: int) -> Any:
        hashes = tuple(text_hash(label) for label in moves.LABELS[: len(coins)])
        title, content = text_hash(moves.TITLE), text_hash("content")
        return SurveyPublished(survey_id, title, content, hashes, tuple(coins), base, budget, opens, closes)

    def publish(self, terms: Any, sender: Any = None) -> None:
        arguments = [
            terms.survey_id, terms.title_hash, terms.content_hash, list(terms.item_label_hashes),
            list(terms.item_coins), terms.base_coins, terms.budget_coins, terms.opens_at, terms.closes_at,
        ]  # fmt: skip
        act = self.model.survey.publish
        self.operate("survey", "publish", arguments, lambda s: act(s, self.model.now, terms), sender)

    @rule(data=st.data())
    def published(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        coins = data.draw(st.lists(st.sampled_from((0, 1, 4, 65535)), min_size=0 if draw.odd() else 1, max_size=5))
        opens = self.pair.time + draw.pick((0, 0, 1, 100))
        closes = opens + draw.pick((0, 1000, 10**6)) if not draw.odd() else opens - 1
        budget = draw.pick((0, 10, 2**64 - 1))
        terms = self.survey(draw.new_id("survey"), coins, draw.pick((0, 3, 2**32 - 1)), budget, opens, closes)
        self.publish(terms, self.sender(draw))

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
    def opened(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        heading, closes_by = self.heading(draw), self.pair.time + draw.pick((0, 1, 200, 500))
        act = self.model.disclosure.open_release
        self.operate(
            "disclosure", "open_release", [*heading, closes_by],
            lambda s: act(s, self.model.now, heading, closes_by), self.sender(draw),
        )  # fmt: skip

    @rule(data=st.data(), step=st.sampled_from(("add", "add", "close", "settle", "abandon")))
    def continued(self, data: st.DataObject, step: str) -> None:
        draw, rules = self.draw(data), self.model.disclosure
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

    # -- policies and rewards ------------------------------------------------------------------------

    @rule(data=st.data())
    def set_policy(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        partners = [self.people[name].address for name in ("partner0", "partner1")]
        issuers = draw.pick((partners[:1], partners[1:], partners)) if not draw.odd() else draw.pick(([], [NOBODY]))
        arguments = (draw.new_id("policy"), issuers)
        act = self.model.coin.set_policy
        self.operate("coin", "set_policy", arguments, lambda s: act(s, *arguments), self.sender(draw))

    @rule(data=st.data())
    def promised(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        survey_id = draw.id("survey", self.model.state.surveys.surveys)
        arguments = (survey_id, draw.pick((1, 1, 2)), draw.pick((1, 1, 2)) if not draw.odd() else 0)
        act = self.model.survey.set_partner_reward
        self.operate("survey", "set_partner_reward", arguments, lambda s: act(s, *arguments), self.sender(draw))

    # -- gifts and draws -----------------------------------------------------------------------------

    @rule(data=st.data())
    def gave(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        order_id = draw.id("order", self.model.state.coupons.orders)
        gifts = [(draw.new_id("gift"), draw.person("member")) for _ in range(draw.pick((1, 2)))]
        act = self.model.coupon.give_batch
        sender = self.sender(draw)
        self.operate(
            "coupon", "give_batch", (order_id, gifts), lambda s: act(s, self.model.now, order_id, gifts), sender
        )

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
        row = tuple(getattr(terms, one.name) for one in fields(terms) if one.name != "position")
        act = self.model.draw.open_draw
        self.operate("draw", "open_draw", [row], lambda s: act(s, self.model.now, terms), self.sender(draw))

    @rule(data=st.data(), step=st.sampled_from(("nonces", "nonces", "secret", "refund")))
    def drew(self, data: st.DataObject, step: str) -> None:
        draw, rules, book = self.draw(data), self.model.draw, self.model.state.draws
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

    # -- tokens --------------------------------------------------------------------------------------

    @rule(data=st.data(), function=st.sampled_from(("transfer", "approve", "transferFrom")))
    def coins(self, data: st.DataObject, function: str) -> None:
        draw = self.draw(data)
        sender = self.key_of(draw.person(draw.pick(("member", "partner"))))
        owner, to = draw.person(draw.pick(("member", "partner"))), draw.person("member")
        amount = draw.pick((0, 1, 10)) if not draw.odd() else 2**256 - 1
        arguments = (owner, to, amount) if function == "transferFrom" else (to, amount)
        name = "transfer_from" if function == "transferFrom" else function
        act = getattr(self.model.coin, name)
        self.operate("coin", function, arguments, lambda s: act(s, *arguments), sender)

    @rule(data=st.data())
    def permitted(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        owner, spender = draw.person("member"), draw.person("partner")
        nonce = self.model.coin.permit_nonces.get(owner, 0)
        words = Permit(owner, spender, draw.pick((0, 5, 2**256 - 1)), nonce, draw.deadline())
        signature = self.sign(words, owner, draw.pick(HOW))
        said = Said(words, self.signer(words, signature))
        r, s, v = signature_to_calldata(signature)
        arguments = [owner, spender, words.value, words.deadline, v, r, s]
        self.operate("coin", "permit", arguments, lambda _: self.model.coin.permit(said, self.model.now))

    @rule(data=st.data())
    def coupons(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        owned = [(who, one) for (who, one), count in self.model.state.coupons.balances.items() if count]
        owner, class_id = draw.pick(owned) if owned else (draw.person("member"), draw.id("class"))
        sender = self.key_of(owner if not draw.odd(3) else draw.person("member"))
        if draw.odd(4):
            arguments = (draw.person("member"), not draw.odd(4))
            act = self.model.coupon.set_approval_for_all
            self.operate("coupon", "setApprovalForAll", arguments, lambda s: act(s, *arguments), sender)
            return
        to, amount = draw.person("member"), draw.pick((0, 1, 2))
        act = self.model.coupon.safe_transfer_from
        token = int.from_bytes(class_id, "big")
        self.operate(
            "coupon", "safeTransferFrom", (owner, to, token, amount, b""),
            lambda s: act(s, owner, to, class_id, amount), sender,
        )  # fmt: skip

    @invariant()
    def coins_add_up(self) -> None:
        if hasattr(self, "pair"):
            coins = self.model.state.coins
            assert sum(coins.balances.values()) == coins.supply


def test_contracts_and_model_agree(capsys: pytest.CaptureFixture[str]) -> None:
    Bank.tried.clear()
    world.artifacts()
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=checks,
    )
    run_state_machine_as_test(Bank, settings=run)
    assert sum(Bank.tried.values()) > 100
    if LONG:
        with capsys.disabled():
            print(f"\n{sum(Bank.tried.values())} operations\n{world.report(Bank.tried)}")
