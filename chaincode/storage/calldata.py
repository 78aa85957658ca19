"""What was sent to the contracts, read back: the structs in a transaction's calldata, by the deployment's ABI.

Signed messages reach the contracts here and nowhere else, and their deadlines are in no event. Only transactions sent
straight to a contract can be read: what one contract hands to another is on no record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from chaincode.abi import ContractAbi, type_name
from chaincode.deployment import Deployment

Shape = tuple[str, int]
"""What tells structs apart: the name of the first field, and how many fields there are."""
Values = tuple[Any, ...]

CALLS_KEPT = 64
"""Decoded calls that are remembered: events of one transaction come together."""


class Sent(NamedTuple):
    """Where a transaction went, and with which calldata."""

    to: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """A decoded call: the function, and the structs among its arguments by what they are and their first field."""

    function: str
    structs: Mapping[Shape, Mapping[Any, Sequence[Values]]]


class Calls:
    """The calls that transactions made, by transaction hash."""

    def __init__(self, deployment: Deployment, sent: Mapping[bytes, Sent]) -> None:
        self._sent = sent
        self._entries = {
            contract.address: dict(_functions(ContractAbi(contract))) for contract in deployment.contracts.values()
        }
        self._addresses = {contract.name: contract.address for contract in deployment.contracts.values()}
        self._decoded = lru_cache(maxsize=CALLS_KEPT)(self._decode)

    def made(self, contract: str, transaction: bytes) -> Call | None:
        """Return the call that a transaction made to a contract; None if it did not call it itself."""
        sent = self._sent.get(transaction)
        if sent is None or sent.to != self._addresses[contract]:
            return None
        return self._decoded(transaction)

    def _decode(self, transaction: bytes) -> Call | None:
        sent = self._sent[transaction]
        entry = self._entries[sent.to].get(sent.data[:4])
        if entry is None:
            return None
        try:
            arguments = abi_decode([type_name(item) for item in entry["inputs"]], sent.data[4:], strict=False)
        except (DecodingError, OverflowError, ValueError):
            return None
        structs: dict[Shape, dict[Any, list[Values]]] = {}
        for item, value in zip(entry["inputs"], arguments, strict=True):
            for shape, struct in _structs(item, value):
                structs.setdefault(shape, {}).setdefault(struct[0], []).append(struct)
        return Call(entry["name"], structs)


def _functions(abi: ContractAbi) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for entry in abi.contract.abi:
        if entry.get("type") == "function":
            yield abi.function(entry["name"], len(entry["inputs"])).selector, entry


def _structs(item: dict[str, Any], value: Any) -> Iterator[tuple[Shape, Values]]:
    """Yield every struct in a value, those within others too; one that begins with another is a signed one's cover."""
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return
    if kind.endswith("]"):
        inner = {**item, "type": kind[: kind.rindex("[")]}
        for one in value:
            yield from _structs(inner, one)
        return
    parts = item["components"]
    if not parts[0]["type"].startswith("tuple"):
        yield (parts[0]["name"], len(parts)), value
    for part, one in zip(parts, value, strict=True):
        yield from _structs(part, one)
