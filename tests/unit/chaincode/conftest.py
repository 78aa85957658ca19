"""A bank whose contracts stand on a chain in this process, seen through the Python faces."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from web3 import Web3
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from chaincode.bindings import Contracts, Outcome, Release, Role, Signed, SignedRedemption, SurveyTerms
from chaincode.build import Artifact, compile_all
from chaincode.deploy import deploy
from chaincode.deployment import Deployment
from chaincode.events import Event
from chaincode.ids import EMPTY_ID, checksummed, salted_account, text_hash
from chaincode.invariants import fold
from chaincode.storage import Expected, Sent, expected_storage, tell
from chaincode.transactor import Transactor
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CORRECTION_STATEMENT,
    Answer,
    Consent,
    Correction,
    CouponClass,
    DataRequest,
    Decision,
    Join,
    Purchase,
    Redemption,
    Salt,
    SignedStruct,
    sign,
)
from ledger.storage import storage_root, stored_slots
from ledger.testing import LocalChain, local_chain

LATE = 10**10
LABELS = ("age", "income", "vote")
SURVEY, REQUEST, CLASS, RELEASE = (text_hash(name) for name in ("survey", "request", "class", "release"))


def person(name: str) -> LocalAccount:
    account: LocalAccount = Account.from_key(keccak(f"key of {name}".encode()))
    return account


class Wire(BaseProvider):
    """The way to a node, which can break: before the node hears a request, or before its answer comes back."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner
        self.is_down = False
        self.loses_answers_of: set[str] = set()
        self.swallows: set[str] = set()
        self.heard: list[str] = []
        self.receipts_to_withhold = 0

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        if self.is_down:
            raise ConnectionError("the node is gone")
        self.heard.append(method)
        if method in self.swallows:
            self.swallows.discard(method)
            raise ConnectionError("the node died before it heard")
        answer: RPCResponse = self.inner.make_request(method, params)
        if method == "eth_getTransactionReceipt" and self.receipts_to_withhold:
            self.receipts_to_withhold -= 1
            return RPCResponse(jsonrpc="2.0", id=answer["id"], result=None)
        if method in self.loses_answers_of:
            self.loses_answers_of.discard(method)
            raise ConnectionError("the node died after it heard")
        return answer


@dataclass
class Bank:
    """A deployed bank and what one does with it."""

    chain: LocalChain
    deployment: Deployment
    wire: Wire
    contracts: Contracts
    transactor: Transactor
    operator: LocalAccount
    made: list[str] = field(default_factory=list)

    def signed(self, struct: SignedStruct, account: LocalAccount) -> Signed[Any]:
        return Signed(struct, sign(struct, self.deployment, account))

    def call(self, to: str, data: bytes) -> bytes:
        return self.contracts.node.call(to, data)

    # -- the main job, step by step --------------------------------------------------------------------

    def people(self, count: int = 3) -> list[LocalAccount]:
        members = [person(f"member {i}") for i in range(count)]
        face, terms = self.contracts.membership, text_hash("terms")
        face.set_terms(self.transactor, terms, text_hash("I join"), LATE)
        joins = [Join(text_hash(m.address), m.address, "I join", terms, EMPTY_ID, LATE) for m in members]
        accepted(face.join_batch(self.transactor, [self.signed(*one) for one in zip(joins, members, strict=True)]))
        partner = person("partner").address
        face.enroll(self.transactor, partner, Role.PARTNER)
        face.enroll(self.transactor, person("shop").address, Role.SHOP, partner)
        face.enroll(self.transactor, person("board").address, Role.BOARD)
        for i in range(3):
            face.enroll(self.transactor, person(f"custodian {i}").address, Role.CUSTODIAN)
        self.contracts.coin.sell(self.transactor, partner, 1000, text_hash("invoice"))
        return members

    def survey(self) -> SurveyTerms:
        return SurveyTerms(SURVEY, "Survey", EMPTY_ID, LABELS, (1, 2, 3), 4, 1000, 0, LATE)

    def answer(self, member: LocalAccount, items: int = 7, coins: int = 10) -> Signed[Answer]:
        item = text_hash(f"answer {member.address}")
        what = (item, member.address, SURVEY, "Survey", text_hash("a"), text_hash("recipients"))
        return self.signed(Answer(*what, items, coins, LATE), member)

    def correction(self, member: LocalAccount) -> Signed[Correction]:
        about = (SURVEY, "Survey", text_hash(f"answer {member.address}"), text_hash("b"), text_hash("recipients"))
        item = text_hash("correction")
        return self.signed(Correction(item, member.address, CORRECTION_STATEMENT, *about, 3, LATE), member)

    def request(self, persons: int = 10) -> Signed[DataRequest]:
        numbers = (7, 1, 1, 2, 2, 100, persons, 2, 1, LATE, 30)
        partner = person("partner")
        return self.signed(
            DataRequest(REQUEST, partner.address, SURVEY, "Shop", "study", *numbers, EMPTY_ID, LATE), partner
        )

    def asked(self) -> bytes:
        """The digest of what the partner signed, as the ledger has it."""
        terms = self.contracts.request.terms(REQUEST)
        return terms.digest if terms else EMPTY_ID

    def decision(self, approved: bool = True) -> Signed[Decision]:
        board = person("board")
        return self.signed(Decision(REQUEST, board.address, self.asked(), approved, EMPTY_ID, LATE), board)

    def consent(self, member: LocalAccount, name: str = "consent", **changes: Any) -> Signed[Consent]:
        fields: dict[str, Any] = {
            "consent_id": text_hash(f"{name} {member.address}"), "member": member.address,
            "request_id": REQUEST, "request_digest": self.asked(), "decision": CONSENT_GIVEN,
            "recipient": "Shop", "purpose": "study",
            "items": LABELS, "item_mask": 7, "valid_from": 0, "valid_until": LATE, "uses_maximum": 2,
            "coins": 5, "notice_hash": text_hash("notice"), "sequence": 1, "deadline": LATE,
        }  # fmt: skip
        return self.signed(Consent(**fields | changes), member)

    def release(self, rows: int, **changes: Any) -> Release:
        fields: dict[str, Any] = {
            "release_id": RELEASE, "request_id": REQUEST, "items": 7, "payload_root": text_hash("root"),
            "method_hash": text_hash("method"), "rows": rows, "suppressed": 0, "k": 2,
        }  # fmt: skip
        return Release(**fields | changes)

    def purchase(self, member: LocalAccount) -> Signed[Purchase]:
        item = text_hash(f"purchase {member.address}")
        return self.signed(Purchase(item, member.address, CLASS, "Coffee", 1, 2, LATE), member)

    def redemption(self, member: LocalAccount, name: str = "redemption") -> SignedRedemption:
        shop = person("shop")
        salt = Salt(text_hash(f"salt {name}"))
        offer = Redemption(text_hash(f"{name} {member.address}"), CLASS, "Coffee", shop.address, EMPTY_ID, LATE)
        words = replace(offer, member_hash=salted_account(member.address, salt))
        both = sign(words, self.deployment, member), sign(offer, self.deployment, shop)
        return SignedRedemption(words, member.address, salt, *both)

    def main_job(self) -> list[LocalAccount]:
        """Join, answer, request, consent, disclose, buy, redeem."""
        send, faces = self.transactor, self.contracts
        members = self.people()
        faces.survey.publish(send, self.survey())
        accepted(faces.survey.answer_batch(send, [self.answer(member) for member in members]))
        accepted(faces.request.file_batch(send, [self.request()]))
        accepted(faces.request.decide_batch(send, [self.decision()]))
        consents = [self.consent(member) for member in members]
        accepted(faces.consent.record_batch(send, consents))
        faces.disclosure.disclose(send, self.release(3), [one.struct.consent_id for one in consents])
        partner = person("partner")
        numbers = (2, 2, 0, LATE, LATE)
        coupons = CouponClass(CLASS, partner.address, "Coffee", *numbers, EMPTY_ID, EMPTY_ID, LATE)
        accepted(faces.coupon.publish_batch(send, [self.signed(coupons, partner)]))
        accepted(faces.coupon.buy_batch(send, [self.purchase(members[0])]))
        accepted(faces.coupon.redeem_batch(send, [self.redemption(members[0])]))
        return members


