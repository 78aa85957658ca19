"""Reading JSON-RPC parameters: strict, with geth's words for what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import InvalidParamsError

HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
"""Python's int() takes signs, spaces, underscores and the digits of every script."""
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
        return flag(self.get(index), f"argument {index}", default)

    def mapping(self, index: int) -> Mapping[str, Any]:
        return mapping(self.get(index, {}), f"argument {index}")


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """An object; None counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidParamsError(f"invalid {where}: must be an object")
    return value


def listing(value: Any, where: str) -> list[Any]:
    """A list; None counts as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidParamsError(f"invalid {where}: must be a list")
    return value


def flag(value: Any, where: str, default: bool = False) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise InvalidParamsError(f"invalid {where}: must be true or false")
    return value


def only(value: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Refuse a field that nobody knows rather than ignore it."""
    unknown = sorted(set(value).difference(known))
    if unknown:
        raise InvalidParamsError(f"invalid {where}.{unknown[0]}: unknown field")


def quantity(value: Any, where: str, most: int = UINT64_MAX) -> int:
    """A hex number without leading zeros, as the specification's QUANTITY."""
    digits = _hex_digits(value, where)
    if digits == "":
        raise InvalidParamsError(f'invalid {where}: hex string "0x"')
    if len(digits) > 1 and digits[0] == "0":
        raise InvalidParamsError(f"invalid {where}: hex number with leading zero digits")
    if not HEX_DIGITS.issuperset(digits):
        raise InvalidParamsError(f"invalid {where}: invalid hex string")
    number = int(digits, 16)
    if number > most:
        raise InvalidParamsError(f"invalid {where}: hex number > {most.bit_length()} bits")
    return number


def data(value: Any, where: str) -> bytes:
    """Hex bytes of any length, as the specification's DATA."""
    digits = _hex_digits(value, where)
    if len(digits) % 2:
        raise InvalidParamsError(f"invalid {where}: hex string of odd length")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        found = b""
    if len(found) * 2 != len(digits):  # Python also takes spaces
        raise InvalidParamsError(f"invalid {where}: invalid hex string")
    return found


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
