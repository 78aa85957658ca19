"""Calls to a contract as bytes and its answers as values, by the ABI that stands in the deployment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_hash.auto import keccak

from chaincode.deployment import DeployedContract
from chaincode.errors import DecodeError, DeploymentError, MessageError
from chaincode.ids import checksummed
from chaincode.words import parts_of, reader, spelt


@dataclass(frozen=True)
class Function:
    """One external function: selector, argument types, result types."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def encode(self, arguments: Iterable[Any]) -> bytes:
        values = list(arguments)
        if (plain := spelt(self.inputs, values)) is not None:
            return self.selector + plain
        try:
            return self.selector + abi_encode(self.inputs, values)
        except (EncodingError, ValueError, TypeError) as error:
            raise MessageError(self.name, "takes {kinds}: {why}", kinds=", ".join(self.inputs), why=error) from error

    def decode(self, data: bytes) -> Any:
        """Return the result: nothing, one value, or a tuple of values."""
        values = self._read(data) if self._read is not None else None
        if values is None:
            values = self._decode(data)
        return values[0] if len(values) == 1 else values or None

    @cached_property
    def _read(self) -> Callable[[bytes], tuple[Any, ...] | None] | None:
        return reader(self.outputs)

    def _decode(self, data: bytes) -> tuple[Any, ...]:
        try:
            values = abi_decode(self.outputs, data)
        except DecodingError as error:
            raise DecodeError(
                "{function} answered {count} bytes that do not fit its ABI: {why}",
                function=self.name,
                count=len(data),
                why=error,
            ) from error
        return tuple(normal(value, kind) for value, kind in zip(values, self.outputs, strict=True))


class ContractAbi:
    """The functions of one deployed contract."""

    def __init__(self, contract: DeployedContract) -> None:
        self.contract = contract

    def function(self, name: str, arguments: int | None = None) -> Function:
        """Return a function by name, and by number of arguments where the name has several."""
        found = self._functions.get(name, [])
        if arguments is not None:
            found = [one for one in found if len(one.inputs) == arguments]
        if not found:
            raise DeploymentError("has no function {function}", function=f"{self.contract.name}.{name}")
        return found[0]

    @cached_property
    def _functions(self) -> dict[str, list[Function]]:
        functions: dict[str, list[Function]] = {}
        for entry in self.contract.abi:
            if entry.get("type") == "function":
                functions.setdefault(entry["name"], []).append(_function(entry))
        return functions


def _function(entry: dict[str, Any]) -> Function:
    inputs = tuple(type_name(item) for item in entry["inputs"])
    selector = keccak(f"{entry['name']}({','.join(inputs)})".encode())[:4]
    return Function(entry["name"], selector, inputs, tuple(type_name(item) for item in entry["outputs"]))


def type_name(item: dict[str, Any]) -> str:
    """Return an ABI entry's type with its tuples written out."""
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(type_name(part) for part in item['components'])}){kind.removeprefix('tuple')}"


def normal(value: Any, kind: str) -> Any:
    """Return a decoded value in our form: checksummed addresses, tuples for lists."""
    if kind == "address":
        return checksummed(value)
    if kind == "address[]":
        return tuple(map(checksummed, value))
    if kind.startswith("("):
        return _normal_tuple(value, kind)
    return tuple(value) if isinstance(value, list) else value


def _normal_tuple(value: Any, kind: str) -> Any:
    if kind.endswith("]"):
        inner = kind[: kind.rindex("[")]
        return tuple(normal(item, inner) for item in value)
    return tuple(normal(item, part) for item, part in zip(value, parts_of(kind), strict=True))
