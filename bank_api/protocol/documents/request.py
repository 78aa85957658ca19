"""The papers around a partner's request: its contract, its price, its reading from the signed words."""

from collections.abc import Sequence

from pds_adapter.sealing.canonical import canonical_json

SERVED_CLASSES = frozenset({1})
"""Legal classes whose releases the bank can make: anonymized data. What asks for another is not filed."""


def contract_text(items: Sequence[str], purpose: str, description: str, retention_days: int) -> str:
    """What the contract hash stands for: the promises that the signed numbers do not already carry.

    `items` are the keys of the questions, in the partner's order.
    """
    promises = {
        "description": description,
        "items": list(items),
        "purpose": purpose,
        "retention_days": retention_days,
    }
    return canonical_json(promises).decode()


def release_coins(coins_base: int, coins_per_item: int, item_mask: int) -> int:
    """What one release of these items earns a member."""
    return coins_base + coins_per_item * item_mask.bit_count()
