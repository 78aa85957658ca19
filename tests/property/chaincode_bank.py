"""One bank, twice: contracts and model, set up with people at work, and how everything is sent to both."""

from typing import Any, ClassVar

import chaincode_moves as moves
import chaincode_ways as ways
import chaincode_world as world
from chaincode_adversary import Act, Adversary, Step
from chaincode_census import Census
from chaincode_drawn import Draw
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.events import SurveyPublished
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.model import Said
from chaincode.typed_data import (
    CONSENT_GIVEN,
    Answer,
    Consent,
    DataRequest,
    Decision,
    Join,
    KeyRotation,
    Seat,
    SignedStruct,
)

NAMES = (
    *(f"member{i}" for i in range(5)),
    *("partner0", "partner1", "shop0", "shop1"),
    *(f"board{i}" for i in range(4)),
    *(f"custodian{i}" for i in range(3)),
    "operator",
    "stranger",
)
ROLES = {"partner": 2, "shop": 4, "operator9": 8, "board": 16, "custodian": 32}
CONTRACTS = ("partner9", "custodian9", "operator9", "member9", "stranger9")
"""Accounts that are contracts; member9 is one whose key is a person's."""
MUTE = "custodian8"
"""An account that is a contract without any function: it takes no coupons and never acts."""
HOW = ("right",) * 14 + ("old", "other", "delegate", *moves.MALFORMED)
LATE = 10**10


