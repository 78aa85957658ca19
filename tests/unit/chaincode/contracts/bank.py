"""A bank at work: its people, and the surveys, requests, consents and releases that tests begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_account._utils.encode_typed_data.encoding_and_hashing import hash_struct
from eth_account.signers.local import LocalAccount

from chaincode.deploy import CONSTRUCTOR_ARGUMENTS, LINKS, MINTERS
from tests.unit.chaincode.contracts.chain_bank import ChainBank
from tests.unit.chaincode.contracts.messages import calldata, fields_of, text_hash

ZERO = "0x" + "00" * 20
NO_ID = b"\0" * 32
WEEK = 7 * 86400
QUOTA, QUOTA_SECONDS = 2**63, 3600
MEMBER, PARTNER, SHOP, OPERATOR, BOARD, CUSTODIAN, AUDITOR = 1, 2, 4, 8, 16, 32, 64


class Bank(ChainBank):
    """Members, partners, board, and what they do on an ordinary day."""

    terms: bytes = text_hash("terms 1")
    """Whose hash those who join sign."""

    # ---- people ----

    def join_message(self, key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "joinId": self.new_id(),
            "account": key.address,
            "statement": "I join Azukari and accept its terms",
            "termsHash": self.terms,
            "encryptionKeyHash": text_hash("key"),
            "deadline": self.soon,
            **changes,
        }

    def new_terms(self, name: str, seconds: int = WEEK) -> bytes:
        """The bank sets other terms, which members of before may accept for so long."""
        self.terms, joining = text_hash(name), text_hash("I join Azukari and accept its terms")
        self.send("membership.set_terms", self.terms, joining, self.now + seconds)
        return self.terms

    def acceptance_message(self, key: LocalAccount, terms_hash: bytes, **changes: Any) -> dict[str, Any]:
        words = {"acceptanceId": self.new_id(), "account": key.address, "statement": "I accept the new terms"}
        return {**words, "termsHash": terms_hash, "deadline": self.soon, **changes}

    def member(self, name: str) -> LocalAccount:
        key = self.key(name)
        if not self.read("membership.hasRole", key.address, MEMBER):
            self.relay("membership.join_batch", "Join", (self.join_message(key), key))
        return key

    def enrolled(self, name: str, role: int, parent: str = ZERO) -> LocalAccount:
        key = self.key(name)
        if not self.read("membership.hasRole", key.address, role):
            self.send("membership.enroll", key.address, role, parent)
        return key

    def partner(self, name: str, coins: int = 0) -> LocalAccount:
        key = self.enrolled(name, PARTNER)
        if coins:
            self.send("coin.sell", key.address, coins, self.new_id())
        return key

    # ---- coins above the quota ----

    def quota_message(self, coins: int, **changes: Any) -> dict[str, Any]:
        words = {"quotaId": self.new_id(), "coins": coins, "periodSeconds": QUOTA_SECONDS, "sequence": self.count}
        return {**words, "deadline": self.soon, **changes}

    def issue_message(self, issue_id: bytes, account: str, coins: int, **changes: Any) -> dict[str, Any]:
        return {"issueId": issue_id, "account": account, "coins": coins, "deadline": self.soon, **changes}

    def by_board(self, function: str, struct: str, message: dict[str, Any], *board: LocalAccount) -> list[Any]:
        """What a majority of the board says about coins."""
        approvals = self.approvals("coin", struct, message, *(board or (self.board,)))
        return self.send(f"coin.{function}", calldata(struct, message), approvals)

    # ---- lost keys, the board ----

    @property
    def board(self) -> LocalAccount:
        """The bank's one member of the board; there is none before it is first asked for."""
        return self.enrolled("board", BOARD)

    def approvals(self, contract: str, struct: str, message: dict[str, Any], *keys: LocalAccount) -> list[Any]:
        """Signatures of the same words, as a quorum wants them: in ascending order of their accounts."""
        known = {self.read("membership.accountOf", key.address): key for key in keys}
        ordered = [known[account] for account in sorted(known, key=lambda account: int(account, 16))]
        return [self.sign(contract, struct, message, key) for key in ordered]

    def rotation_message(self, account: LocalAccount | str, new_key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "rotationId": self.new_id(),
            "account": account if isinstance(account, str) else account.address,
            "newKey": new_key.address,
            "encryptionKeyHash": text_hash("next encryption key"),
            "evidenceHash": b"\1" * 32,
            "deadline": self.soon,
            **changes,
        }

    def rotated(self, account: LocalAccount | str, old_key: LocalAccount, new_key: LocalAccount) -> list[Any]:
        """The holder moves on to another key: both sign the same words."""
        message = self.rotation_message(account, new_key)
        signatures = [self.sign("membership", "KeyRotation", message, key) for key in (old_key, new_key)]
        return self.send("membership.rotate_batch", [(calldata("KeyRotation", message), *signatures)])

    def recovery_message(self, account: str, new_key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "recoveryId": self.new_id(),
            "account": account,
            "newKey": new_key.address,
            "encryptionKeyHash": text_hash("new encryption key"),
            "evidenceHash": text_hash("identity check"),
            "sequence": self.count,
            "deadline": self.soon,
            **changes,
        }

    def recover_arguments(
        self, message: dict[str, Any], new_key: LocalAccount, *approvers: LocalAccount
    ) -> tuple[Any, ...]:
        words, mine = calldata("Recovery", message), self.sign("recovery", "Recovery", message, new_key)
        return ("recovery.recover", words, mine, self.approvals("recovery", "Recovery", message, *approvers))

    def recovered(self, account: LocalAccount, new_key: LocalAccount) -> None:
        """Operator and board give an account a new key, after a week in which nobody objects."""
        message = self.recovery_message(account.address, new_key)
        self.send(*self.recover_arguments(message, new_key, self.board))
        self.chain.set_time(self.now + WEEK)
        self.send("recovery.complete_recovery", calldata("Recovery", message))

    def seat_message(self, person: LocalAccount, role: int, **changes: Any) -> dict[str, Any]:
        fields = {"seatId": self.new_id(), "account": person.address, "role": role, "seated": True}
        return {**fields, "sequence": self.count, "deadline": self.soon, **changes}

    def seat(self, message: dict[str, Any], *approvers: LocalAccount, sender: LocalAccount | None = None) -> list[Any]:
        approvals = self.approvals("membership", "Seat", message, *approvers)
        return self.send("membership.seat", calldata("Seat", message), approvals, sender=sender)

    def coins(self, key: LocalAccount | str) -> int:
        address = key if isinstance(key, str) else key.address
        return int(self.read("coin.balanceOf", address))

    # ---- surveys, requests, consents ----

    def survey(self, **changes: Any) -> dict[str, Any]:
        survey = {
            "surveyId": self.new_id(),
            "title": "How do you eat?",
            "contentHash": text_hash("content"),
            "labels": ("breakfast", "lunch", "dinner"),
            "itemCoins": (1, 2, 3),
            "baseCoins": 10,
            "budgetCoins": 10_000,
            "opensAt": self.now,
            "closesAt": self.now + 1_000_000,
            **changes,
        }
        self.send("survey.publish", *self.survey_arguments(survey))
        return survey

    def survey_arguments(self, survey: dict[str, Any]) -> list[Any]:
        rest = ("itemCoins", "baseCoins", "budgetCoins", "opensAt", "closesAt")
        return [
            survey["surveyId"],
            text_hash(survey["title"]),
            survey["contentHash"],
            [text_hash(label) for label in survey["labels"]],
            *(survey[name] for name in rest),
        ]

    def answer(self, survey: dict[str, Any], key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "answerId": self.new_id(),
            "member": key.address,
            "surveyId": survey["surveyId"],
            "survey": survey["title"],
            "commitment": self.new_id(),
            "recipientsHash": self.new_id(),
            "items": 0b111,
            "coins": 16,
            "deadline": self.soon,
            **changes,
        }

    def correction(self, answer: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A correction of an answer, or of a correction."""
        return {
            "correctionId": self.new_id(),
            "member": answer["member"],
            "statement": "This answer takes the place of my earlier one",
            "surveyId": answer["surveyId"],
            "survey": answer["survey"],
            "replaces": answer.get("correctionId", answer.get("answerId")),
            "commitment": self.new_id(),
            "recipientsHash": self.new_id(),
            "items": 0b111,
            "deadline": self.soon,
            **changes,
        }

    def request_message(self, survey: dict[str, Any], key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "requestId": self.new_id(),
            "partner": key.address,
            "surveyId": survey["surveyId"],
            "recipient": "Kissaten Ltd.",
            "purpose": "Plan the breakfast menu",
            "items": 0b011,
            "purposeCode": 7,
            "legalClass": 1,
            "kMinimum": 2,
            "lMinimum": 2,
            "tPercent": 100,
            "personsMaximum": 5,
            "coinsBase": 4,
            "coinsPerItem": 3,
            "validUntil": self.now + 500_000,
            "retentionDays": 30,
            "contractHash": text_hash("contract"),
            "deadline": self.soon,
            **changes,
        }

    def decision(
        self, request: dict[str, Any], key: LocalAccount, approved: bool = True, **changes: Any
    ) -> dict[str, Any]:
        return {
            "requestId": request["requestId"],
            "board": key.address,
            "requestDigest": self.digest_of(request),
            "approved": approved,
            "decisionHash": text_hash("minutes"),
            "deadline": self.soon,
            **changes,
        }

    def revocation(self, request: dict[str, Any], key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "requestId": request["requestId"],
            "board": key.address,
            "requestDigest": self.digest_of(request),
            "statement": "We take our approval of this request back",
            "reasonHash": text_hash("the partner sold the data on"),
            "deadline": self.soon,
            **changes,
        }

    def digest_of(self, request: dict[str, Any]) -> bytes:
        """The digest of the words that the partner signed, by eth-account's own encoder."""
        if "partner" not in request:
            return NO_ID
        words = {part["name"]: request[part["name"]] for part in fields_of("DataRequest")}
        return bytes(hash_struct("DataRequest", {"DataRequest": fields_of("DataRequest")}, words))

    def request(
        self, survey: dict[str, Any], partner: LocalAccount, seats: Sequence[LocalAccount] = (), **changes: Any
    ) -> dict[str, Any]:
        """A filed request, approved by the one seat of the board or by these; remembers its survey for the consents."""
        message = self.request_message(survey, partner, **changes)
        self.relay("request.file_batch", "DataRequest", (message, partner))
        if seats:
            decision = self.decision(message, seats[0])
            signature = self.sign("request", "Decision", decision, seats[0])
            approvals = self.approvals("request", "Decision", decision, *seats)
            self.send("request.decide_together", calldata("Decision", decision), signature, approvals)
        else:
            board = self.enrolled("board", BOARD)
            self.relay("request.decide_batch", "Decision", (self.decision(message, board), board))
        assert self.read("request.stateOf", message["requestId"]) == 2
        return {**message, "labels": survey["labels"]}

    def consent_message(self, request: dict[str, Any], key: LocalAccount, **changes: Any) -> dict[str, Any]:
        mask = changes.get("itemMask", request["items"])
        return {
            "consentId": self.new_id(),
            "member": key.address,
            "requestId": request["requestId"],
            "requestDigest": self.digest_of(request),
            "decision": "I consent",
            "recipient": request["recipient"],
            "purpose": request["purpose"],
            "items": [label for bit, label in enumerate(request["labels"]) if mask >> bit & 1],
            "itemMask": mask,
            "validFrom": self.now,
            "validUntil": self.now + 100_000,
            "usesMaximum": 2,
            "coins": request["coinsBase"] + request["coinsPerItem"] * mask.bit_count(),
            "noticeHash": text_hash("notice"),
            "sequence": self.count,
            "deadline": self.soon,
            **changes,
        }

    def consent(self, request: dict[str, Any], key: LocalAccount, **changes: Any) -> dict[str, Any]:
        message = self.consent_message(request, key, **changes)
        events = self.relay("consent.record_batch", "Consent", (message, key))
        assert "ConsentChanged" in [event.name for event in events], events
        return message

    def withdrawal(self, consent: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "consentId": consent["consentId"],
            "member": consent["member"],
            "decision": "I withdraw my consent",
            "reasonHash": text_hash("enough"),
            "sequence": self.count,
            "deadline": self.soon,
            **changes,
        }

    def release(self, request: dict[str, Any], *consents: dict[str, Any], **changes: Any) -> list[Any]:
        """The arguments of `disclosure.disclose`."""
        values = {
            "releaseId": self.new_id(),
            "requestId": request["requestId"],
            "items": request["items"],
            "payloadRoot": text_hash("payload"),
            "methodHash": text_hash("method"),
            "rows": len(consents),
            "suppressed": 0,
            "k": 2,
            "consentIds": sorted(consent["consentId"] for consent in consents),
            **changes,
        }
        return list(values.values())

    # ---- coupons ----

    def coupon_class_message(self, issuer: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "classId": self.new_id(),
            "issuer": issuer.address,
            "title": "A cup of coffee",
            "price": 5,
            "stock": 10,
            "opensAt": self.now,
            "closesAt": self.now + 100_000,
            "redeemUntil": self.now + 200_000,
            "premiumRequest": NO_ID,
            "contentHash": b"\1" * 32,
            "deadline": self.soon,
            **changes,
        }

    def coupon_class(self, issuer: LocalAccount, **changes: Any) -> dict[str, Any]:
        """Published by its issuer."""
        message = self.coupon_class_message(issuer, **changes)
        (event,) = self.relay("coupon.publish_batch", "CouponClass", (message, issuer))
        assert event.name == "CouponClassPublished", event
        return message

    def purchase(self, coupons: dict[str, Any], key: LocalAccount, count: int = 1, **changes: Any) -> dict[str, Any]:
        return {
            "purchaseId": self.new_id(),
            "member": key.address,
            "classId": coupons["classId"],
            "title": coupons["title"],
            "count": count,
            "coins": coupons["price"] * count,
            "deadline": self.soon,
            **changes,
        }


def make_bank(chain: Any) -> Bank:
    bank = Bank(chain)
    for name in CONSTRUCTOR_ARGUMENTS:
        bank.deploy(name)
    for name, rights in MINTERS.items():
        bank.send("coin.set_minter", bank.address(name), rights)
    bank.send("coin.open_quota", QUOTA, QUOTA_SECONDS)
    bank.send("coin.seal_minters")
    for contract, function, _, named in LINKS:
        bank.send(f"{contract}.{function}", bank.address(named))
    bank.send(
        "membership.set_terms", text_hash("terms 1"), text_hash("I join Azukari and accept its terms"), bank.now + WEEK
    )
    return bank
