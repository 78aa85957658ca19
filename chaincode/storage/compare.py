"""Slot by slot: is a contract's storage what the records say it must be, all of it and nothing else?

1. Every slot that the storage holds must be expected, and hold what is expected.
2. Every slot that is expected and not empty must be there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chaincode.ids import to_hex
from chaincode.sentence import Sentence
from chaincode.storage.expected import ALL, Expected, Slot

UNEXPLAINED = "no record explains this slot"


@dataclass(frozen=True)
class SlotDifference:
    """A slot that does not hold what it must."""

    contract: str
    variable: str
    """With its keys; empty for a slot that nothing explains: a trie names it by hash alone."""
    slot_hash: bytes
    expected: str
    found: str

    @property
    def told(self) -> str:
        where = to_hex(self.slot_hash)
        return Sentence(
            "slot {slot} holds {found}, the records say {expected}",
            slot=where,
            found=self.found,
            expected=self.expected,
        )


@dataclass(frozen=True)
class StorageReport:
    """What a contract's storage showed."""

    contract: str
    held: int
    """Slots that are not empty."""
    by_value: int
    """Of these, the ones of which every bit was compared."""
    in_part: Mapping[str, int]
    """The ones of which some bits are in no record, by variable."""
    by_key: Mapping[str, int]
    """The ones whose place alone is known, by variable: digests of messages that came through another contract."""
    differences: tuple[SlotDifference, ...]


def compare_storage(expected: Expected, found: Iterable[tuple[bytes, int]]) -> StorageReport:
    """Compare with the storage found: every slot that is not zero, as (keccak of the slot, value)."""
    seen: set[bytes] = set()
    unexplained: list[tuple[bytes, int]] = []
    differences: list[SlotDifference] = []
    kinds: tuple[Counter[str], Counter[str], Counter[str]] = Counter(), Counter(), Counter()
    by_value, in_part, by_key = kinds
    for slot_hash, value in found:  # 1.
        slot = expected.slots.get(slot_hash)
        if slot is None:
            unexplained.append((slot_hash, value))
            continue
        seen.add(slot_hash)
        if slot.allows(value):
            (by_key if slot.free == ALL else in_part if slot.free else by_value)[slot.variable] += 1
        else:
            differences.append(_difference(expected.contract, slot_hash, slot, value))
    for slot_hash, slot in expected.slots.items():  # 2.
        if slot_hash not in seen and not slot.allows(0):
            differences.append(_difference(expected.contract, slot_hash, slot, 0))
    held = len(seen) + len(unexplained)
    for variable, most in expected.unplaced.items():
        by_key[variable] += len(unexplained[:most])
        del unexplained[:most]
    differences += (SlotDifference(expected.contract, "", key, UNEXPLAINED, hex(value)) for key, value in unexplained)
    counts = dict(+in_part), dict(+by_key)
    return StorageReport(expected.contract, held, by_value.total(), *counts, tuple(differences))


def _difference(contract: str, slot_hash: bytes, slot: Slot, found: int) -> SlotDifference:
    return SlotDifference(contract, str(slot), slot_hash, _wanted(slot), hex(found))


def _wanted(slot: Slot) -> str:
    if slot.free == ALL:
        return "that it is not empty"
    values = " or ".join(map(hex, slot.values))
    return Sentence("{values} but for the bits {bits}", values=values, bits=f"{slot.free:#x}") if slot.free else values
