"""EIP-712 for flat structs: a frozen dataclass states the fields, this module encodes, checks and names them.

The encoding is our own because a batch carries hundreds of signatures and the type hash and domain separator
never change; a property test holds it equal to eth_account's for every struct. Values are checked when a struct
is made: a struct that exists can be encoded.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Protocol, Self, get_type_hints

from eth_hash.auto import keccak

from chaincode.errors import MessageError
from chaincode.ids import checksummed, id_from_hex, parse_address, text_hash, to_hex

Bytes32 = Annotated[bytes, "bytes32"]
Hashes = Annotated[tuple[bytes, ...], "bytes32[]"]
Address = Annotated[str, "address"]
Addresses = Annotated[tuple[str, ...], "address[]"]
Text = Annotated[str, "string"]
Texts = Annotated[tuple[str, ...], "string[]"]
Flag = Annotated[bool, "bool"]
Uint8 = Annotated[int, "uint8"]
Uint32 = Annotated[int, "uint32"]
Uint64 = Annotated[int, "uint64"]
Uint256 = Annotated[int, "uint256"]

DOMAIN_VERSION = "1"
_DOMAIN_FIELDS = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
_DOMAIN_TYPE = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_JSON_INTEGER_MAXIMUM = 2**53 - 1
"""The largest integer every JSON reader keeps exactly; a wallet gets larger ones as decimal text."""


class Deployed(Protocol):
    """What a signature is bound to: a chain and the address of a contract on it."""

    @property
    def chain_id(self) -> int: ...

    def address(self, contract: str) -> str: ...


@dataclass(frozen=True)
class SignedStruct:
    """A message that somebody signs for one of the contracts."""

    CONTRACT: ClassVar[str]
    ITEMS_MAXIMUM: ClassVar[int] = 256
    """How many a list may have: as a mask has bits, or as the contract takes. It reads no batch that has a longer one,
    whoever else is in it."""

    def __post_init__(self) -> None:
        for name, _, kind in layout(type(self)).fields:
            _CHECKS[kind](name, kind, getattr(self, name))

    def digest(self, deployment: Deployed) -> bytes:
        """Return the 32 bytes that are signed."""
        domain = domain_separator(self.CONTRACT, deployment.chain_id, deployment.address(self.CONTRACT))
        return keccak(b"\x19\x01" + domain + self.struct_hash())

    def struct_hash(self) -> bytes:
        shape = layout(type(self))
        parts = [_ENCODERS[kind](getattr(self, name)) for name, _, kind in shape.fields]
        return keccak(shape.type_hash + b"".join(parts))

    def message(self, deployment: Deployed) -> dict[str, Any]:
        """Return the typed data that any wallet's eth_signTypedData_v4 takes."""
        shape = layout(type(self))
        return {
            "types": {
                "EIP712Domain": _DOMAIN_FIELDS,
                shape.name: [{"name": camel, "type": kind} for _, camel, kind in shape.fields],
            },
            "primaryType": shape.name,
            "domain": {
                "name": domain_name(self.CONTRACT),
                "version": DOMAIN_VERSION,
                "chainId": deployment.chain_id,
                "verifyingContract": deployment.address(self.CONTRACT),
            },
            "message": {camel: _for_wallet(getattr(self, name)) for name, camel, _ in shape.fields},
        }

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values: hex text, integers, lists."""
        return {name: _to_json(getattr(self, name)) for name, _, _ in layout(type(self)).fields}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return the struct that `to_json` wrote as `value`; refuses anything else."""
        shape = layout(cls)
        if not isinstance(value, dict):
            raise MessageError(shape.name, "must be an object")
        for key in value:
            if key not in shape.names:
                raise MessageError(str(key), "is not a field of {message}", message=shape.name)
        for name in shape.names:
            if name not in value:
                raise MessageError(name, "is missing")
            if isinstance(value[name], list) and len(value[name]) > cls.ITEMS_MAXIMUM:
                raise MessageError(name, "must have at most {count} items", count=cls.ITEMS_MAXIMUM)
        parsed = {name: _FROM_JSON.get(kind, _as_is)(value[name], name) for name, _, kind in shape.fields}
        return cls(**parsed)


@dataclass(frozen=True)
class Layout:
    """A struct's EIP-712 name, type hash and fields as (python name, struct name, type)."""

    name: str
    type_hash: bytes
    fields: tuple[tuple[str, str, str], ...]
    names: frozenset[str]


def layout(struct: type[SignedStruct]) -> Layout:
    """Return how a struct is laid out, read once from its annotations."""
    found = _LAYOUTS.get(struct)
    if found is None:
        found = _LAYOUTS[struct] = _read_layout(struct)
    return found


