"""A bank over a real chain in this process, with people who hold real keys and talk to it over its own HTTP routes.

`Town` is the bank and everybody around it. Time is the chain's and moves by hand. The line to the ledger can be cut
before or after a request gets through, which is how a crash between two writes is played.
"""

from itertools import count
from pathlib import Path
from typing import Any

from eth_account import Account
from fastapi.testclient import TestClient
from web3 import Web3
from web3.providers.base import JSONBaseProvider

from bank_api.app import make_app
from bank_api.bank import Bank
from bank_api.flows.opening import open_bank
from bank_api.flows.places import open_stores
from bank_api.protocol.acts import SUBMISSIONS
from bank_api.protocol.shapes.bank import BankInfo
from bank_api.protocol.shapes.coupons import CouponOffer, RedemptionView
from bank_api.protocol.shapes.requests import OpenRequest, RequestView
from bank_api.protocol.shapes.surveys import SurveyView
from bank_api.relay import Relay
from bank_api.settings import Settings
from bank_api.store.database import Database
from chaincode.bindings import Role
from chaincode.deploy import deploy
from chaincode.deployment import Deployment
from chaincode.ids import to_hex
from chaincode.traces import trace_of
from chaincode.transactor import Transactor
from chaincode.typed_data import Seat
from ledger.testing import LocalChain, local_chain
from pds_adapter.sealing.keys import KeyPair
from tests.postgres import KIND, new_address
from tests.unit.bank_api.person import DAY, URL, Person
from wallet_cli.signing import answer as answering
from wallet_cli.signing import member as signing
from wallet_cli.signing import partner as asking
from wallet_cli.signing.signer import Signer


class Line(JSONBaseProvider):
    """The wire between bank and ledger."""

    def __init__(self, chain: LocalChain) -> None:
        super().__init__()
        self._provider = chain.w3.provider
        self.cut_before: str | None = None
        """From now on this method never reaches the ledger."""
        self.cut_after: str | None = None
        """From this method on nothing comes back, though the ledger did what was asked."""
        self._dead = False

    def make_request(self, method, params):
        if self._dead or method == self.cut_before:
            raise ConnectionError("the line was cut")
        answer = self._provider.make_request(method, params)
        if method == self.cut_after:
            self._dead = True
            raise ConnectionError("the line was cut")
        return answer

    def mend(self) -> None:
        self.cut_before = self.cut_after = None
        self._dead = False


def number(key: str, role: str, low: int, high: int, coins: int = 1, required: bool = True) -> dict[str, Any]:
    fields = {"key": key, "label": f"Your {key}", "kind": "number", "role": role, "required": required, "coins": coins}
    return fields | {"minimum": low, "maximum": high}


QUESTIONS = [
    number("age", "quasi-identifier", 18, 100, coins=3),
    {
        "key": "vote",
        "label": "Your vote",
        "kind": "choice",
        "role": "sensitive",
        "required": True,
        "coins": 5,
        "choices": [{"value": 0, "label": "A"}, {"value": 1, "label": "B"}],
    },
    number("tea", "harmless", 0, 20, coins=1, required=False),
]


