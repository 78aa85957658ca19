"""A bank on a real chain in this process: every contract deployed and wired, and people with keys.

Messages are signed through eth-account's own EIP-712 encoder from the type strings below, so the contracts'
hashing is held against an independent implementation. A test names a struct, gives its fields, and tries it
both ways: relayed in a batch and called directly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.abi import event_abi_to_log_topic
from web3 import Web3
from web3._utils.events import get_event_data
from web3.contract import Contract
from web3.exceptions import ContractLogicError

from chaincode.build import compile_contract
from ledger.testing import LocalChain, local_chain

ZERO = "0x" + "00" * 20
NO_ID = b"\0" * 32
GRANT, BURN, MOVE = 1, 2, 4
MEMBER, PARTNER, SHOP, OPERATOR, BOARD, CUSTODIAN, AUDITOR = 1, 2, 4, 8, 16, 32, 64

NEEDS: dict[str, tuple[str, ...]] = {
    "membership": (),
    "coin": ("membership",),
    "survey": ("membership", "coin"),
    "request": ("membership", "coin", "survey"),
    "consent": ("membership", "survey", "request"),
    "disclosure": ("membership", "coin", "request", "consent"),
    "coupon": ("membership", "coin", "consent"),
    "escrow": ("membership",),
    "rule": ("membership", "survey"),
    "draw": ("membership", "coin"),
}

RIGHTS = {"survey": GRANT, "request": MOVE, "disclosure": MOVE, "coupon": BURN, "draw": BURN | MOVE}

TYPES = (
    "Join(bytes32 joinId,address account,string statement,bytes32 termsHash,bytes32 encryptionKeyHash,uint64 deadline)",
    "KeyRotation(bytes32 rotationId,address account,address newKey,bytes32 evidenceHash,uint64 deadline)",
    "Delegation(bytes32 delegationId,address account,string statement,address delegate,uint64 scope,uint64 until,"
    "uint64 deadline)",
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
    "CoinTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,uint64 deadline)",
    "BoundTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,bytes32 policyId,uint64 deadline)",
    "Answer(bytes32 answerId,address member,bytes32 surveyId,string survey,bytes32 commitment,uint256 items,"
    "uint256 coins,uint64 deadline)",
    "DataRequest(bytes32 requestId,address partner,bytes32 surveyId,string recipient,string purpose,"
    "uint256 items,uint32 purposeCode,uint8 legalClass,uint32 kMinimum,uint32 personsMaximum,uint32 coinsBase,"
    "uint32 coinsPerItem,uint64 validUntil,uint32 retentionDays,bytes32 contractHash,uint64 deadline)",
    "Decision(bytes32 requestId,address board,bool approved,bytes32 decisionHash,uint64 deadline)",
    "Closing(bytes32 requestId,address partner,uint64 deadline)",
    "Consent(bytes32 consentId,address member,bytes32 requestId,string decision,string recipient,string purpose,"
    "string[] items,uint256 itemMask,uint64 validFrom,uint64 validUntil,uint32 usesMaximum,uint32 coins,"
    "bytes32 noticeHash,uint64 deadline)",
    "Withdrawal(bytes32 consentId,address member,string decision,bytes32 reasonHash,uint64 deadline)",
    "StandingRule(bytes32 ruleId,address member,string statement,bytes32 surveyId,string[] items,"
    "uint256 itemMask,string[] recipients,uint256 recipientMask,string[] purposes,uint256 purposeMask,"
    "string[] processing,uint256 processingMask,uint32 kMinimum,uint32 coinsMinimum,uint32 usesMaximum,"
    "uint64 validUntil,uint64 deadline)",
    "RuleEnd(bytes32 ruleId,address member,string statement,uint64 deadline)",
    "Acknowledgement(bytes32 releaseId,address partner,bytes32 payloadRoot,uint64 deadline)",
    "Deletion(bytes32 releaseId,address partner,string statement,bytes32 evidenceHash,uint64 deadline)",
    "CouponClass(bytes32 classId,address issuer,string title,uint32 price,uint32 stock,uint64 opensAt,"
    "uint64 closesAt,uint64 redeemUntil,bytes32 premiumRequest,bytes32 contentHash,uint64 deadline)",
    "GiftOrder(bytes32 orderId,address issuer,bytes32 classId,string title,uint32 countEach,uint32 persons,"
    "uint64 deadline)",
    "Purchase(bytes32 purchaseId,address member,bytes32 classId,string title,uint32 count,uint32 coins,"
    "uint64 deadline)",
    "Redemption(bytes32 redemptionId,bytes32 classId,string title,address shop,uint64 deadline)",
    "Entry(bytes32 entryId,address member,bytes32 drawId,string title,bytes32 nonceHash,uint32 coins,uint64 deadline)",
    "EscrowPolicy(bytes32 escrowId,address owner,uint8 threshold,address[] custodians,bytes32 commitmentsHash,"
    "bytes32 documentHash,uint32 openingDelaySeconds,uint64 deadline)",
    "ShareReceipt(bytes32 escrowId,address custodian,bytes32 commitmentsHash,uint64 deadline)",
    "OpeningRequest(bytes32 openingId,bytes32 escrowId,address requester,bytes32 recipientKeyHash,"
    "bytes32 reasonHash,uint64 deadline)",
    "Veto(bytes32 openingId,address owner,uint64 deadline)",
    "Contribution(bytes32 openingId,address custodian,bytes32 contributionHash,uint64 deadline)",
)

TEXTS_LEFT_OUT = {
    "Join": ("statement",),
    "Delegation": ("statement",),
    "Answer": ("survey",),
    "Consent": ("recipient", "purpose", "items"),
    "Withdrawal": ("decision",),
    "Deletion": ("statement",),
    "StandingRule": ("statement", "items", "recipients", "purposes", "processing"),
    "RuleEnd": ("statement",),
    "Purchase": ("title",),
    "GiftOrder": ("title",),
    "Entry": ("title",),
    "Redemption": ("title",),
}
"""Text the contract already knows by its hash; any other text goes as its hash."""


class Refused(Exception):  # noqa: N818
    """A contract said no; the text is its reason."""


@cache
def fields_of(struct: str) -> list[dict[str, str]]:
    text = next(text for text in TYPES if text.startswith(struct + "("))
    inside = text[len(struct) + 1 : -1]
    return [{"type": part.split()[0], "name": part.split()[1]} for part in inside.split(",")]


def text_hash(text: str) -> bytes:
    return bytes(Web3.keccak(text=text))


def calldata(struct: str, message: dict[str, Any]) -> tuple[Any, ...]:
    values: list[Any] = []
    for part in fields_of(struct):
        name, value = part["name"], message[part["name"]]
        if name in TEXTS_LEFT_OUT.get(struct, ()):
            continue
        if struct == "Consent" and name == "decision":
            value = value == "I consent"
        elif part["type"] == "string":
            value = text_hash(value)
        values.append(value)
    return tuple(values)


@dataclass(frozen=True)
class Happened:
    """One event."""

    contract: str
    name: str
    args: dict[str, Any]


@dataclass
class Bank:
    chain: LocalChain
    contracts: dict[str, Contract] = field(default_factory=dict)
    count: int = 0
    gas_used: int = 0
    known_events: dict[tuple[str, bytes], tuple[str, Any]] = field(default_factory=dict)
    contracts_known: int = 0

    # ---- keys, ids, time ----

    def key(self, name: str) -> LocalAccount:
        account: LocalAccount = Account.from_key(Web3.keccak(text=f"test key of {name}"))
        return account

    @property
    def operator(self) -> LocalAccount:
        return self.key("operator")

    def new_id(self) -> bytes:
        self.count += 1
        return bytes(Web3.keccak(text=f"id {self.count}"))

    @property
    def now(self) -> int:
        return int(self.chain.w3.eth.get_block("latest")["timestamp"])

    @property
    def soon(self) -> int:
        return self.now + 3600

    def address(self, contract: str) -> str:
        return str(self.contracts[contract].address)

    # ---- transactions ----

    def deploy(self, name: str) -> None:
        artifact = compile_contract(name)
        factory = self.chain.w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        receipt = self._transact(factory.constructor(*(self.address(need) for need in NEEDS[name])), self.operator)
        assert receipt["status"] == 1
        self.contracts[name] = self.chain.w3.eth.contract(receipt["contractAddress"], abi=artifact.abi)

    def send(self, path: str, *arguments: Any, sender: LocalAccount | None = None) -> list[Happened]:
        """Call a function as a transaction; a revert raises `Refused` with its reason."""
        sender = sender or self.operator
        function = self.function(path, *arguments)
        receipt = self._transact(function, sender)
        if receipt["status"] != 1:
            raise Refused(self._reason(function, sender))
        return self.events(receipt)

    def read(self, path: str, *arguments: Any) -> Any:
        return self.function(path, *arguments).call()

    def function(self, path: str, *arguments: Any) -> Any:
        contract, name = path.split(".")
        return self.contracts[contract].get_function_by_name(name)(*arguments)

    def _transact(self, function: Any, sender: LocalAccount) -> Any:
        w3 = self.chain.w3
        transaction = function.build_transaction(
            {
                "from": sender.address,
                "nonce": w3.eth.get_transaction_count(sender.address),
                "gas": 60_000_000,
                "gasPrice": 0,
                "chainId": w3.eth.chain_id,
            }
        )
        signed = sender.sign_transaction(transaction)
        receipt = w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(signed.raw_transaction))
        self.gas_used = receipt["gasUsed"]
        return receipt

    def _reason(self, function: Any, sender: LocalAccount) -> str:
        try:
            function.call({"from": sender.address, "gas": 60_000_000})
        except ContractLogicError as error:
            return str(error.message or "").removeprefix("execution reverted: ")
        raise AssertionError("a transaction failed that passes as a call")

    def events(self, receipt: Any) -> list[Happened]:
        found = []
        for log in receipt["logs"]:
            name, abi = self._event_abis()[log["address"], bytes(log["topics"][0])]
            decoded = get_event_data(self.chain.w3.codec, abi, log)
            found.append(Happened(name, decoded["event"], dict(decoded["args"])))
        return found

    def _event_abis(self) -> dict[tuple[str, bytes], tuple[str, Any]]:
        if len(self.contracts) != self.contracts_known:
            self.contracts_known = len(self.contracts)
            for name, contract in self.contracts.items():
                for abi in contract.abi:
                    if abi["type"] == "event":
                        topic = bytes(event_abi_to_log_topic(abi))
                        self.known_events[str(contract.address), topic] = (name, abi)
        return self.known_events

    # ---- signed messages ----

    def sign(self, contract: str, struct: str, message: dict[str, Any], key: LocalAccount) -> tuple[Any, ...]:
        """(r, s, v) of a message, encoded by eth-account."""
        domain_fields = [("string", "name"), ("string", "version"), ("uint256", "chainId")]
        document = {
            "types": {
                "EIP712Domain": [
                    *({"type": kind, "name": name} for kind, name in domain_fields),
                    {"type": "address", "name": "verifyingContract"},
                ],
                struct: fields_of(struct),
            },
            "primaryType": struct,
            "domain": {
                "name": f"Azukari {contract}",
                "version": "1",
                "chainId": self.chain.w3.eth.chain_id,
                "verifyingContract": self.address(contract),
            },
            "message": message,
        }
        signed = key.sign_message(encode_typed_data(full_message=document))
        return (signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big"), signed.v)

    def relay(self, path: str, struct: str, *signed: tuple[dict[str, Any], LocalAccount]) -> list[Happened]:
        contract = path.split(".")[0]
        items = [(calldata(struct, message), self.sign(contract, struct, message, key)) for message, key in signed]
        return self.send(path, items)

    def direct(self, path: str, struct: str, message: dict[str, Any], key: LocalAccount) -> list[Happened]:
        return self.send(path, calldata(struct, message), sender=key)

    def refusal(self, path: str, struct: str, message: dict[str, Any], key: LocalAccount) -> str:
        """The reason for which a message is refused: the same directly and in a batch, and without effect."""
        events = self.relay(path + "_batch", struct, (message, key))
        assert [event.name for event in events] == ["Refused"], events
        reason: str = events[0].args["reason"]
        with pytest.raises(Refused, match=f"^{re.escape(reason)}$"):
            self.direct(path, struct, message, key)
        return reason

    # ---- people ----

    def join_message(self, key: LocalAccount, **changes: Any) -> dict[str, Any]:
        return {
            "joinId": self.new_id(),
            "account": key.address,
            "statement": "I join Azukari and accept its terms",
            "termsHash": text_hash("terms 1"),
            "encryptionKeyHash": text_hash("key"),
            "deadline": self.soon,
            **changes,
        }

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
            "items": 0b111,
            "coins": 16,
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
            "approved": approved,
            "decisionHash": text_hash("minutes"),
            "deadline": self.soon,
            **changes,
        }

    def request(self, survey: dict[str, Any], partner: LocalAccount, **changes: Any) -> dict[str, Any]:
        """A filed and approved request; remembers its survey for the consents."""
        message = self.request_message(survey, partner, **changes)
        self.relay("request.file_batch", "DataRequest", (message, partner))
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


def make_bank(chain: LocalChain) -> Bank:
    bank = Bank(chain)
    for name in NEEDS:
        bank.deploy(name)
    for name, rights in RIGHTS.items():
        bank.send("coin.set_minter", bank.address(name), rights)
    bank.send("coin.seal_minters")
    bank.send("request.set_disclosure", bank.address("disclosure"))
    bank.send("consent.set_disclosure", bank.address("disclosure"))
    bank.send("consent.set_rules", bank.address("rule"))
    bank.send("survey.set_consent", bank.address("consent"))
    bank.send("membership.set_terms", text_hash("terms 1"), text_hash("I join Azukari and accept its terms"))
    return bank


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with local_chain() as chain:
        yield make_bank(chain)