class Bank(RuleBasedStateMachine):
    """One bank, twice."""

    census: ClassVar[Census] = Census()
    KINDS: ClassVar[tuple[type[SignedStruct], ...]] = tuple(ways.WAYS)
    """What people of this machine sign."""

    @initialize()
    def begin(self) -> None:
        self.pair = world.Pair.create()
        self.model = self.pair.model
        self.people: dict[str, Any] = {name: world.key(name) for name in NAMES}
        self.keys: dict[str, Any] = {account.address: account for account in self.people.values()}
        self.places = [NOBODY, *(self.pair.deployment.address(name) for name in self.pair.deployment.contracts)]
        self.past: list[tuple[Any, ...]] = []
        self.permits: list[tuple[Any, bytes]] = []
        self.captured: list[Step] | None = None
        self.me: str | None = None
        self.spare = 0
        self.begun: dict[bytes, Any] = {}
        self._found()
        self._found_contracts()
        self.furnish()

    def _found(self) -> None:
        """Begin with a bank at work: people, an answered survey, an approved request, three consents."""
        operator = world.OPERATOR
        terms, act = (moves.TERMS, text_hash(moves.STATEMENT), self.pair.time + 300), self.model.membership.set_terms
        self.operate("membership", "set_terms", terms, lambda s: act(s, self.model.now, *terms))
        self._found_contract("operator9")
        for name, account in [*self.people.items()]:
            role = ROLES.get(name.rstrip("0123456789")) if name != "operator9" else None
            if role == 16 and name != "board0":
                self._take_in(account)
            elif role is not None:
                parent = self.people[name.replace("shop", "partner")].address if role == 4 else NOBODY
                self.enroll(account.address, role, parent)
        joins = [self._join(f"member{i}") for i in range(3)]
        self.send([(join, "right") for join in joins], operator)
        partner = self.people["partner0"].address
        self._sell(partner, "first invoice")
        self.name_categories(partner)
        survey = self.survey(moves.number("survey", 0), (1, 2, 3, 0, 5), 2, 100, self.pair.time, LATE)
        self.publish(survey)
        request = DataRequest(
            moves.number("request", 0), partner, survey.survey_id, moves.RECIPIENT, moves.PURPOSE,
            *(7, 1, 1, 2, 2, 100, 50, 2, 1, self.pair.time + 10**6, 30), EMPTY_ID, LATE,
        )  # fmt: skip
        self.send([(request, "right")], operator)
        board = self.people["board0"].address
        self.send([(Decision(request.request_id, board, EMPTY_ID, True, EMPTY_ID, LATE), "right")], operator)
        ends = (10**5, 10**5, 300)
        consents = [
            Consent(
                moves.number("consent", i), self.people[f"member{i}"].address, request.request_id,
                EMPTY_ID, CONSENT_GIVEN, moves.RECIPIENT, moves.PURPOSE, moves.labels_of(7),
                *(7, 0, self.pair.time + ends[i], 2, 5), text_hash("notice"), 1, LATE,
            )
            for i in range(3)
        ]  # fmt: skip
        self.send([(consent, "right") for consent in consents], operator)
        answers = [
            Answer(moves.number("answer", i), one.member, survey.survey_id, moves.TITLE, EMPTY_ID, EMPTY_ID, 7, 8, LATE)
            for i, one in enumerate(consents)
        ]
        self.send([(answer, "right") for answer in answers], operator)

    def furnish(self) -> None:
        """Begin where it gets interesting; each area adds its own."""

    def _found_contracts(self) -> None:
        """Accounts that are contracts, in every way the rules let them be."""
        for name in CONTRACTS:
            if name != "operator9":
                self._found_contract(name)
        self.people[MUTE] = self.pair.add_mute()
        self.enroll(self.people[MUTE].address, ROLES["custodian"], NOBODY)
        self._sell(self.people["partner9"].address, "invoice of a contract")
        self._move_on(self.people["member9"], world.key("key of member9"))
        self.send([(self._join("member9"), "right")], world.OPERATOR)

    def _take_in(self, account: Any) -> None:
        """The whole board takes somebody in as one more of its members."""
        members = self.model.state.members
        board = [one for one in self.people.values() if members.roles_of(one.address) & 16]
        board.sort(key=lambda one: int(one.address, 16))
        seat = Seat(text_hash(f"seat of {account.address}"), account.address, 16, True, 1, LATE)
        approvals = [signature_to_calldata(self.pair.signed(seat, one)) for one in board]
        keys, act = [one.address for one in board], self.model.membership.seat
        arguments = (to_calldata(seat), approvals)
        self.operate("membership", "seat", arguments, lambda _: act(self.model.now, seat, keys))

    def _found_contract(self, name: str) -> None:
        account = self.pair.add_adversary()
        self.people[name] = self.keys[account.address] = account
        role = ROLES.get(name, ROLES.get(name.rstrip("0123456789"), 64 if name == "member9" else None))
        if role is not None:
            self.enroll(account.address, role, NOBODY)

    def _move_on(self, account: Adversary, key: Any) -> None:
        """A contract gives its account the key of a person, who signs."""
        self.keys[key.address] = key
        words = KeyRotation(text_hash("moves on"), account.address, key.address, EMPTY_ID, EMPTY_ID, LATE)
        signature = self.pair.signed(words, key)
        arguments = (to_calldata(words), signature_to_calldata(signature))
        act = self.model.membership
        self.operate(
            "membership", "rotate", arguments,
            lambda s: act.rotate(words, s, key.address, self.model.now), account,
        )  # fmt: skip

    def _join(self, name: str) -> Join:
        return Join(text_hash(f"join {name}"), self.people[name].address, moves.STATEMENT, moves.TERMS, EMPTY_ID, LATE)

    def _sell(self, partner: str, invoice: str) -> None:
        sale = (partner, 1000, text_hash(invoice))
        self.operate("coin", "sell", sale, lambda s: self.model.coin.sell(s, self.model.now, *sale))

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
                type(self).census.add(self.pair.census)
            finally:
                self.pair.close()

    # -- sending -------------------------------------------------------------------------------------

    def key_of(self, account: str) -> Any:
        """Return who speaks for an account; a stranger for what is no account."""
        found = self.model.state.members.accounts.get(account)
        return self.keys.get(found.key if found else account, self.people["stranger"])

    def operate(self, contract: str, function: str, arguments: Any, act: Act, sender: Any = None) -> None:
        """Do one step, or only write it down while steps are captured for somebody else to do."""
        step = Step(contract, function, list(arguments), act)
        if self.captured is not None:
            self.captured.append(step)
        else:
            self.pair.take(sender or world.OPERATOR, step)

    def sign(self, struct: SignedStruct, account: str, how: str) -> bytes:
        persons = [one for one in self.keys.values() if not isinstance(one, Adversary)]
        others = [one for one in persons if one.address != account]
        signer = {"old": self.keys.get(account), "other": others[len(struct.to_json()) % len(others)]}.get(how)
        if how == "delegate":
            let = [to for (who, to), _ in self.model.state.members.delegations.items() if who == account]
            signer = self.key_of(let[-1]) if let else None
        signer = signer or self.key_of(account)
        if isinstance(signer, Adversary):
            signer = self.people["stranger"]
        read = moves.as_the_contract_reads(self.model, struct)
        return moves.spoilt(self.pair.signed(read or struct, signer), how)

    def signer(self, struct: SignedStruct, signature: bytes) -> str | None:
        known = moves.as_the_contract_reads(self.model, struct)
        found = self.pair.signer(known or struct, signature)
        return found if known is not None or found is None else moves.JUNK_SIGNER

    def send(self, items: list[tuple[Any, str]], sender: Any) -> None:
        way = ways.WAYS[type(items[0][0])]
        signed = [(x, self.sign(x, getattr(x, way.actor), how)) for x, how in items]
        self.relay(signed, sender)
        self.past.append(tuple(signed))

    def relay(self, signed: list[tuple[Any, bytes]], sender: Any) -> None:
        """Who signed is found when the batch arrives: until then the texts may change that a contract knows."""
        way = ways.WAYS[type(signed[0][0])]
        calldata = [(to_calldata(x), signature_to_calldata(signature)) for x, signature in signed]

        def act(sender: str) -> None:
            said = [Said(x, self.signer(x, signature)) for x, signature in signed]
            way.act_batch(self.model, sender, said)

        self.operate(way.contract, way.batch, [calldata], act, sender)

    def draw(self, data: st.DataObject) -> Any:
        return Draw(data, self)

    def anybody(self, draw: Any) -> Any:
        return self.people[draw.pick(name for name in self.people if name != MUTE)]

    def sender(self, draw: Any) -> Any:
        return world.OPERATOR if not draw.odd() else self.anybody(draw)

    # -- what several rules do -----------------------------------------------------------------------

    def enroll(self, account: str, role: int, parent: str, sender: Any = None) -> None:
        arguments = (account, role, parent)
        act = self.model.membership.enroll
        self.operate("membership", "enroll", arguments, lambda s: act(s, *arguments), sender)

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

    @invariant()
    def coins_add_up(self) -> None:
        if hasattr(self, "pair"):
            coins = self.model.state.coins
            assert sum(coins.balances.values()) == coins.supply
