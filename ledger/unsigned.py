"""A message as the transaction it would be, with a signature of zeros: what a simulated block's root is made of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from eth_hash.auto import keccak

from . import rlp_codec
from .simulate import CallMessage
from .transactions import SignedTransaction

LEGACY, ACCESS_LIST, DYNAMIC_FEE, BLOB, SET_CODE = range(5)
AUTHORIZATION = ("chain_id", "address", "nonce", "y_parity", "r", "s")


def unsigned_transaction(message: CallMessage, nonce: int, kind: int, chain_id: int) -> SignedTransaction:
    """Raw bytes, hash and fields of the transaction; nobody signed it."""
    number = rlp_codec.integer_bytes
    listed = [[address, [slot.to_bytes(32, "big") for slot in slots]] for address, slots in message.access_list]
    head: list[Any] = [number(nonce)]
    tail: list[Any] = [number(message.gas), message.to, number(message.value), message.data]
    if kind in (LEGACY, ACCESS_LIST):
        fields = [*head, number(message.gas_price), *tail]
    else:
        fields = [*head, number(message.max_priority_fee_per_gas), number(message.max_fee_per_gas), *tail]
    if kind != LEGACY:
        fields = [number(chain_id), *fields, listed]
    if kind == BLOB:
        fields += [number(message.max_fee_per_blob_gas), list(message.blob_versioned_hashes)]
    if kind == SET_CODE:
        fields.append(
            [
                [number(getattr(entry, name)) if name != "address" else entry.address for name in AUTHORIZATION]
                for entry in message.authorization_list
            ]
        )
    raw = rlp_codec.encode_node([*fields, b"", b"", b""])
    raw = raw if kind == LEGACY else bytes([kind]) + raw
    inner: Any = SimpleNamespace(
        nonce=nonce,
        gas=message.gas,
        gas_price=message.gas_price,
        max_fee_per_gas=message.max_fee_per_gas,
        max_priority_fee_per_gas=message.max_priority_fee_per_gas,
        max_fee_per_blob_gas=message.max_fee_per_blob_gas,
        blob_versioned_hashes=message.blob_versioned_hashes,
        to=message.to,
        value=message.value,
        data=message.data,
        access_list=message.access_list,
        authorization_list=message.authorization_list,
        chain_id=chain_id,
        v=0,
        r=0,
        s=0,
        y_parity=0,
    )
    return SignedTransaction(raw, keccak(raw), message.sender, inner, nonce, message.gas)
