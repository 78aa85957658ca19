"""One node's JSON-RPC, as the few questions the bank asks it, with its errors made ours at this door.

Requests go through the provider of a web3 handle, below its middleware: answers are plain JSON and every failure is one
of three: the node does not answer (LedgerUnavailableError), it refuses (LedgerRefusedError), or a contract does
(ContractRefusedError, with the contract and the reason read from the revert data).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from chaincode.errors import (
    ContractRefusedError,
    LedgerRefusedError,
    LedgerUnavailableError,
    parse_refusal,
)
from chaincode.ids import checksummed, to_hex
from chaincode.logs import Log, Position
from chaincode.node_words import is_no_answer, is_no_receipt

if TYPE_CHECKING:
    from web3 import Web3

_ERROR_STRING = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")
_EXECUTION_REVERTED = 3


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction."""

    transaction_hash: bytes
    block_number: int
    succeeded: bool
    gas_used: int
    contract_address: str | None
    logs: tuple[Log, ...]


@dataclass(frozen=True)
class Header:
    """What a block says of itself and of the one before it; its time in unix seconds."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int


class Node:
    """A node behind a web3 handle, or several that are asked as one (`several`)."""

    def __init__(self, w3: "Web3") -> None:
        self._w3 = w3

    def request(self, method: str, *params: Any) -> Any:
        """Ask the node; return the JSON result."""
        from web3.exceptions import Web3Exception
        from web3.types import RPCEndpoint

        try:
            response = self._w3.provider.make_request(RPCEndpoint(method), list(params))
        except (OSError, Web3Exception, json.JSONDecodeError) as error:
            raise LedgerUnavailableError(f"the node did not answer {method}: {error}") from error
        if not isinstance(response, dict):
            raise LedgerUnavailableError(f"the node answered {method} with no object")
        if error_object := response.get("error"):
            refusal = _refusal(error_object)
            if isinstance(refusal, LedgerRefusedError) and is_no_answer(refusal.message):
                raise LedgerUnavailableError(f"the node is not ready for {method}: {refusal.message}")
            raise refusal
        return response.get("result")

    @contextmanager
    def one_node(self) -> Iterator[None]:
        """What this thread asks meanwhile is answered by one of several nodes, or by none."""
        from chaincode.several import NodesProvider

        provider = self._w3.provider
        if not isinstance(provider, NodesProvider):
            yield
            return
        try:
            is_first = provider.pin()
        except OSError as error:
            raise LedgerUnavailableError(f"no node answered: {error}") from error
        try:
            yield
        finally:
            if is_first:
                provider.unpin()

    def any_knows(self, transaction_hash: bytes) -> bool:
        """Whether any node, of however many there are, has the transaction, in a block or waiting."""
        from web3.types import RPCEndpoint

        from chaincode.several import NodesProvider

        provider = self._w3.provider
        if not isinstance(provider, NodesProvider):
            return self.knows(transaction_hash)
        try:
            answers = provider.each(RPCEndpoint("eth_getTransactionByHash"), [to_hex(transaction_hash)])
        except OSError as error:
            raise LedgerUnavailableError(f"no node answered: {error}") from error
        return any(answer.get("result") for answer in answers)

    def heads(self) -> list[tuple[str, int | None]]:
        """Each node by its host and port, with its newest block; None where it does not answer."""
        from chaincode.provider import NodeProvider
        from chaincode.several import NodesProvider

        provider = self._w3.provider
        if isinstance(provider, NodesProvider):
            return provider.heads()
        try:
            head = self.block_number()
        except LedgerUnavailableError:
            head = None
        return [(provider.place if isinstance(provider, NodeProvider) else "", head)]

    def chain_id(self) -> int:
        return _number(self.request("eth_chainId"))

    def block_number(self) -> int:
        return _number(self.request("eth_blockNumber"))

    def header(self, block: int | str = "latest") -> Header | None:
        """A block's header by its number; None for one that has not come."""
        found = self.request("eth_getBlockByNumber", _block(block), False)
        if found is None:
            return None
        return Header(
            number=_number(found["number"]),
            hash=_bytes(found["hash"]),
            parent_hash=_bytes(found["parentHash"]),
            timestamp=_number(found["timestamp"]),
        )

    def newest_header(self) -> Header:
        if (found := self.header()) is None:
            raise LedgerUnavailableError("the node has no newest block")
        return found

    def block_timestamp(self, block: int | str = "latest") -> int:
        return _number(self.request("eth_getBlockByNumber", _block(block), False)["timestamp"])

    def nonce(self, address: str, block: str = "latest") -> int:
        return _number(self.request("eth_getTransactionCount", address, block))

    def code(self, address: str) -> bytes:
        return _bytes(self.request("eth_getCode", address, "latest"))

    def call(
        self,
        to: str,
        data: bytes,
        sender: str | None = None,
        gas: int | None = None,
        block: int | str = "latest",
    ) -> bytes:
        """Run a call without recording it."""
        question = {"to": to, "data": to_hex(data)}
        if sender is not None:
            question["from"] = sender
        if gas is not None:
            question["gas"] = hex(gas)
        return _bytes(self.request("eth_call", question, _block(block)))

    def estimate_gas(self, to: str | None, data: bytes, sender: str) -> int:
        question = {"from": sender, "data": to_hex(data)}
        if to is not None:
            question["to"] = to
        return _number(self.request("eth_estimateGas", question))

    def send_raw(self, transaction: bytes) -> bytes:
        """Hand a signed transaction to the node; return its hash."""
        return _bytes(self.request("eth_sendRawTransaction", to_hex(transaction)))

    def knows(self, transaction_hash: bytes) -> bool:
        """Tell whether the node has the transaction, in a block or waiting."""
        try:
            return self.request("eth_getTransactionByHash", to_hex(transaction_hash)) is not None
        except LedgerRefusedError as error:
            if not is_no_receipt(error.message):
                raise
            return False

    def sent(self, transaction_hash: bytes) -> tuple[str, bytes] | None:
        """Where a transaction went, and with which calldata; None for one that is not known, or created a contract."""
        found = self.request("eth_getTransactionByHash", to_hex(transaction_hash))
        if found is None or found["to"] is None:
            return None
        return checksummed(found["to"]), _bytes(found["input"])

    def receipt(self, transaction_hash: bytes) -> Receipt | None:
        """Return the receipt, or None while the transaction is not in a block, or in none that the node has indexed."""
        try:
            found = self.request("eth_getTransactionReceipt", to_hex(transaction_hash))
        except LedgerRefusedError as error:
            if not is_no_receipt(error.message):
                raise
            return None
        if found is None:
            return None
        created = found.get("contractAddress")
        return Receipt(
            transaction_hash=transaction_hash,
            block_number=_number(found["blockNumber"]),
            succeeded=_number(found["status"]) == 1,
            gas_used=_number(found["gasUsed"]),
            contract_address=checksummed(created) if created else None,
            logs=tuple(_kept(entry) for entry in found["logs"]),
        )

    def logs(self, addresses: list[str], first_block: int, last_block: int) -> list[Log]:
        """Return the logs of some contracts in a range of blocks, in chain order."""
        wanted = {"address": addresses, "fromBlock": hex(first_block), "toBlock": hex(last_block)}
        return [_known(entry) for entry in self.request("eth_getLogs", wanted)]


