"""One bank, twice: contracts and model, set up with people at work, and how everything is sent to both."""

from collections import Counter
from typing import Any, ClassVar

import chaincode_moves as moves
import chaincode_ways as ways
import chaincode_world as world
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.events import SurveyPublished
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.model import Said
from chaincode.typed_data import CONSENT_GIVEN, Consent, DataRequest, Decision, Join, SignedStruct

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
        way = ways.WAYS[type(items[0][0])]
        signed = [(x, self.sign(x, getattr(x, way.actor), how)) for x, how in items]
        self.relay(signed, sender)
        self.past.append(tuple(signed))

    def relay(self, signed: list[tuple[Any, bytes]], sender: Any) -> None:
        way = ways.WAYS[type(signed[0][0])]
        said = [Said(x, self.signer(x, signature)) for x, signature in signed]
        calldata = [(to_calldata(x), signature_to_calldata(signature)) for x, signature in signed]
        self.pair.call(
            sender, way.contract, way.batch, [calldata], lambda: way.act_batch(self.model, sender.address, said)
        )

    def draw(self, data: st.DataObject) -> Any:
        return moves.Draw(data, self.model, self.pair.time, self.people)

    def sender(self, draw: Any) -> Any:
        return world.OPERATOR if not draw.odd() else self.people[draw.pick(self.people)]

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
