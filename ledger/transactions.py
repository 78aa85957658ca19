"""Signed transactions: decoded strictly, the sender recovered once.

What is refused here needs no state: bytes that are not canonical RLP, a type this fork does not know, a
signature that nobody made or that is malleable, another chain's id, gas below the intrinsic cost.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth.abc import SignedTransactionAPI
from eth.exceptions import UnrecognizedTransactionType
from eth.vm.base import VM
from eth.vm.forks.spurious_dragon import SpuriousDragonVM
from eth_hash.auto import keccak
from eth_utils.exceptions import ValidationError

from . import rlp_codec
from .errors import TransactionError
from .legacy_decode import EIP155_V_START, legacy_parts, legacy_signed_message, legacy_transaction
from .recover import recover_signer

TYPED_FIRST_BYTE_END = 0x80
LIST_FIRST_BYTE = 0xC0
INTRINSIC_GAS = "intrinsic_gas"
"""Where a transaction of py-evm's keeps what was worked out once, in its own dictionary."""


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction whose signature was checked; `inner` is py-evm's object for it."""

    raw: bytes
    hash: bytes
    sender: bytes
    inner: SignedTransactionAPI
    nonce: int
    gas: int
    """Kept beside `inner`, whose accessors take longer than most that is done with these numbers."""

    @property
    def type(self) -> int:
        return self.raw[0] if self.raw[0] < TYPED_FIRST_BYTE_END else 0

    @property
    def replay_protected(self) -> bool:
        return self.type != 0 or self.inner.v >= EIP155_V_START  # type: ignore[attr-defined]


def decode_transaction(raw: bytes, rules: type[VM], chain_id: int, sender: bytes | None = None) -> SignedTransaction:
    """Decode one transaction in its network form. A known sender is taken as recovered before."""
    if not raw:
        raise TransactionError("typed transaction too short")
    parts = legacy_parts(raw) if raw[0] >= LIST_FIRST_BYTE else None
    inner = None if parts is None else legacy_transaction(rules.get_transaction_builder(), parts)
    if parts is None or inner is None:
        parts, inner = _decode_any(raw, rules)
    if sender is None:
        sender = _recover_sender(raw, parts, inner, rules, chain_id)
        check_cost(inner)
    inner.__dict__["sender"] = sender
    return SignedTransaction(raw, keccak(raw), sender, inner, inner.nonce, inner.gas)


def _decode_any(raw: bytes, rules: type[VM]) -> tuple[list[bytes], SignedTransactionAPI]:
    """Any kind of transaction, and the reason when it is none."""
    try:
        if raw[0] < TYPED_FIRST_BYTE_END:
            inner = rules.get_transaction_builder().decode(raw)
            return rlp_codec.decode(raw[1:]), inner
        parts: list[bytes] = rlp_codec.decode(raw)
        return parts, rules.get_transaction_builder().deserialize(parts)
    except UnrecognizedTransactionType:
        raise TransactionError("transaction type not supported") from None
    except (rlp_codec.RlpError, ValidationError, AttributeError, TypeError, IndexError, ValueError) as error:
        raise TransactionError(f"rlp: {_first_line(error)}") from None


def in_block(raw: bytes) -> bytes:
    """The transaction as it stands inside a block's RLP: as it is when legacy, as a string when typed."""
    return rlp_codec.encode_part(raw) if raw[0] < TYPED_FIRST_BYTE_END else raw


def _recover_sender(
    raw: bytes, parts: list[bytes], inner: SignedTransactionAPI, rules: type[VM], chain_id: int
) -> bytes:
    if raw[0] < TYPED_FIRST_BYTE_END:
        signed_chain_id: int | None = inner.chain_id
        message = raw[:1] + rlp_codec.encode_node(parts[:-3])
        parity = int.from_bytes(parts[-3], "big")
    else:
        signed_chain_id, parity, message = legacy_signed_message(parts)
        if signed_chain_id is not None and not issubclass(rules, SpuriousDragonVM):
            raise TransactionError("invalid sender: invalid transaction v, r, s values")
    if signed_chain_id is not None and signed_chain_id != chain_id:
        raise TransactionError(f"invalid chain id for signer: have {signed_chain_id} want {chain_id}")
    try:
        return recover_signer(parity, parts[-2], parts[-1], message, malleable=rules.fork == "frontier")
    except ValueError as error:
        raise TransactionError(f"invalid sender: {error}") from None


def check_cost(inner: SignedTransactionAPI) -> None:
    """Refuse what cannot pay for its own beginning. Raises TransactionError."""
    needed = inner.__dict__[INTRINSIC_GAS] = inner.intrinsic_gas
    if inner.gas < needed:
        raise TransactionError(f"intrinsic gas too low: gas {inner.gas}, minimum needed {needed}")
    if inner.to and len(inner.to) != 20:
        raise TransactionError("rlp: the recipient must be 20 bytes")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