def refusal_in(data: bytes) -> ContractRefusedError:
    """Read revert data."""
    if data[:4] == _PANIC:
        return ContractRefusedError("unknown", f"panic {int.from_bytes(data[4:], 'big')}")
    try:
        (text,) = abi_decode(["string"], data[4:]) if data[:4] == _ERROR_STRING else ("",)
    except (DecodingError, UnicodeDecodeError):
        text = ""
    return parse_refusal(str(text))


def _refusal(error: Any) -> ContractRefusedError | LedgerRefusedError:
    if not isinstance(error, dict):
        return LedgerRefusedError(0, str(error))
    code, message, data = error.get("code", 0), str(error.get("message", "")), error.get("data")
    if isinstance(data, dict):
        data = data.get("data")
    if isinstance(data, str) and data.startswith("0x") and len(data) > 2:
        return refusal_in(bytes.fromhex(data[2:]))
    if code == _EXECUTION_REVERTED or message.startswith("execution reverted"):
        return parse_refusal(message)
    return LedgerRefusedError(code if isinstance(code, int) else 0, message)


LOGS_MET, MET_CHARACTERS_MAX = 4096, 2048
_met: dict[tuple[str, str], tuple[dict[str, Any], Log]] = {}
"""Short logs of receipts as they were told, by transaction and place: they come once more with their block's."""


def _known(entry: dict[str, Any]) -> Log:
    known = _met.get((entry["transactionHash"], entry["logIndex"]))
    return known[1] if known is not None and known[0] == entry else _log(entry)


def _kept(entry: dict[str, Any]) -> Log:
    made = _log(entry)
    if len(str(entry)) <= MET_CHARACTERS_MAX:
        if len(_met) >= LOGS_MET:
            _met.clear()
        _met[entry["transactionHash"], entry["logIndex"]] = entry, made
    return made


def _log(entry: dict[str, Any]) -> Log:
    position = Position(
        block_number=_number(entry["blockNumber"]),
        timestamp=_number(entry["blockTimestamp"]) if entry.get("blockTimestamp") else None,
        transaction_hash=_bytes(entry["transactionHash"]),
        log_index=_number(entry["logIndex"]),
    )
    topics = tuple(_bytes(topic) for topic in entry["topics"])
    return Log(checksummed(entry["address"].lower()), topics, _bytes(entry["data"]), position)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else int(value, 16)


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray) else bytes.fromhex(value.removeprefix("0x"))


def _block(block: int | str) -> str:
    return hex(block) if isinstance(block, int) else block
