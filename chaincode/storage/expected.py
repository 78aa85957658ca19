"""What a contract's storage must be: every slot by the hash of its position, with its variable, its keys, its value.

Mostly one value. Some slots may hold one of a few, and some have bits that no record tells (a digest of a message
that went through another contract): their place is known and that they are not empty, so that a slot that
nobody can explain is still found.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chaincode.errors import LayoutError
from chaincode.storage.layout import Key, StorageLayout, hashed, slot_of, word

ALL = 2**256 - 1
"""Every bit of a slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What one slot must hold: one of `values`, but for the bits of `free`."""

    variable: str
    keys: tuple[Key, ...]
    values: tuple[int, ...]
    free: int = 0

    def allows(self, found: int) -> bool:
        """Tell whether the slot may hold this; one whose bits are all unknown may not be empty."""
        if self.free == ALL:
            return found != 0
        return any((found ^ value) & ~self.free == 0 for value in self.values)

    def __str__(self) -> str:
        return self.variable + "".join(f"[{shown(key)}]" for key in self.keys)


class Expected:
    """The expected storage of one contract."""

    def __init__(self, layout: StorageLayout) -> None:
        self.layout = layout
        self.slots: dict[bytes, Slot] = {}
        self.positions: dict[bytes, int] = {}
        """Where each slot is, by the hash that `slots` knows it by: a node is asked for places, a trie for hashes."""
        self.unplaced: Counter[str] = Counter()
        """Slots of a variable whose key is in no record, at most so many."""

    @property
    def contract(self) -> str:
        return self.layout.contract

    def put(self, name: str, keys: tuple[Key, ...], value: Key, place: int = 0) -> None:
        """Expect a value; `place` counts through a fixed array."""
        self.put_any(name, keys, (value,), place)

    def put_any(self, name: str, keys: tuple[Key, ...], values: Iterable[Key], place: int = 0) -> None:
        """Expect one of these values."""
        numbers = tuple(dict.fromkeys(self._number(name, value) for value in values))
        self._set(name, keys, numbers, 0, place)

    def put_digest(
        self, name: str, keys: tuple[Key, ...], digests: Iterable[bytes], bits: int = 256, rest: int = 0
    ) -> None:
        """Expect the highest `bits` of one of these digests above `rest`; of an unknown digest if there are none."""
        low = 256 - bits
        values = tuple(dict.fromkeys(int.from_bytes(one, "big") >> low << low | rest for one in digests))
        free = 0 if values else ALL >> low << low
        self._set(name, keys, values or (rest,), free, 0)

    def rebuilt(self, found: Mapping[bytes, int]) -> dict[bytes, int] | None:
        """Return the whole storage, by hashes of slots; None if any slot has bits that no record tells.

        What was found decides where one of a few values is possible, and nowhere else.
        """
        if self.unplaced or any(one.free for one in self.slots.values()):
            return None
        values = {
            key: next((value for value in one.values if value == found.get(key, 0)), one.values[0])
            for key, one in self.slots.items()
        }
        return {key: value for key, value in values.items() if value}

    def _number(self, name: str, value: Key) -> int:
        number = value if isinstance(value, int) else int.from_bytes(word(value), "big")
        if not 0 <= number <= ALL:
            raise LayoutError(self.contract, name, "cannot hold {number}", number=number)
        return int(number)

    def _set(self, name: str, keys: tuple[Key, ...], values: tuple[int, ...], free: int, place: int) -> None:
        variable = self.layout.find(name)
        if variable.depth != len(keys):
            raise AssertionError(f"{self.contract}.{variable.path} takes {variable.depth} keys")
        position = slot_of(variable, keys, place)
        where = hashed(position)
        self.positions[where] = position
        self.slots[where] = Slot(variable.path, (*keys, place) if variable.is_array else keys, values, free)


def shown(key: Key) -> str:
    """Return a key as people read it."""
    return "0x" + key.hex() if isinstance(key, bytes) else str(key)
