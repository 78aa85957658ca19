"""Reading call objects, as eth_call and its kin take them: what is to be run, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.transactions import Authorization
from eth_typing import Address

from ..errors import ExecutionFailedError, InvalidParamsError
from ..simulate import CALL_GAS_MAX, CallMessage
from .arguments import UINT64_MAX, UINT256_MAX, data, fixed, listing, only, quantity

CALL_FIELDS = frozenset(
    {
        *("from", "to", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "value", "data", "input"),
        *("nonce", "accessList", "type", "chainId", "maxFeePerBlobGas", "blobVersionedHashes", "blobs"),
        "authorizationList",
    }
)
AUTHORIZATION_FIELDS = ("chainId", "address", "nonce", "yParity", "r", "s", "v")
ACCESS_FIELDS = ("address", "storageKeys")


def read_message(request: Mapping[str, Any], vm: Any, where: str = "argument 0", gas_default: int = 0) -> CallMessage:
    """The message of a call object. Without a gas limit it gets `gas_default`, or as much as a call may have."""
    only(request, CALL_FIELDS, where)
    _read_what_does_not_matter(request, where)
    gas = _number(request, "gas", where, gas_default or min(int(vm.state.gas_limit), CALL_GAS_MAX), UINT64_MAX)
    price, fee, tip = _prices(request, where)
    sender, to = request.get("from"), request.get("to")
    if request.get("blobVersionedHashes") is not None and not isinstance(vm, CancunVM):
        raise InvalidParamsError(f"invalid {where}.blobVersionedHashes: unknown before Cancun")
    return CallMessage(
        sender=fixed(sender, 20, f"{where}.from") if sender is not None else b"\x00" * 20,
        to=fixed(to, 20, f"{where}.to") if to is not None else b"",
        gas=min(gas, CALL_GAS_MAX),
        gas_price=price,
        max_fee_per_gas=fee,
        max_priority_fee_per_gas=tip,
        value=_number(request, "value", where, 0),
        data=_payload(request, where),
        access_list=read_access_list(request.get("accessList"), f"{where}.accessList"),
        blob_versioned_hashes=tuple(
            fixed(item, 32, f"{where}.blobVersionedHashes[{index}]")
            for index, item in enumerate(listing(request.get("blobVersionedHashes"), f"{where}.blobVersionedHashes"))
        ),
        max_fee_per_blob_gas=_number(request, "maxFeePerBlobGas", where, 0),
        authorization_list=_authorizations(request, vm, f"{where}.authorizationList"),
    )


def read_access_list(entries: Any, where: str) -> list[tuple[bytes, list[int]]]:
    return [_access(entry, f"{where}[{index}]") for index, entry in enumerate(listing(entries, where))]


def _access(entry: Any, where: str) -> tuple[bytes, list[int]]:
    if not isinstance(entry, Mapping):
        raise InvalidParamsError(f"invalid {where}: must be an object")
    only(entry, ACCESS_FIELDS, where)
    keys = listing(entry.get("storageKeys"), f"{where}.storageKeys")
    slots = [fixed(key, 32, f"{where}.storageKeys[{index}]") for index, key in enumerate(keys)]
    return fixed(entry.get("address"), 20, f"{where}.address"), [int.from_bytes(slot, "big") for slot in slots]


def _payload(request: Mapping[str, Any], where: str) -> bytes:
    payload, legacy_payload = request.get("input"), request.get("data")
    if payload is not None and legacy_payload is not None and payload != legacy_payload:
        raise InvalidParamsError(
            'both "data" and "input" are set and not equal. Please use "input" to pass transaction call data'
        )
    if payload is not None:
        return data(payload, f"{where}.input")
    return b"" if legacy_payload is None else data(legacy_payload, f"{where}.data")


def _prices(request: Mapping[str, Any], where: str) -> tuple[int, int, int]:
    """Gas price, most per gas, most tip per gas."""
    price = _optional(request, "gasPrice", where)
    fee, tip = _optional(request, "maxFeePerGas", where), _optional(request, "maxPriorityFeePerGas", where)
    if price is not None and (fee is not None or tip is not None):
        raise InvalidParamsError("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified")
    fee = fee if fee is not None else (price or 0)
    tip = tip if tip is not None else (price or 0)
    if tip > fee and fee:
        raise ExecutionFailedError(f"max priority fee per gas higher than max fee per gas: {tip} > {fee}")
    return price if price is not None else fee, fee, tip


def _read_what_does_not_matter(request: Mapping[str, Any], where: str) -> None:
    """Fields that a call may carry because it was made from a transaction; they have to be well formed all the same."""
    for field in ("nonce", "type", "chainId"):
        _number(request, field, where, 0, UINT64_MAX)
    if listing(request.get("blobs"), f"{where}.blobs"):
        raise InvalidParamsError(f"invalid {where}.blobs: not supported in calls")


def _authorizations(request: Mapping[str, Any], vm: Any, where: str) -> tuple[Authorization, ...]:
    entries = listing(request.get("authorizationList"), where)
    if entries and not isinstance(vm, PragueVM):
        raise InvalidParamsError(f"invalid {where}: unknown before Prague")
    return tuple(_authorization(entry, f"{where}[{index}]") for index, entry in enumerate(entries))


def _authorization(entry: Any, where: str) -> Authorization:
    if not isinstance(entry, Mapping):
        raise InvalidParamsError(f"invalid {where}: must be an object")
    only(entry, AUTHORIZATION_FIELDS, where)

    def number(field: str, most: int = UINT256_MAX) -> int:
        return quantity(entry.get(field), f"{where}.{field}", most)

    chain_id, nonce, parity = number("chainId"), number("nonce", UINT64_MAX), number("yParity", 255)
    address = fixed(entry.get("address"), 20, f"{where}.address")
    return Authorization(chain_id, Address(address), nonce, parity, *map(_lax_number(entry, where), ("r", "s")))


def _lax_number(entry: Mapping[str, Any], where: str) -> Callable[[str], int]:
    """Signatures come with leading zeros as well as without."""

    def number(field: str) -> int:
        value = entry.get(field)
        text = f"0x{value[2:].lstrip('0') or '0'}" if isinstance(value, str) and value[:2] == "0x" else value
        return quantity(text, f"{where}.{field}", UINT256_MAX)

    return number


def _optional(request: Mapping[str, Any], field: str, where: str) -> int | None:
    value = request.get(field)
    return None if value is None else quantity(value, f"{where}.{field}", UINT256_MAX)


def _number(request: Mapping[str, Any], field: str, where: str, default: int, most: int = UINT256_MAX) -> int:
    value = request.get(field)
    return default if value is None else quantity(value, f"{where}.{field}", most)
