"""How each signed struct travels in calldata: texts the contract knows by hash do not travel, or travel as their hash.

Which field goes where is the contracts' decision; a struct without an entry here cannot be sent.
"""

from collections.abc import Callable
from typing import Any

from chaincode.ids import text_hash
from chaincode.typed_data import (
    CONSENT_GIVEN,
    SIGNATURE_BYTES,
    Acknowledgement,
    Answer,
    BoundTransfer,
    Closing,
    CoinTransfer,
    Consent,
    Contribution,
    CouponClass,
    CouponTransfer,
    DataRequest,
    Decision,
    Delegation,
    Deletion,
    Entry,
    EscrowPolicy,
    GiftOrder,
    Join,
    KeyRotation,
    OpeningRequest,
    Purchase,
    Redemption,
    RuleEnd,
    ShareReceipt,
    SignedStruct,
    StandingRule,
    Veto,
    Withdrawal,
)
from chaincode.typed_data.eip712 import layout

_KNOWN_TO_THE_CONTRACT: dict[type[SignedStruct], frozenset[str]] = {
    Join: frozenset({"statement"}),
    KeyRotation: frozenset(),
    Delegation: frozenset({"statement"}),
    CoinTransfer: frozenset(),
    BoundTransfer: frozenset(),
    Answer: frozenset({"survey"}),
    DataRequest: frozenset(),
    Decision: frozenset(),
    Closing: frozenset(),
    Consent: frozenset({"recipient", "purpose", "items"}),
    Withdrawal: frozenset({"decision"}),
    StandingRule: frozenset({"statement", "items", "recipients", "purposes", "processing"}),
    RuleEnd: frozenset({"statement"}),
    Acknowledgement: frozenset(),
    Deletion: frozenset({"statement"}),
    CouponClass: frozenset(),
    CouponTransfer: frozenset({"title"}),
    GiftOrder: frozenset({"title"}),
    Entry: frozenset({"title"}),
    Purchase: frozenset({"title"}),
    Redemption: frozenset({"title"}),
    EscrowPolicy: frozenset(),
    ShareReceipt: frozenset(),
    OpeningRequest: frozenset(),
    Veto: frozenset(),
    Contribution: frozenset(),
}
"""The fields that the contract fills in by itself when it rebuilds the struct's hash."""


def to_calldata(struct: SignedStruct) -> tuple[Any, ...]:
    """Return the tuple that the contract takes for `struct`."""
    left_out = _KNOWN_TO_THE_CONTRACT[type(struct)]
    return tuple(
        _travelling(name, kind)(getattr(struct, name))
        for name, _, kind in layout(type(struct)).fields
        if name not in left_out
    )


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
