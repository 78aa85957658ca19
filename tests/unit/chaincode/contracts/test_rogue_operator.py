"""A rogue operator: its key calls whatever there is, with whatever it can lay hands on, in any order.

It signs in everybody's name with its own key, holds a minority of the board, and keeps every signature that honest
people ever gave it, to send it again, elsewhere, or with other words. Whatever it does, nobody consents, spends, opens,
lets others act or changes a key without their own signature or that of their quorum.

What there is to call is read from the ABIs, and what is the office's from what a member is refused for; an event that
names an account is somebody's word or is listed as none (`witness.py`). So what is new is tried, or fails a test here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

import pytest
from web3.exceptions import ContractLogicError

from ledger.testing import local_chain
from tests.unit.chaincode.contracts.bank import BOARD, CUSTODIAN, OPERATOR, ZERO, Bank, make_bank
from tests.unit.chaincode.contracts.chain_bank import Refused
from tests.unit.chaincode.contracts.messages import TEXTS_LEFT_OUT, TYPES, fields_of
from tests.unit.chaincode.contracts.witness import SAYS_NOTHING_OF_THE_KIND, WORD_OF, without_their_word

CALLS = 500
TRUST = "Together these may give my account a new key"
TEXTS = ("I consent", "I refuse", "I let this account act for me", TRUST, "Title")
CONSENTED = (2, 4)
"""States of a consent that lets data out: given, used."""


class Town:
    """An honest bank, its people, and what the operator has in its hands."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.members = [bank.member(f"honest {number}") for number in range(4)]
        self.custodians = [bank.enrolled(f"holder {number}", CUSTODIAN) for number in range(2)]
        self.partner = bank.partner("asks", coins=10_000)
        self.board = [bank.board, *(bank.key(f"board {number}") for number in (2, 3))]
        for known, new in ((1, self.board[1]), (2, self.board[2])):
            bank.seat(bank.seat_message(new, BOARD), *self.board[:known])
        self.accomplices = [bank.operator, self.board[1]]
        """Whose keys the rogue has: its own, and one of three of the board."""
        self.signatures: list[Any] = []
        self.ids: list[bytes] = []
        self._honest_days()
        self.addresses = [
            key.address for key in (*self.members, *self.custodians, self.partner, *self.board, bank.operator)
        ]
        self.addresses += [bank.address(name) for name in bank.contracts] + [bank.key("puppet").address, ZERO]
        self.structs = {self._travelling(text.partition("(")[0]): text.partition("(")[0] for text in TYPES}

    def _honest_days(self) -> None:
        """Guardians named, coins earned, a request that one consented to and one refused, an escrow and its opening."""
        bank, (first, second, third, _) = self.bank, self.members
        send = bank.send

        def watched(path: str, *arguments: Any, sender: Any = None) -> Any:
            self._keep(arguments)
            return send(path, *arguments, sender=sender)

        bank.send = watched  # type: ignore[method-assign]
        guards = sorted((second.address, third.address), key=lambda one: int(one, 16))
        words = {"guardiansId": bank.new_id(), "account": first.address, "statement": TRUST, "guardians": guards}
        words |= {"threshold": 2, "waitSeconds": 100, "sequence": 1, "deadline": bank.now + 10**7}
        bank.relay("recovery.name_guardians_batch", "Guardians", (words, first))
        survey = bank.survey()
        answers = [(bank.answer(survey, key), key) for key in self.members]
        bank.relay("survey.answer_batch", "Answer", *answers)
        request = bank.request(survey, self.partner, seats=self.board[::2])
        self.consent = bank.consent(request, first)["consentId"]
        bank.consent(request, second, decision="I refuse")
        coupons = bank.coupon_class(self.partner, price=1)
        bank.relay("coupon.buy_batch", "Purchase", (bank.purchase(coupons, first), first))
        people = [key.address for key in self.custodians]
        policy = {"escrowId": bank.new_id(), "owner": first.address, "threshold": 2, "custodians": people}
        policy |= {
            "commitmentsHash": b"\1" * 32,
            "documentHash": b"\2" * 32,
            "openingDelaySeconds": 0,
            "heir": "0x" + "00" * 20,
            "replaces": b"\0" * 32,
            "deadline": bank.soon,
        }
        bank.relay("escrow.create_batch", "EscrowPolicy", (policy, first))
        for key in self.custodians:
            receipt = {"escrowId": policy["escrowId"], "custodian": key.address, "commitmentsHash": b"\1" * 32}
            bank.relay("escrow.acknowledge_batch", "ShareReceipt", ({**receipt, "deadline": bank.soon}, key))
        opening = {"openingId": bank.new_id(), "escrowId": policy["escrowId"], "requester": first.address}
        opening |= {"recipientKeyHash": b"\3" * 32, "reasonHash": b"\4" * 32, "deadline": bank.soon}
        bank.relay("escrow.request_opening_batch", "OpeningRequest", (opening, first))
        self.consent_request, self.coupon, self.opening = request["requestId"], coupons["classId"], opening["openingId"]
        bank.send = send  # type: ignore[method-assign]

    def _keep(self, value: Any) -> None:
        """Every signature and every id that went through the operator's hands."""
        if isinstance(value, tuple) and len(value) == 3 and isinstance(value[0], bytes) and value[2] in (27, 28):
            self.signatures.append(value)
        elif isinstance(value, tuple | list):
            for one in value:
                self._keep(one)
        elif isinstance(value, bytes) and len(value) == 32:
            self.ids.append(value)

    def _travelling(self, struct: str) -> tuple[str, ...]:
        left_out = TEXTS_LEFT_OUT.get(struct, ())
        return tuple(part["name"] for part in fields_of(struct) if part["name"] not in left_out)

    def protected(self) -> dict[str, Any]:
        """What is nobody's but its holder's, or its quorum's."""
        read, found = self.bank.read, {}
        for key in (*self.members, *self.custodians, self.partner):
            account = key.address
            found[f"key of {account}"] = read("membership.keyOf", account)
            found[f"epoch of {account}"] = read("membership.epochOf", account)
            found[f"rests {account}"] = read("membership.isResting", account)
            found[f"encryption key of {account}"] = read("membership.encryptionKeyOf", account)
            found[f"guardians of {account}"] = read("recovery.guardiansOf", account)
            for other in self.addresses:
                if other != account:
                    found[f"{other} acts for {account}"] = read("membership.delegationOf", account, other)
                    found[f"{other} may take coins of {account}"] = read("coin.allowance", account, other)
                    found[f"{other} may take coupons of {account}"] = read("coupon.isApprovedForAll", account, other)
        for key in self.members:
            consent = read("consent.latest", self.consent_request, key.address)
            found[f"consent of {key.address}"] = read("consent.stateOf", consent) in CONSENTED
        found["opening"] = read("escrow.openingOf", self.opening)
        found["board"] = read("membership.boardSize")
        for key in (*self.board, self.bank.operator):
            found[f"seat of {key.address}"] = read("membership.rolesOf", key.address) & (BOARD | OPERATOR)
        return found

    def held(self) -> dict[str, int]:
        """What may grow by gifts and sales, and never become less."""
        found = {f"coins of {key.address}": self.bank.coins(key) for key in (*self.members, self.partner)}
        token = int.from_bytes(self.coupon, "big")
        return found | {
            f"coupons of {key.address}": self.bank.read("coupon.balanceOf", key.address, token) for key in self.members
        }


