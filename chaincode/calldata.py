"""How each signed struct travels in calldata: texts the contract knows by hash do not travel, or travel as their hash.

Which fields the contract knows is declared with the act; a struct without one cannot be sent.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from chaincode.acts import ACT_OF
from chaincode.ids import text_hash
from chaincode.typed_data import CONSENT_GIVEN, SIGNATURE_BYTES, Salt, SignedStruct
from chaincode.typed_data.eip712 import layout


def to_calldata(struct: SignedStruct) -> tuple[Any, ...]:
    """Return the tuple that the contract takes for `struct`."""
    left_out = ACT_OF[type(struct)].known
    return tuple(
        _travelling(name, kind)(getattr(struct, name))
        for name, _, kind in layout(type(struct)).fields
        if name not in left_out
    )


def item_to_calldata(item: Any) -> tuple[Any, ...]:
    """Return the tuple that a batch takes for a struct and all that travels beside it."""
    beside = [getattr(item, field.name) for field in fields(item)][1:]
    return to_calldata(item.struct), *map(beside_to_calldata, beside)


def beside_to_calldata(value: Any) -> Any:
    """Return what travels for a signature; an account and a salt travel as they are."""
    if isinstance(value, Salt):
        return bytes(value)
    return signature_to_calldata(value) if isinstance(value, bytes) else value


def signature_to_calldata(signature: bytes) -> tuple[bytes, bytes, int]:
    """Return (r, s, v). One of a wrong length becomes zeros, which the contract refuses for this item alone."""
    whole = signature if len(signature) == SIGNATURE_BYTES else bytes(SIGNATURE_BYTES)
    return whole[:32], whole[32:64], whole[64]


def _travelling(name: str, kind: str) -> Callable[[Any], Any]:
    if name == "decision":
        return _is_given
    return text_hash if kind == "string" else _as_it_is


def _is_given(decision: str) -> bool:
    """Any other text than the two becomes a refusal that nobody signed, and the contract says so."""
    return decision == CONSENT_GIVEN


def _as_it_is(value: Any) -> Any:
    return value
