"""The contracts on a chain: deployed, called, their events read, and messages signed for them.

Messages are signed through eth-account's own EIP-712 encoder from the type strings of `messages`, so the contracts'
hashing is held against an independent implementation. A test names a struct, gives its fields, and tries it both
ways: relayed in a batch and called directly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic, function_abi_to_4byte_selector
from web3 import Web3
from web3._utils.abi import map_abi_data
from web3._utils.events import get_event_data
from web3._utils.normalizers import BASE_RETURN_NORMALIZERS
from web3.contract import Contract
from web3.exceptions import ContractLogicError

from chaincode.build import compile_contract
from chaincode.deploy import CONSTRUCTOR_ARGUMENTS
from tests.unit.chaincode.contracts.messages import calldata, fields_of


class Refused(Exception):  # noqa: N818
    """A contract said no; the text is its reason."""


@dataclass(frozen=True)
class Happened:
    """One event."""

    contract: str
    name: str
    args: dict[str, Any]


class _Reader:
    """A view function, asked past web3's middleware, which asks two more things of the node at each call."""

    def __init__(self, contract: Contract, name: str) -> None:
        (abi,) = (one for one in contract.abi if one["type"] == "function" and one["name"] == name)
        self.codec, self.provider, self.to = contract.w3.codec, contract.w3.provider, contract.address
        self.selector = function_abi_to_4byte_selector(abi)
        self.takes = [collapse_if_tuple(one) for one in abi["inputs"]]
        self.gives = [collapse_if_tuple(one) for one in abi["outputs"]]
        self.is_plain = not any("address" in kind or "[" in kind or "(" in kind for kind in self.gives)

    def ask(self, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        """Whether there was an answer, and the answer as web3 gives it."""
        data = "0x" + (self.selector + self.codec.encode(self.takes, arguments)).hex()
        answer = self.provider.make_request("eth_call", [{"to": self.to, "data": data}, "latest"])
        if "error" in answer:
            return False, None
        values = self.codec.decode(self.gives, bytes.fromhex(answer["result"][2:]))
        if not self.is_plain:
            values = map_abi_data(BASE_RETURN_NORMALIZERS, self.gives, values)
        return True, values[0] if len(values) == 1 else list(values)


@dataclass
class ChainBank:
    """`chain` has `w3`, `set_time` and `advance`, as `ledger.testing.LocalChain` has them."""

    chain: Any
    contracts: dict[str, Contract] = field(default_factory=dict)
    count: int = 0
    gas_used: int = 0
    readers: dict[tuple[str, str], _Reader] = field(default_factory=dict)
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
        receipt = self._transact(
            factory.constructor(*(self.address(need) for need in CONSTRUCTOR_ARGUMENTS[name])), self.operator
        )
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
        contract, name = path.split(".")
        key = (path, self.address(contract))
        if key not in self.readers:
            self.readers[key] = _Reader(self.contracts[contract], name)
        is_answer, value = self.readers[key].ask(arguments)
        return value if is_answer else self.function(path, *arguments).call()

    @cached_property
    def chain_id(self) -> int:
        return int(self.chain.w3.eth.chain_id)

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
                "chainId": self.chain_id,
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
        document = self._document(contract, struct, message)
        signed = key.sign_message(encode_typed_data(full_message=document))
        return (signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big"), signed.v)

    def _document(self, contract: str, struct: str, message: dict[str, Any]) -> dict[str, Any]:
        domain_fields = [("string", "name"), ("string", "version"), ("uint256", "chainId")]
        return {
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
                "chainId": self.chain_id,
                "verifyingContract": self.address(contract),
            },
            "message": message,
        }

    def struct_hash(self, contract: str, struct: str, message: dict[str, Any]) -> bytes:
        return bytes(encode_typed_data(full_message=self._document(contract, struct, message)).body)

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