class Evidence:
    """What a chain holds in its contracts' storage, and what it recorded."""

    def __init__(self, chain: LocalChain, contracts: Contracts, artifacts: dict[str, Artifact]) -> None:
        self.deployment = contracts.deployment
        self.events = list(contracts.events())
        self.layouts = {name: artifact.storage_layout for name, artifact in artifacts.items()}
        self.sent = {
            bytes(one["hash"]): Sent(checksummed(one["to"].lower()), bytes(one["input"]))
            for number in range(1, chain.w3.eth.block_number + 1)
            for one in chain.w3.eth.get_block(number, full_transactions=True)["transactions"]
            if one.get("to")
        }
        read, state_root = chain.chain.nodes.__getitem__, chain.chain.head.header.state_root
        addresses = {name: bytes.fromhex(self.deployment.address(name)[2:]) for name in artifacts}
        self.roots = {name: storage_root(read, state_root, at) for name, at in addresses.items()}
        self.found = {name: dict(stored_slots(read, root)) for name, root in self.roots.items()}

    def expected(self, events: list[Event] | None = None, sent: dict[bytes, Sent] | None = None) -> dict[str, Expected]:
        """Rebuild all storage; from other events or calldata if they are given."""
        events = self.events if events is None else events
        story = tell(fold(events).state, events, self.deployment, self.sent if sent is None else sent)
        return {name: expected_storage(name, story, layout) for name, layout in self.layouts.items()}


def accepted(outcomes: list[Outcome]) -> None:
    assert [outcome.reason for outcome in outcomes if not outcome.accepted] == []


@pytest.fixture(scope="session")
def artifacts() -> dict[str, Artifact]:
    return compile_all()


@pytest.fixture(scope="session")
def open_bank(artifacts: dict[str, Artifact]) -> Callable[[], AbstractContextManager[Bank]]:
    """Opens banks with nobody in them but the operator."""

    @contextmanager
    def opened() -> Iterator[Bank]:
        operator = person("operator")
        with local_chain() as chain:
            wire = Wire(chain.w3.provider)
            w3 = Web3(wire)
            deployment = deploy(w3, operator, artifacts=artifacts)
            now = [0.0]

            def sleep(seconds: float) -> None:
                now[0] += seconds

            transactor = Transactor(w3, operator, timeout_seconds=10, clock=lambda: now[0], sleep=sleep)
            yield Bank(chain, deployment, wire, Contracts(w3, deployment), transactor, operator)

    return opened


@pytest.fixture(scope="session")
def evidence_of(artifacts: dict[str, Artifact]) -> Callable[[LocalChain, Contracts], Evidence]:
    """Gathers what an audit needs from a chain in this process."""
    return lambda chain, contracts: Evidence(chain, contracts, artifacts)


@pytest.fixture
def deployed(open_bank: Callable[[], AbstractContextManager[Bank]]) -> Iterator[Bank]:
    """A bank with nobody in it but the operator."""
    with open_bank() as bank:
        yield bank


@pytest.fixture(scope="session")
def make_person() -> Callable[[str], LocalAccount]:
    return person
