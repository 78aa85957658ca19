"""Random operations, fair and foul, on the contracts and on their model: they must agree on everything.

A short, repeatable run by default. AZUKARI_LONG=examples[:steps] runs as many, at random, and prints what was tried.
"""

import importlib.util
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from eth_hash.auto import keccak
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test


def _load(name: str) -> Any:
    """Test folders are no packages: load a neighbour by its file."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


world, ways, moves = _load("chaincode_world"), _load("chaincode_ways"), _load("chaincode_moves")
bank, office = _load("chaincode_bank"), _load("chaincode_office")

from chaincode.calldata import signature_to_calldata, to_calldata  # noqa: E402
from chaincode.events import DrawOpened  # noqa: E402
from chaincode.ids import EMPTY_ID, NOBODY, text_hash  # noqa: E402
from chaincode.model import Said  # noqa: E402
from chaincode.typed_data import Permit, Redemption  # noqa: E402

LONG = os.environ.get("AZUKARI_LONG", "")
EXAMPLES, STEPS = (int(part) for part in (f"{LONG}:60" if LONG and ":" not in LONG else LONG or "4:30").split(":"))


class Story(office.Office):
    """A bank, twice, and everything people try with it."""

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

    @rule(data=st.data(), kind=st.sampled_from(tuple(ways.WAYS)))
    def relayed(self, data: st.DataObject, kind: Any) -> None:
        draw = self.draw(data)
        count = draw.pick((1, 1, 2, 3))
        self.send([(draw.struct(kind), draw.pick(bank.HOW)) for _ in range(count)], self.sender(draw))

    @rule(data=st.data(), kind=st.sampled_from([k for k, way in ways.WAYS.items() if way.direct]))
    def direct(self, data: st.DataObject, kind: Any) -> None:
        draw, way = self.draw(data), ways.WAYS[kind]
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
        signatures = self.sign(words, member, draw.pick(bank.HOW)), self.sign(words, shop, draw.pick(bank.HOW))
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
        signature = self.sign(words, owner, draw.pick(bank.HOW))
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


def test_contracts_and_model_agree(capsys: pytest.CaptureFixture[str]) -> None:
    Story.tried.clear()
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
    run_state_machine_as_test(Story, settings=run)
    assert sum(Story.tried.values()) > 100
    if LONG:
        with capsys.disabled():
            print(f"\n{sum(Story.tried.values())} operations\n{world.report(Story.tried)}")
