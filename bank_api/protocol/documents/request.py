"""The papers around a partner's request: its contract, its price, its reading from the signed words."""

from collections.abc import Sequence

from pds_adapter.sealing.canonical import canonical_json, commit

SERVED_CLASSES = frozenset({1, 2})
"""Legal classes whose releases the bank can make: anonymized data, statistics. What asks for another is not filed."""


L_MINIMUM = 2
"""No class may agree in a sensitive answer: k alone would let a partner read it off everybody in the class."""
T_UNBOUNDED = 100
"""Percent: answers of a class may differ from everybody's as they will."""


def contract_text(items: Sequence[str], purpose: str, description: str, retention_days: int, salt: str) -> str:
    """What the contract hash stands for: the promises that the signed numbers do not already carry.

    `items` are the keys of the questions, in the partner's order. The salt keeps the hash on the ledger from being
    compared with guesses of the text.
    """
    promises = {
        "salt": salt,
        "description": description,
        "items": list(items),
        "purpose": purpose,
        "retention_days": retention_days,
    }
    return canonical_json(promises).decode()


def release_coins(coins_base: int, coins_per_item: int, item_mask: int) -> int:
    """What one release of these items earns a member."""
    return coins_base + coins_per_item * item_mask.bit_count()


def note_hash(salt: bytes, note: str) -> bytes:
    """The board's note on the ledger: salted, so that it cannot be compared with guesses."""
    return commit(salt, note.encode())
