"""From logs to events, with nothing but the deployment at hand.

Strict, because an auditor relies on it: a log of one of our contracts with a topic that its ABI does not have, or
with data that is not exactly what its ABI says, is refused. So is a deployment whose ABI words an event otherwise
than `events` does.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, get_type_hints

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

from chaincode.abi import normal, type_name
from chaincode.deployment import DeployedContract, Deployment
from chaincode.errors import DecodeError
from chaincode.events import ANY_CONTRACT, EVENTS, Event
from chaincode.ids import to_hex
from chaincode.logs import Log
from chaincode.typed_data.eip712 import camel_case
from chaincode.words import WORD_BYTES, reader


class _Shape(NamedTuple):
    kind: type[Event]
    contract: str
    indexed: tuple[tuple[str, str], ...]
    plain: tuple[tuple[str, str], ...]
    is_static: bool
    read: Callable[[bytes], tuple[Any, ...] | None] | None
    """Reads topics and data in one go, where every field takes one word."""


def decode(deployment: Deployment, log: Log) -> Event:
    """Return the event that one of the deployment's contracts wrote as `log`."""
    return decoder(deployment).decode(log)


def is_ours(deployment: Deployment, log: Log) -> bool:
    """Tell whether a contract of the deployment wrote `log`."""
    return log.address in decoder(deployment).contracts


class Decoder:
    """Decodes the logs of one deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self.contracts = {contract.address: contract for contract in deployment.contracts.values()}
        self._shapes: dict[tuple[str, bytes], _Shape] = {}
        self.decode_once = lru_cache(maxsize=8192)(self.decode)
        """As `decode`, for a log that is asked for again soon: a receipt's, which an index reads too."""

    def decode(self, log: Log) -> Event:
        contract = self.contracts.get(log.address)
        if contract is None:
            raise DecodeError("{address} is no contract of this deployment", address=log.address)
        if not log.topics:
            raise DecodeError("{contract} wrote a log without topics", contract=contract.name)
        shape = self._shape(contract, log.topics[0])
        values = _plain(shape, log) or _topics(shape, log.topics[1:]) | _data(shape, log.data)
        if shape.kind.CONTRACT == ANY_CONTRACT:
            values["contract"] = shape.contract
        return shape.kind(**values, position=log.position)

    def _shape(self, contract: DeployedContract, topic: bytes) -> _Shape:
        key = (contract.address, topic)
        if key not in self._shapes:
            self._shapes[key] = _find_shape(contract, topic)
        return self._shapes[key]


@lru_cache(maxsize=8)
def decoder(deployment: Deployment) -> Decoder:
    return Decoder(deployment)


def _find_shape(contract: DeployedContract, topic: bytes) -> _Shape:
    for entry in contract.abi:
        if entry.get("type") == "event" and event_topic(entry) == topic:
            return _shape_of(contract, entry)
    raise DecodeError("{contract} has no event with topic {topic}", contract=contract.name, topic=to_hex(topic))


def event_topic(entry: dict[str, Any]) -> bytes:
    """Return the first topic of an ABI's event."""
    return keccak(f"{entry['name']}({','.join(type_name(item) for item in entry['inputs'])})".encode())


def _shape_of(contract: DeployedContract, entry: dict[str, Any]) -> _Shape:
    kind = event_kind(contract.name, entry["name"])
    if kind is None:
        raise DecodeError(
            "{contract} has an event {event} that this program does not know",
            contract=contract.name,
            event=entry["name"],
        )
    fields = event_fields(kind)
    found = [(item["name"], type_name(item)) for item in entry["inputs"]]
    if found != [(camel_case(name), of) for name, of in fields]:
        raise DecodeError(
            "{contract} words the event {event} otherwise than this program",
            contract=contract.name,
            event=entry["name"],
        )
    indexed = [item["indexed"] for item in entry["inputs"]]
    plain = tuple(one for one, is_topic in zip(fields, indexed, strict=True) if not is_topic)
    topics = tuple(one for one, is_topic in zip(fields, indexed, strict=True) if is_topic)
    return _Shape(
        kind=kind,
        contract=contract.name,
        indexed=topics,
        plain=plain,
        is_static=not any(of.endswith("[]") or of == "string" for _, of in plain),
        read=reader([of for _, of in (*topics, *plain)]),
    )


def event_kind(contract: str, name: str) -> type[Event] | None:
    """Return the class of a contract's event."""
    for kind in EVENTS:
        if kind.__name__ == name and kind.CONTRACT in (contract, ANY_CONTRACT):
            return kind
    return None


def event_fields(kind: type[Event]) -> list[tuple[str, str]]:
    """Return an event's fields as (name, ABI type), in order."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        (name, str(hints[name].__metadata__[0]))
        for name in kind.__dataclass_fields__
        if hasattr(hints[name], "__metadata__")
    ]


def _plain(shape: _Shape, log: Log) -> dict[str, Any] | None:
    """The fields of a log whose every word is as it should be; None for any other, whose fault is to be named."""
    topics, fields = log.topics[1:], (*shape.indexed, *shape.plain)
    if shape.read is None or len(topics) != len(shape.indexed) or any(len(topic) != WORD_BYTES for topic in topics):
        return None
    words = b"".join((*topics, log.data))
    values = shape.read(words) if len(words) == WORD_BYTES * len(fields) else None
    return None if values is None else {name: value for (name, _), value in zip(fields, values, strict=True)}


def _topics(shape: _Shape, topics: tuple[bytes, ...]) -> dict[str, Any]:
    if len(topics) != len(shape.indexed):
        raise DecodeError(
            "{event} has {expected} indexed fields, the log {found}",
            event=shape.kind.__name__,
            expected=len(shape.indexed),
            found=len(topics),
        )
    return {name: _values(shape, (of,), topic)[0] for (name, of), topic in zip(shape.indexed, topics, strict=True)}


def _data(shape: _Shape, data: bytes) -> dict[str, Any]:
    kinds = tuple(of for _, of in shape.plain)
    values = _values(shape, kinds, data)
    is_exact = len(data) == 32 * len(kinds) if shape.is_static else abi_encode(kinds, values) == data
    if not is_exact:
        raise DecodeError("{event} has data of the wrong length or form", event=shape.kind.__name__)
    return {name: value for (name, _), value in zip(shape.plain, values, strict=True)}


def _values(shape: _Shape, kinds: tuple[str, ...], data: bytes) -> tuple[Any, ...]:
    try:
        values = abi_decode(kinds, data)
    except (DecodingError, UnicodeDecodeError) as error:
        raise DecodeError("{event} cannot be read: {why}", event=shape.kind.__name__, why=error) from error
    return tuple(normal(value, of) for value, of in zip(values, kinds, strict=True))
