"""The quick way to decode the transactions that nearly all are: legacy ones, canonical in every byte.

The result is the same object of py-evm that its own decoder makes, filled without going through the generic RLP
library. For anything unusual there is no result, and the general way finds out what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from . import rlp_codec

EIP155_V_START = 35
FIELDS = 9
NUMBERS = (0, 1, 2, 4, 6, 7, 8)
"""nonce, gas price, gas, value, v, r, s; the others are the recipient and the data."""
TO = 3
NUMBER_BYTES_MAX = 32
SHORT_STRING_MAX, SHORT_LIST_MAX = 0xB7, 0xF7


def legacy_parts(raw: bytes) -> list[bytes] | None:
    """The nine strings of a canonical legacy transaction, or None."""
    position, end = _list_payload(raw)
    if end != len(raw):
        return None
    parts: list[bytes] = []
    while position < end:
        first = raw[position]
        if first < 0x80:
            parts.append(raw[position : position + 1])
            position += 1
            continue
        begin = position + 1
        length = first - 0x80
        if first > SHORT_STRING_MAX:
            begin += first - SHORT_STRING_MAX
            length = int.from_bytes(raw[position + 1 : begin], "big")
            if first > 0xBF or raw[position + 1] == 0 or length <= 55:
                return None
        position = begin + length
        if position > end or (length == 1 and raw[begin] < 0x80):
            return None
        parts.append(raw[begin:position])
    return parts if len(parts) == FIELDS else None


def legacy_signed_message(parts: list[bytes]) -> tuple[int | None, int, bytes]:
    """The chain id that the signature names (None before EIP-155), its parity, and what was signed."""
    v = int.from_bytes(parts[6], "big")
    if v < EIP155_V_START:
        return None, v - 27, rlp_codec.encode_node(parts[:6])
    chain_id, parity = divmod(v - EIP155_V_START, 2)
    return chain_id, parity, rlp_codec.encode_node([*parts[:6], rlp_codec.integer_bytes(chain_id), b"", b""])


def legacy_transaction(builder: Any, parts: list[bytes]) -> Any:
    """py-evm's transaction of these strings, or None when one of them is not as it should be."""
    values: list[Any] = list(parts)
    for index in NUMBERS:
        part = parts[index]
        if part[:1] == b"\x00" or len(part) > NUMBER_BYTES_MAX:
            return None
        values[index] = int.from_bytes(part, "big")
    if len(parts[TO]) not in (0, 20):
        return None
    made_class = getattr(builder, "legacy_signed", builder)
    made = made_class.__new__(made_class)
    made.__dict__.update(zip(made_class._meta.field_attrs, values, strict=True))
    return made


def _list_payload(raw: bytes) -> tuple[int, int]:
    """Where the list's payload begins and ends; an end of -1 when the list is not canonical."""
    first = raw[0]
    if first <= SHORT_LIST_MAX:
        return 1, 1 + first - 0xC0
    begin = 1 + first - SHORT_LIST_MAX
    length = int.from_bytes(raw[1:begin], "big")
    if len(raw) < begin or raw[1] == 0 or length <= 55:
        return begin, -1
    return begin, begin + length
