"""Reading JSON-RPC parameters: strict, with geth's words for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidParamsError

UINT64_MAX = 2**64 - 1
UINT256_MAX = 2**256 - 1


class Arguments:
    """The positional parameters of one call."""

    def __init__(self, values: Sequence[Any], required: int, most: int | None = None) -> None:
        most = required if most is None else most
        if len(values) > most:
            raise InvalidParamsError(f"too many arguments, want at most {most}")
        for index in range(required):
            if index >= len(values) or values[index] is None:
                raise InvalidParamsError(f"missing value for required argument {index}")
        self._values = values

    def get(self, index: int, default: Any = None) -> Any:
        if index >= len(self._values) or self._values[index] is None:
            return default
        return self._values[index]

    def quantity(self, index: int) -> int:
        return quantity(self._values[index], f"argument {index}")

    def data(self, index: int) -> bytes:
        return data(self._values[index], f"argument {index}")

    def address(self, index: int) -> bytes:
        return fixed(self._values[index], 20, f"argument {index}")

    def hash(self, index: int) -> bytes:
        return fixed(self._values[index], 32, f"argument {index}")

    def flag(self, index: int, default: bool = False) -> bool:
        value = self.get(index, default)
        if not isinstance(value, bool):
            raise InvalidParamsError(f"invalid argument {index}: must be true or false")
        return value

    def mapping(self, index: int) -> Mapping[str, Any]:
        value = self.get(index, {})
        if not isinstance(value, Mapping):
            raise InvalidParamsError(f"invalid argument {index}: must be an object")
        return value


def quantity(value: Any, where: str, most: int = UINT64_MAX) -> int:
    """A hex number without leading zeros, as the specification's QUANTITY."""
    digits = _hex_digits(value, where)
    if digits == "":
        raise InvalidParamsError(f'invalid {where}: hex string "0x"')
    if len(digits) > 1 and digits[0] == "0":
        raise InvalidParamsError(f"invalid {where}: hex number with leading zero digits")
    try:
        number = int(digits, 16)
    except ValueError:
        raise InvalidParamsError(f"invalid {where}: invalid hex string") from None
    if number > most:
        raise InvalidParamsError(f"invalid {where}: hex number > {most.bit_length()} bits")
    return number


def data(value: Any, where: str) -> bytes:
    """Hex bytes of any length, as the specification's DATA."""
    digits = _hex_digits(value, where)
    if len(digits) % 2:
        raise InvalidParamsError(f"invalid {where}: hex string of odd length")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise InvalidParamsError(f"invalid {where}: invalid hex string") from None


def fixed(value: Any, length: int, where: str) -> bytes:
    """Hex bytes of one length: an address or a hash."""
    found = data(value, where)
    if len(found) != length:
        raise InvalidParamsError(f"invalid {where}: hex string has length {len(found) * 2}, want {length * 2}")
    return found


def _hex_digits(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidParamsError(f"invalid {where}: must be a hex string")
    if value == "":
        raise InvalidParamsError(f"invalid {where}: empty hex string")
    if value[:2] not in ("0x", "0X"):
        raise InvalidParamsError(f"invalid {where}: hex string without 0x prefix")
    return value[2:]