def functions_of(bank: Bank) -> dict[str, dict[str, Any]]:
    """Every function that may change something, by its path."""
    return {
        f"{name}.{abi['name']}": abi
        for name, contract in bank.contracts.items()
        for abi in contract.abi
        if abi["type"] == "function" and abi["stateMutability"] not in ("view", "pure")
    }


def office_of(bank: Bank) -> set[str]:
    """The functions that a member is refused for not being the operator, whatever it brings."""
    member, found = bank.member("asks for the office"), set()
    for path, abi in functions_of(bank).items():
        try:
            bank.function(path, *map(_nothing, abi["inputs"])).call({"from": member.address, "gas": 10_000_000})
        except ContractLogicError as error:
            if str(error.message).endswith(": not the operator"):
                found.add(path)
    return found


def _nothing(one: dict[str, Any]) -> Any:
    if one["type"].endswith("[]"):
        return []
    if one["type"] == "tuple":
        return tuple(map(_nothing, one["components"]))
    kinds = {"address": ZERO, "bool": False, "string": "", "bytes": b"", "bytes32": bytes(32)}
    return kinds.get(one["type"], 0)


class Rogue:
    """Calls what there is: every function in turn, in an order and with arguments by chance that is always the same."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance = town, Random(seed)
        self.functions = functions_of(town.bank)
        self.puppets = [town.bank.key(f"puppet {number}") for number in range(9)]
        self.surveys: list[bytes] = []
        self.turns = {True: self._turns(office_of(town.bank)), False: self._turns(self.functions)}

    def _turns(self, paths: Iterable[str]) -> Iterator[str]:
        left: list[str] = []
        while True:
            if not left:
                left = sorted(paths)
                self.chance.shuffle(left)
            yield left.pop()

    def act(self) -> tuple[str, list[Any]]:
        """Half of the time what its office lets it do, half of the time whatever there is; return what came of it."""
        is_office = self.chance.random() < 0.6
        path = next(self.turns[is_office])
        made = self._office() if self.chance.random() < 0.7 else {}
        arguments = made.get(path)
        if arguments is None:
            arguments = self._arguments(path.partition(".")[0], self.functions[path]["inputs"])
        elif path == "survey.publish":
            self.surveys.append(arguments[0])
        sender = self.chance.choice((*self.town.accomplices, *self.puppets))
        if is_office and self.chance.random() < 0.9:
            sender = self.town.bank.operator
        try:
            events = self.town.bank.send(path, *arguments, sender=sender)
        except Refused:
            return path, []
        return path, [event for event in events if event.name not in ("Refused", "Repeated")]

    def _office(self) -> dict[str, list[Any]]:
        """What an honest operator might do, with puppets, honest people and the same few things."""
        chance, bank, town = self.chance, self.town.bank, self.town
        new, coins, someone = bank.new_id(), chance.choice((1, 50, 10**6, 2**62)), chance.choice(town.members).address
        puppet = bank.key(f"puppet {chance.randrange(9)}").address
        survey = chance.choice(self.surveys) if self.surveys else new
        draft = bank.survey_arguments(
            {
                **{"surveyId": new, "title": "Puppets", "contentHash": new, "labels": ["one", "two"]},
                **{
                    "itemCoins": [1, 2],
                    "baseCoins": 1,
                    "budgetCoins": coins,
                    "opensAt": 0,
                    "closesAt": bank.now + 10**6,
                },
            }
        )
        shop = ("membership.enroll", [puppet, 4, town.partner.address])
        other = ("membership.enroll", [puppet, chance.choice((2, 32, 64)), ZERO])
        return dict(
            [
                ("membership.set_terms", [new, new, bank.now + 10**6]),
                ("membership.suspend", [chance.choice((puppet, someone)), new]),
                ("membership.reinstate", [chance.choice((puppet, someone)), new]),
                ("membership.dismiss", [chance.choice((puppet, someone)), chance.choice((1, 2, 4, 32, 64)), new]),
                chance.choice((shop, other)),
                ("coin.sell", [chance.choice((puppet, town.partner.address)), coins, new]),
                ("coin.set_policy", [new, [town.partner.address]]),
                ("coin.approve", [chance.choice(town.addresses), coins]),
                ("survey.publish", list(draft)),
                ("survey.top_up", [new, survey, coins]),
                ("survey.close", [survey]),
                ("survey.set_partner_reward", [survey, 5, 2]),
                ("rule.name_category", [chance.choice((1, 2, 3)), chance.randrange(32), new]),
                ("rule.categorize", [town.partner.address, chance.randrange(3)]),
                ("consent.revoke", [town.consent, new]),
                ("consent.ask_batch", [[(new, someone, town.consent_request, 1, new)]]),
                ("coupon.setApprovalForAll", [chance.choice(town.addresses), True]),
                ("draw.open_draw", self._draw(new)),
                ("disclosure.disclose", [new, town.consent_request, 3, new, new, 1, 0, 2, [town.consent]]),
                ("disclosure.open_release", [new, town.consent_request, 3, 1]),
                ("request.close", [town.consent_request]),
            ]
        )

    def _draw(self, draw_id: bytes) -> list[Any]:
        now = self.town.bank.now
        drawers = sorted((key.address for key in self.town.board), key=lambda one: int(one, 16))
        return [(draw_id, draw_id, draw_id, 1, 1, 8, now, now + 500, now + 1000), drawers]

    def _arguments(self, contract: str, inputs: list[dict[str, Any]]) -> list[Any]:
        values: list[Any] = []
        words: tuple[str, dict[str, Any]] | None = None
        for one in inputs:
            if self._is_signature(one) and one["type"] == "tuple[]":
                values.append(self._approvals(contract, words))
            elif self._is_signature(one):
                values.append(self._signature(contract, words))
            elif one["type"] == "tuple[]":
                values.append([self._item(contract, one["components"]) for _ in range(self.chance.randrange(1, 3))])
            elif one["type"] == "tuple":
                value, words = self._struct(one["components"])
                values.append(value)
            else:
                values.append(self._value(one["type"], one["name"]))
        return values

    def _item(self, contract: str, components: list[dict[str, Any]]) -> tuple[Any, ...]:
        return tuple(self._arguments(contract, components))

    @staticmethod
    def _is_signature(one: dict[str, Any]) -> bool:
        return [part["name"] for part in one.get("components", ())] == ["r", "s", "v"]

    def _struct(self, components: list[dict[str, Any]]) -> tuple[tuple[Any, ...], tuple[str, dict[str, Any]] | None]:
        """The values, and the words that they stand for if somebody could sign them."""
        values = tuple(self._value(one["type"], one["name"]) for one in components)
        names = tuple("decision" if one["name"] == "given" else one["name"] for one in components)
        struct = self.town.structs.get(names)
        if struct is None:
            return values, None
        message = dict(zip(names, values, strict=True))
        for part in fields_of(struct):
            if part["name"] not in message:  # the contract fills it in
                message[part["name"]] = [] if part["type"].endswith("[]") else self._value(part["type"], part["name"])
        if "decision" in message and isinstance(message["decision"], bool):
            message["decision"] = TEXTS[0] if message["decision"] else TEXTS[1]
        return values, (struct, message)

    def _signature(self, contract: str, words: tuple[str, dict[str, Any]] | None) -> Any:
        if words is None or self.chance.random() < 0.4:
            return self.chance.choice(self.town.signatures)
        return self.town.bank.sign(contract, *words, self.chance.choice((*self.town.accomplices, *self.puppets)))

    def _approvals(self, contract: str, words: tuple[str, dict[str, Any]] | None) -> list[Any]:
        if words is None or self.chance.random() < 0.2:
            return self.chance.sample(self.town.signatures, 2)
        return self.town.bank.approvals(contract, *words, *self.town.accomplices[self.chance.randrange(2) :])

    def _value(self, kind: str, name: str) -> Any:
        chance, town = self.chance, self.town
        if kind.endswith("[]"):
            return [self._value(kind[:-2], name) for _ in range(chance.randrange(3))]
        if kind == "address":
            return chance.choice(town.addresses)
        if kind == "bytes32":
            return chance.choice(town.ids) if chance.random() < 0.6 else town.bank.new_id()
        if kind == "bool":
            return chance.random() < 0.7
        if kind.startswith("bytes"):
            return b""
        if kind == "string":
            return chance.choice(TEXTS)
        most = 2 ** int(kind.removeprefix("uint") or 256) - 1
        if name in ("deadline", "until", "validUntil", "closesAt", "redeemUntil", "noncesUntil", "revealUntil"):
            return min(most, town.bank.now + chance.choice((1000, 10**6)))
        if name == "v":
            return chance.choice((27, 28))
        return min(most, chance.choice((0, 1, 2, 3, 5, 8, 10, 16, 32, 100, 10**6, most)))


def changed(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """A consent may be taken out of force: that harms nobody but the partner."""
    return {
        name: now[name]
        for name, value in before.items()
        if now[name] != value and not (name.startswith("consent of") and value)
    }


@pytest.mark.own_chain
@pytest.mark.parametrize("seed", range(3))
def test_a_rogue_operator_is_nobody_else(seed: int) -> None:
    with local_chain() as chain:
        town = Town(make_bank(chain))
        people = (*town.members, *town.custodians, town.partner, *town.board)
        honest = [key.address for key in people if key not in town.accomplices]
        rogue, tried, done = Rogue(town, seed), Counter[str](), Counter[str]()
        mine, held = town.protected(), town.held()
        for number in range(CALLS):
            path, events = rogue.act()
            tried[path] += 1
            done[path] += bool(events)
            assert list(without_their_word(events, honest)) == [], path
            if number % 100 == 99:
                chain.advance(100)
                now, holds = town.protected(), town.held()
                assert changed(mine, now) == {}, path
                assert {name: count for name, count in held.items() if holds[name] < count} == {}, path
                held = holds
        assert set(tried) == set(functions_of(town.bank)), "every function of every contract had its turn"
        assert sum(done.values()) >= CALLS // 12, "a rogue that can do nothing shows nothing"
        assert len(+done) >= 12


@pytest.mark.own_chain
def test_with_the_boards_majority_it_could() -> None:
    """That the test would see it: two of three of the board are a quorum, and seat somebody."""
    with local_chain() as chain:
        town = Town(make_bank(chain))
        mine = town.protected()
        town.bank.seat(town.bank.seat_message(town.bank.key("puppet"), BOARD), *town.board[:2])
        assert set(changed(mine, town.protected())) == {"board"}


def test_every_event_that_names_an_account_is_somebodys_word_or_listed_as_none(bank: Bank) -> None:
    named = {
        abi["name"]
        for contract in bank.contracts.values()
        for abi in contract.abi
        if abi["type"] == "event" and any(part["type"].startswith("address") for part in abi["inputs"])
    }
    assert named == {*WORD_OF, *SAYS_NOTHING_OF_THE_KIND}
    assert not {*WORD_OF} & {*SAYS_NOTHING_OF_THE_KIND}
    assert all(SAYS_NOTHING_OF_THE_KIND.values())


OFFICE = {
    "coin": {"open_quota", "seal_minters", "sell", "set_minter", "set_policy"},
    "consent": {"ask_batch", "record_by_rule_batch", "revoke", "set_disclosure", "set_rules"},
    "coupon": {"give_batch"},
    "disclosure": {"abandon_release", "add_consents", "close_release", "disclose", "open_release"},
    "draw": {"open_draw"},
    "membership": {"appoint", "dismiss", "enroll", "join_batch", "reinstate", "set_recovery", "set_terms", "suspend"},
    "request": {"set_disclosure"},
    "rule": {"categorize", "name_category"},
    "survey": {"close", "publish", "set_consent", "set_partner_reward", "top_up"},
}
"""What the operator alone may do, for whoever reads what a thief of its key gets; the contracts say the same."""


def test_the_office_is_what_this_list_says(bank: Bank) -> None:
    assert office_of(bank) == {f"{contract}.{name}" for contract, names in OFFICE.items() for name in names}