_LAYOUTS: dict[type[SignedStruct], Layout] = {}


def _read_layout(struct: type[SignedStruct]) -> Layout:
    hints = get_type_hints(struct, include_extras=True)
    rows = tuple((f.name, camel_case(f.name), hints[f.name].__metadata__[0]) for f in fields(struct))
    signature = f"{struct.__name__}({','.join(f'{kind} {camel}' for _, camel, kind in rows)})"
    names = frozenset(name for name, _, _ in rows)
    return Layout(struct.__name__, keccak(signature.encode()), rows, names)


@lru_cache(maxsize=256)
def domain_separator(contract: str, chain_id: int, address: str) -> bytes:
    """Return the EIP-712 domain separator of a contract on a chain."""
    parts = (
        keccak(_DOMAIN_TYPE),
        text_hash(domain_name(contract)),
        text_hash(DOMAIN_VERSION),
        chain_id.to_bytes(32, "big"),
        _pad_address(address),
    )
    return keccak(b"".join(parts))


def domain_name(contract: str) -> str:
    return f"Azukari {contract}"


def camel_case(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def snake_case(name: str) -> str:
    """Return a struct's name in the form of a field: `coupon_class`."""
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")


def _pad_address(address: str) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


_ENCODERS: dict[str, Callable[[Any], bytes]] = {
    "bytes32": bytes,
    "bytes32[]": lambda values: keccak(b"".join(values)),
    "address": _pad_address,
    "address[]": lambda values: keccak(b"".join(map(_pad_address, values))),
    "string": text_hash,
    "string[]": lambda values: keccak(b"".join(map(text_hash, values))),
    "bool": _word,
    "uint8": _word,
    "uint32": _word,
    "uint64": _word,
    "uint256": _word,
}


def _check_bytes32(name: str, _kind: str, value: Any) -> None:
    if not isinstance(value, bytes) or len(value) != 32:
        raise MessageError(name, "must be 32 bytes")


def _check_address(name: str, _kind: str, value: Any) -> None:
    if not isinstance(value, str) or parse_address(value, name) != value:
        raise MessageError(name, "must be a checksummed address")


def _check_text(name: str, _kind: str, value: Any) -> None:
    if not isinstance(value, str):
        raise MessageError(name, "must be text")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise MessageError(name, "must be text that UTF-8 can carry")


def _check_list(name: str, kind: str, value: Any) -> None:
    if not isinstance(value, tuple):
        raise MessageError(name, "must be a tuple")
    for index, item in enumerate(value):
        _CHECKS[kind.removesuffix("[]")](f"{name}[{index}]", kind, item)


def _check_flag(name: str, _kind: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise MessageError(name, "must be true or false")


def _check_uint(name: str, kind: str, value: Any) -> None:
    bits = int(kind.removeprefix("uint"))
    if not isinstance(value, int) or isinstance(value, bool):
        raise MessageError(name, "must be an integer")
    if not 0 <= value < 2**bits:
        raise MessageError(name, "must be at least 0 and below 2^{bits}", bits=bits)


_CHECKS: dict[str, Callable[[str, str, Any], None]] = {
    "bytes32": _check_bytes32,
    "bytes32[]": _check_list,
    "address": _check_address,
    "address[]": _check_list,
    "string": _check_text,
    "string[]": _check_list,
    "bool": _check_flag,
    "uint8": _check_uint,
    "uint32": _check_uint,
    "uint64": _check_uint,
    "uint256": _check_uint,
}


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return to_hex(value)
    return [_to_json(item) for item in value] if isinstance(value, tuple) else value


def _for_wallet(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value > _JSON_INTEGER_MAXIMUM:
        return str(value)
    return _to_json(value)


def _as_is(value: Any, _name: str) -> Any:
    return value


def _listed(value: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise MessageError(name, "must be a list")
    return tuple(value)


def _hashes(value: Any, name: str) -> tuple[bytes, ...]:
    return tuple(id_from_hex(item, f"{name}[{place}]") for place, item in enumerate(_listed(value, name)))


def _canonical_address(value: Any, name: str) -> str:
    if parse_address(value, name) != value:
        raise MessageError(name, "must be written with its checksum: {address}", address=checksummed(value))
    return str(value)


_FROM_JSON: dict[str, Callable[[Any, str], Any]] = {
    "bytes32": id_from_hex,
    "bytes32[]": _hashes,
    "address": _canonical_address,
    "address[]": _listed,
    "string[]": _listed,
}