class Town:
    """One bank, its chain, and whoever came to it. `client` speaks to the real FastAPI application."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database_url = None if KIND == "sqlite" else new_address(KIND, folder)
        self.chain = local_chain()
        self._numbers = count(1)
        self.boards: list[Person] = []
        operator = self._wallet()
        self.deployment: Deployment = deploy(self.chain.w3, operator)
        self.line = Line(self.chain)
        self.bank = self.open_bank(operator)
        app = make_app(self.bank)
        self.client = TestClient(app, raise_server_exceptions=False)
        self.relay: Relay = app.state.relay
        self.operator = Person(self, self._signer(operator), "Azukari", is_operator=True)
        self.operator.log_in()

    def open_bank(self, operator) -> Bank:
        """A bank over the folder's databases, as a process finds them when it starts (again)."""
        w3, instants = Web3(self.line), count()
        settings = Settings(
            data=self.folder,
            database_url=self.database_url,
            deployment=self.folder / "deployment.json",
            operator_key_file=self.folder / "operator.key",
            gather_seconds=0,
            account_requests_per_second=0,
            address_requests_per_second=0,
            url=URL,
        )
        bank = Bank(
            settings,
            Database(settings.database),
            open_stores(settings),
            w3,
            self.deployment,
            Transactor(w3, operator, timeout_seconds=20, clock=lambda: float(next(instants)), sleep=lambda _: None),
            KeyPair.from_seed(b"\x07" * 32),
            self.chain.clock,
        )
        open_bank(bank)
        return bank

    def close(self) -> None:
        self.relay.close()
        self.bank.close()
        self.chain.close()

    @property
    def now(self) -> int:
        return self.bank.ledger_time()

    def _wallet(self):
        return Account.from_key((0xA2 << 200 | next(self._numbers)).to_bytes(32, "big"))

    def _signer(self, key) -> Signer:
        return Signer(key, key.address, self.deployment, clock=lambda: self.now)

    def new_id(self) -> bytes:
        return (0x1D << 240 | next(self._numbers)).to_bytes(32, "big")

    def look_for_traces(self, path: str, body: dict[str, Any], actor: str) -> None:
        """What the bank says is done stands on the ledger, where wallets look for it."""
        for submission in SUBMISSIONS:
            if not isinstance(body.get(submission.act.name), dict):
                continue
            struct = submission.act.struct.from_json(body[submission.act.name]["message"])
            if path == submission.path_of(struct):
                trace = trace_of(struct, lambda: actor)
                address = self.bank.deployment.address(trace.contract)
                found = [int.from_bytes(self.chain.w3.eth.get_storage_at(address, slot)) for slot in trace.slots]
                assert trace.is_left(found), f"{submission.act.name} left no trace"

    def post(self, path: str, body: dict[str, Any]):
        return self.client.post(path, json=body)

    def about(self) -> BankInfo:
        return BankInfo.model_validate(self.client.get("/v1/bank").json())

    def newcomer(self, name: str = "somebody") -> Person:
        return Person(self, self._signer(self._wallet()), name)

    # ---- everybody's first steps ----

    def invite(self, name: str = "Member") -> str:
        code = f"invitation-{next(self._numbers):06}"
        self.operator.done("/v1/invitations", {"invitations": [{"code": code, "name": name, "email": None}]})
        return code

    def join_body(self, person: Person, code: str) -> dict[str, Any]:
        draft = signing.join_bank(person.signer, self.about(), code)
        return {"join": draft.signed.to_json(), "invitation": code, "encryption_key": person.encryption_key}

    def member(self) -> Person:
        person = self.newcomer()
        code = self.invite(f"Member {person.account[-4:]}")
        answer = self.post("/v1/members", self.join_body(person, code))
        assert answer.status_code == 201, answer.text
        person.log_in()
        return person

    def organization(self, role: str, name: str | None = None, parent: Person | None = None) -> Person:
        person = self.newcomer(name or f"The {role} {next(self._numbers)}")
        if role in ("board", "operator"):
            self._seat(person, Role[role.upper()])
        body = {"account": person.account, "role": role, "name": person.name, "encryption_key": person.encryption_key}
        self.operator.done("/v1/organizations", body | ({"parent": parent.account} if parent else {}))
        person.log_in()
        return person

    def _seat(self, person: Person, role: Role) -> None:
        """The first member of the board is the operator's to enrol; the board itself takes in the others."""
        if self.boards:
            self.decide_seat(person, role, seated=True)
        if role is Role.BOARD:
            self.boards.append(person)

    def decide_seat(self, person: Person, role: Role, seated: bool) -> None:
        """Everybody on the board, as far as a quorum has room, takes somebody in or lets somebody go."""
        order = self.now * 1000 + next(self._numbers), self.now + DAY
        seat = Seat(self.new_id(), person.account, int(role), seated, *order)
        approvers = sorted(self.boards, key=lambda one: int(one.account, 16))[:16]
        approvals = [one.signer.sign(seat).signature for one in approvers]
        outcome = self.bank.contracts.membership.seat(self.bank.transactor, seat, approvals)
        assert outcome.accepted, outcome.reason

    def fund(self, partner: Person, coins: int) -> dict[str, Any]:
        body = {"invoice_id": to_hex(self.new_id()), "coins": coins}
        return self.operator.done(f"/v1/partners/{partner.account}/coins", body)

    # ---- surveys and answers ----

    def survey_body(self, **changes: Any) -> dict[str, Any]:
        body = {
            "survey_id": to_hex(self.new_id()),
            "title": "Tea and politics",
            "description": "What do you drink, whom do you vote for?",
            "language": "en",
            "questions": QUESTIONS,
            "base_coins": 10,
            "budget_coins": 100_000,
            "opens_at": self.now - 60,
            "closes_at": self.now + 30 * DAY,
        }
        return body | changes

    def survey(self, **changes: Any) -> SurveyView:
        body = self.survey_body(**changes)
        self.operator.done("/v1/surveys", body)
        return SurveyView.model_validate(self.client.get(f"/v1/surveys/{body['survey_id']}").json())

    def answer_body(self, person: Person, survey: SurveyView, **values: int) -> dict[str, Any]:
        values = values or {"age": 40, "vote": 1, "tea": 3}
        made = answering.answer_survey(person.signer, survey, values, self.bank.release_key.public.to_hex())
        return {"answer": made.signed.to_json(), "sealed_base64": made.parts.sealed_base64}

    def answer(self, person: Person, survey: SurveyView, **values: int) -> dict[str, Any]:
        return person.done(f"/v1/surveys/{survey.survey_id}/answers", self.answer_body(person, survey, **values))

    # ---- requests and consents ----

    def terms(self, partner: Person, **changes: Any) -> asking.RequestTerms:
        fields = {
            "recipient": partner.name,
            "purpose": "Plan the tea room",
            "description": "To know who drinks how much.",
            "k_minimum": 2,
            "persons_maximum": 50,
            "coins_base": 5,
            "coins_per_item": 2,
            "valid_until": self.now + 20 * DAY,
            "retention_days": 90,
        }
        return asking.RequestTerms(**(fields | changes))

    def request_body(self, partner: Person, survey: SurveyView, items: list[str], **changes: Any) -> dict[str, Any]:
        terms = self.terms(partner, **changes)
        draft = asking.file_request(partner.signer, survey, items, terms)
        return {"data_request": draft.signed.to_json(), **draft.parts.model_dump()}

    def request(self, partner: Person, survey: SurveyView, items: list[str], **changes: Any) -> str:
        return partner.done("/v1/requests", self.request_body(partner, survey, items, **changes))["id"]

    def decision_body(self, board: Person, request_id: str, approved: bool = True) -> dict[str, Any]:
        view = RequestView.model_validate(board.get(f"/v1/requests/{request_id}"))
        draft = asking.decide_request(board.signer, view, approved=approved, note="Fair and needed.")
        others = [one for one in self.boards if one is not board][:15]  # with the proposer as many as a quorum has room
        approvals = [to_hex(one.signer.sign(draft.signed.struct).signature) for one in others]
        return {"decision": draft.signed.to_json(), **draft.parts.model_dump(), "approvals": approvals}

    def decide(self, board: Person, request_id: str, approved: bool = True) -> dict[str, Any]:
        return board.done(f"/v1/requests/{request_id}/decision", self.decision_body(board, request_id, approved))

    def open_request(self, person: Person, request_id: str) -> OpenRequest:
        found = person.get("/v1/me/requests?language=en")["requests"]
        return next(OpenRequest.model_validate(one) for one in found if one["request_id"] == request_id)

    def consent_body(self, person: Person, request_id: str, given: bool = True, **choice: Any) -> dict[str, Any]:
        request = self.open_request(person, request_id)
        return {"consent": signing.decide_consent(person.signer, request, given=given, **choice).to_json()}

    def consent(self, person: Person, request_id: str, given: bool = True, **choice: Any) -> str:
        return person.done("/v1/consents", self.consent_body(person, request_id, given, **choice))["id"]

    def withdraw(self, person: Person, consent_id: str) -> dict[str, Any]:
        body = {"withdrawal": signing.withdraw_consent(person.signer, consent_id).to_json()}
        return person.done(f"/v1/consents/{consent_id}/withdrawal", body)

    def release(self, request_id: str, release_id: str | None = None, **policy: Any):
        body = {"release_id": release_id or to_hex(self.new_id()), "request_id": request_id, "policy": policy}
        return self.operator.post("/v1/releases", body)

    # ---- coupons ----

    def coupon_class(self, partner: Person, **changes: Any) -> CouponOffer:
        fields = {"title": "A cup of tea", "description": "One cup.", "price_coins": 4, "stock": 10}
        times = {"opens_at": self.now - 60, "closes_at": self.now + DAY, "redeem_until": self.now + 2 * DAY}
        terms = asking.CouponTerms(**(fields | times | changes))
        body = {"coupon_class": asking.publish_coupon(partner.signer, terms).signed.to_json()}
        class_id = partner.done("/v1/coupon-classes", body | {"description": terms.description})["id"]
        offers = self.client.get("/v1/coupon-classes").json()["coupon_classes"]
        return next(CouponOffer.model_validate(one) for one in offers if one["class_id"] == class_id)

    def buy(self, person: Person, offer: CouponOffer, many: int = 1) -> dict[str, Any]:
        return person.done("/v1/purchases", {"purchase": signing.buy_coupons(person.signer, offer, many).to_json()})

    def offer_body(self, shop: Person, offer: CouponOffer) -> dict[str, Any]:
        return {"redemption": asking.offer_redemption(shop.signer, offer).to_json()}

    def confirm_body(self, person: Person, redemption_id: str) -> dict[str, Any]:
        view = RedemptionView.model_validate(person.get(f"/v1/redemptions/{redemption_id}"))
        draft = signing.confirm_redemption(person.signer, view)
        return {"redemption": draft.signed.to_json(), "salt": draft.parts.salt}
