"""The acts that `gas` measures: every batch of the contracts, by so many people at once, on a chain in this process.

The faces plan their transactions with these figures (`gas_per_item` in chaincode/bindings).
"""

from collections.abc import Sequence
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak

from chaincode.bindings import Contracts, Outcome, Release, Role, Signed, SignedRedemption, SurveyTerms
from chaincode.deploy import deploy
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.transactor import Transactor
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    Answer,
    Consent,
    CouponClass,
    DataRequest,
    Decision,
    EscrowPolicy,
    Join,
    Purchase,
    Redemption,
    ShareReceipt,
    SignedStruct,
    Withdrawal,
    sign,
)
from ledger.testing import local_chain

LATE = 10**10
LABELS = ("age", "income", "vote", "party", "news")
EVERY_ITEM = 31


class Bench:
    """A bank with people, measured as it works."""

    def __init__(self, people: int) -> None:
        self.operator = _account("operator")
        self.chain = local_chain()
        self.contracts = Contracts(self.chain.w3, deploy(self.chain.w3, self.operator))
        self.transactor = Transactor(self.chain.w3, self.operator)
        self.members = [_account(f"member {i}") for i in range(people)]
        self.partner, self.shop, self.board = _account("partner"), _account("shop"), _account("board")
        self.custodians = [_account(f"custodian {i}") for i in range(3)]
        self.gas: dict[str, int] = {}

    def signed(self, struct: SignedStruct, account: LocalAccount) -> Signed[Any]:
        return Signed(struct, sign(struct, self.contracts.deployment, account))

    def measure(self, name: str, outcomes: Sequence[Outcome] | Outcome, items: int | None = None) -> None:
        listed = [outcomes] if isinstance(outcomes, Outcome) else list(outcomes)
        refused = [outcome.reason for outcome in listed if not outcome.accepted]
        if refused:
            raise RuntimeError(f"{name}: {refused[0]}")
        spent = 0
        for transaction in {outcome.transaction_hash for outcome in listed}:
            receipt = self.transactor.node.receipt(transaction)
            spent += receipt.gas_used if receipt else 0
        self.gas[name] = spent // (items or len(listed))

    def run(self) -> None:
        self._people()
        self._data()
        self._coupons()
        self._escrows()

    def _people(self) -> None:
        face, send = self.contracts.membership, self.transactor
        terms = text_hash("terms")
        face.set_terms(send, terms, text_hash("I join"))
        joins = [Join(_id("join", m), m.address, "I join", terms, EMPTY_ID, LATE) for m in self.members]
        outcomes = face.join_batch(send, [self.signed(j, m) for j, m in zip(joins, self.members, strict=True)])
        self.measure("membership.join", outcomes)
        face.enroll(send, self.partner.address, Role.PARTNER)
        face.enroll(send, self.shop.address, Role.SHOP, self.partner.address)
        face.enroll(send, self.board.address, Role.BOARD)
        for custodian in self.custodians:
            face.enroll(send, custodian.address, Role.CUSTODIAN)
        self.measure("coin.sell", self.contracts.coin.sell(send, self.partner.address, 10**6, text_hash("invoice")))

    def _data(self) -> None:
        send, survey_id, request_id = self.transactor, text_hash("survey"), text_hash("request")
        now = self.transactor.node.block_timestamp()
        survey = SurveyTerms(survey_id, "Survey", EMPTY_ID, LABELS, (1, 2, 3, 4, 5), 5, 10**6, now, LATE)
        self.measure("survey.publish", self.contracts.survey.publish(send, survey))
        answers = [
            self.signed(
                Answer(_id("answer", m), m.address, survey_id, "Survey", text_hash("a"), EVERY_ITEM, 20, LATE), m
            )
            for m in self.members
        ]
        self.measure("survey.answer", self.contracts.survey.answer_batch(send, answers))
        numbers = (EVERY_ITEM, 1, 1, 2, 1000, 5, 1, LATE, 365)
        request = DataRequest(request_id, self.partner.address, survey_id, "Shop", "study", *numbers, EMPTY_ID, LATE)
        self.measure("request.file", self.contracts.request.file_batch(send, [self.signed(request, self.partner)]))
        decision = Decision(request_id, self.board.address, True, EMPTY_ID, LATE)
        self.measure("request.decide", self.contracts.request.decide_batch(send, [self.signed(decision, self.board)]))
        self._consents(request_id, "consent.record")
        ids = sorted(_id("consent.record", m) for m in self.members)
        release = Release(text_hash("release"), request_id, EVERY_ITEM, text_hash("root"), EMPTY_ID, len(ids), 0, 2)
        self.measure("disclosure.disclose", self.contracts.disclosure.disclose(send, release, ids), len(ids))
        self._consents(request_id, "consent.record again")
        withdrawals = [
            self.signed(Withdrawal(_id("consent.record again", m), m.address, CONSENT_WITHDRAWN, EMPTY_ID, LATE), m)
            for m in self.members
        ]
        self.measure("consent.withdraw", self.contracts.consent.withdraw_batch(send, withdrawals))

    def _consents(self, request_id: bytes, name: str) -> None:
        consents = []
        for member in self.members:
            words = (CONSENT_GIVEN, "Shop", "study", LABELS)
            numbers = (EVERY_ITEM, 0, LATE, 3, 10)
            consent = Consent(_id(name, member), member.address, request_id, *words, *numbers, text_hash("n"), LATE)
            consents.append(self.signed(consent, member))
        self.measure(name, self.contracts.consent.record_batch(self.transactor, consents))

    def _coupons(self) -> None:
        send, class_id = self.transactor, text_hash("class")
        now = self.transactor.node.block_timestamp()
        numbers = (2, 1000, now, LATE, LATE)
        coupons = CouponClass(class_id, self.partner.address, "Coffee", *numbers, EMPTY_ID, EMPTY_ID, LATE)
        self.measure("coupon.publish", self.contracts.coupon.publish_batch(send, [self.signed(coupons, self.partner)]))
        purchases = [
            self.signed(Purchase(_id("purchase", m), m.address, class_id, "Coffee", 1, 2, LATE), m)
            for m in self.members
        ]
        self.measure("coupon.buy", self.contracts.coupon.buy_batch(send, purchases))
        redemptions = []
        for member in self.members:
            words = Redemption(_id("redemption", member), class_id, "Coffee", self.shop.address, LATE)
            both = self.signed(words, member).signature, self.signed(words, self.shop).signature
            redemptions.append(SignedRedemption(words, member.address, *both))
        self.measure("coupon.redeem", self.contracts.coupon.redeem_batch(send, redemptions))

    def _escrows(self) -> None:
        send, custodians = self.transactor, tuple(custodian.address for custodian in self.custodians)
        policies, receipts = [], []
        for member in self.members:
            escrow_id = _id("escrow", member)
            policy = EscrowPolicy(escrow_id, member.address, 2, custodians, EMPTY_ID, EMPTY_ID, 60, LATE)
            policies.append(self.signed(policy, member))
            for custodian in self.custodians:
                receipts.append(self.signed(ShareReceipt(escrow_id, custodian.address, EMPTY_ID, LATE), custodian))
        self.measure("escrow.create (3 custodians)", self.contracts.escrow.create_batch(send, policies))
        self.measure("escrow.acknowledge", self.contracts.escrow.acknowledge_batch(send, receipts))


def _account(name: str) -> LocalAccount:
    account: LocalAccount = Account.from_key(keccak(name.encode()))
    return account


def _id(kind: str, account: LocalAccount) -> bytes:
    return text_hash(f"{kind} {account.address}")
