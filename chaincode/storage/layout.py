"""Where Vyper puts variables: read from the compiler's storage layout, found by name wherever a module nests them.

Vyper 0.4.3: variables take consecutive slots from 1 on (0 is the reentrancy lock). A HashMap's value is at
keccak256(slot ++ key), the slot first, chained key by key; a fixed array takes consecutive slots from there. The
contracts pack words by hand and store no other kind of variable; one of another kind is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eth_hash.auto import keccak

from chaincode.errors import LayoutError

SLOTS = 2**256
LOCK = "$.nonreentrant_key"
"""What the compiler calls the reentrancy lock."""

Key = bytes | int | str
"""A 32-byte id, a number, or an address as text."""

_MAP = re.compile(r"HashMap\[\w+, (.+)\]")
_DYNAMIC = re.compile(r"DynArray|String|Bytes\[")


@dataclass(frozen=True)
class Variable:
    """One variable of a contract, by its path through the modules."""

    path: str
    slot: int
    kind: str
    """The type of a value, after all keys."""
    depth: int
    """How many keys lead to a value."""

    @property
    def is_array(self) -> bool:
        return self.kind.endswith("]")


class StorageLayout:
    """The variables of one contract."""

    def __init__(self, contract: str, tree: Mapping[str, Any]) -> None:
        """`tree` is what the compiler calls `storage_layout`."""
        self.contract = contract
        self.variables = {one.path: one for one in _flat(tree, "")}
        for one in self.variables.values():
            if _DYNAMIC.search(one.kind):
                raise LayoutError(contract, one.path, "is a {kind}, which no rule here lays out", kind=one.kind)

    def find(self, name: str) -> Variable:
        """Return the variable whose path is `name` or ends in it; refuses none and several."""
        exact = self.variables.get(name)
        if exact is not None:
            return exact
        found = [one for path, one in self.variables.items() if path.endswith(f".{name}")]
        if not found:
            raise LayoutError(self.contract, name, "is not in the compiler's storage layout")
        if len(found) > 1:
            raise LayoutError(
                self.contract, name, "could be {names}", names=" or ".join(sorted(one.path for one in found))
            )
        return found[0]


def slot_of(variable: Variable, keys: tuple[Key, ...], place: int = 0) -> int:
    """Return the slot of a variable's value under its keys; `place` counts through a fixed array."""
    slot = variable.slot
    for key in keys:
        slot = int.from_bytes(keccak(slot.to_bytes(32, "big") + word(key)), "big")
    return (slot + place) % SLOTS


def hashed(slot: int) -> bytes:
    """Return how a state trie names a slot."""
    return keccak(slot.to_bytes(32, "big"))


def word(value: Key) -> bytes:
    """Return a value as the 32 bytes that the EVM hashes or stores."""
    if isinstance(value, bytes):
        return value.rjust(32, b"\0")
    return _address(value) if isinstance(value, str) else int(value).to_bytes(32, "big")


@lru_cache(maxsize=65536)
def _address(text: str) -> bytes:
    return bytes(12) + bytes.fromhex(text[2:])


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterator[Variable]:
    """Yield every variable below: one has a slot, a module has names."""
    for name, entry in tree.items():
        if not isinstance(entry.get("slot"), int):
            yield from _flat(entry, f"{prefix}{name}.")
            continue
        kind, depth = entry["type"], 0
        while found := _MAP.fullmatch(kind):
            kind, depth = found.group(1), depth + 1
        yield Variable(prefix + name, entry["slot"], kind, depth)
