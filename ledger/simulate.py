"""Executing a message without a transaction: eth_call, gas estimates, access lists, permission questions.

Nothing is charged, nothing needs a signature, and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from eth.abc import ComputationAPI
from eth.constants import CREATE_CONTRACT_ADDRESS, ZERO_ADDRESS
from eth.exceptions import OutOfGas, Revert
from eth.vm.forks.berlin.transactions import calculate_txn_intrinsic_gas_berlin
from eth.vm.forks.cancun.constants import BLOB_TX_TYPE, GAS_PER_BLOB
from eth.vm.forks.prague.constants import PER_EMPTY_ACCOUNT_BASE_COST
from eth_utils.exceptions import ValidationError

CALL_GAS_MAX = 50_000_000
ESTIMATE_TOLERANCE = 0.015
"""A gas estimate may be this much above the least that works, as geth's is."""


@dataclass
class CallMessage:
    """The fields py-evm reads from a transaction; unsigned, and free of charge unless a price is named."""

    sender: bytes = ZERO_ADDRESS
    to: bytes = CREATE_CONTRACT_ADDRESS
    gas: int = CALL_GAS_MAX
    gas_price: int = 0
    max_fee_per_gas: int = 0
    max_priority_fee_per_gas: int = 0
    value: int = 0
    data: bytes = b""
    nonce: int = 0
    access_list: list[tuple[bytes, list[int]]] = field(default_factory=list)
    blob_versioned_hashes: tuple[bytes, ...] = ()
    max_fee_per_blob_gas: int = 0
    authorization_list: tuple[Any, ...] = ()
    type_id: int = 0
    intrinsic_gas: int = 0
    r: int = 0
    s: int = 0
    y_parity: int = 0

    @property
    def coins_needed(self) -> int:
        """What the sender must have: the value, and the gas and blobs at the most that is offered for them."""
        blobs = GAS_PER_BLOB * len(self.blob_versioned_hashes) * self.max_fee_per_blob_gas
        return self.gas * (self.max_fee_per_gas or self.gas_price) + blobs + self.value


@dataclass(frozen=True)
class CallResult:
    output: bytes
    gas_used: int
    error: Exception | None
    computation: ComputationAPI
    gas_used_max: int = 0
    """Before anything was refunded."""

    @property
    def reverted(self) -> bool:
        return isinstance(self.error, Revert)

    @property
    def out_of_gas(self) -> bool:
        return isinstance(self.error, OutOfGas)


def intrinsic_gas(vm: Any, message: Any) -> int:
    """What the message costs before its first instruction."""
    unsigned = vm.create_unsigned_transaction(
        nonce=0, gas_price=0, gas=message.gas, to=message.to, value=message.value, data=message.data
    )
    base = int(unsigned.intrinsic_gas)
    if message.access_list:
        listed = calculate_txn_intrinsic_gas_berlin(message)
        plain = calculate_txn_intrinsic_gas_berlin(replace(message, access_list=[]))
        base += listed - plain
    return base + PER_EMPTY_ACCOUNT_BASE_COST * len(message.authorization_list)


def set_blob_base_fee(state: Any, price: int) -> None:
    """py-evm computes it from what the parent's header says, and has no way to change it from outside."""
    state.__class__ = type(type(state).__name__, (type(state),), {"blob_base_fee": price})


def run_message(vm: Any, message: CallMessage) -> CallResult:
    """Execute the message on the VM's state. The caller owns the state and throws it away or reverts it."""
    state = vm.state
    if message.blob_versioned_hashes:
        message = replace(message, type_id=BLOB_TX_TYPE)
        if not message.max_fee_per_blob_gas:  # as with gas: who names no price pays none
            set_blob_base_fee(state, 0)
    message = replace(message, intrinsic_gas=intrinsic_gas(vm, message))
    if message.gas < message.intrinsic_gas:
        raise ValidationError(f"intrinsic gas too low: have {message.gas}, want {message.intrinsic_gas}")
    executor = state.get_transaction_executor()
    evm_message = executor.build_evm_message(message)
    computation = executor.build_computation(evm_message, message)
    executor.finalize_computation(message, computation)
    error = computation.error if computation.is_error else None
    gas_used = vm.finalize_gas_used(message, computation)
    return CallResult(
        output=computation.output,
        gas_used=gas_used,
        error=error,
        computation=computation,
        gas_used_max=max(gas_used, message.gas - computation.get_gas_remaining()),
    )


def attempt(vm: Any, message: CallMessage) -> CallResult:
    """Run the message and take everything back. Overrides made before count as the state it starts from."""
    vm.state.lock_changes()
    snapshot = vm.state.snapshot()
    try:
        return run_message(vm, message)
    finally:
        vm.state.revert(snapshot)


def estimate_gas(vm: Any, message: CallMessage) -> tuple[int, CallResult]:
    """The least gas, within a tolerance, with which the message succeeds; and the run at the full limit."""
    full = attempt(vm, message)
    if full.error is not None:
        return 0, full
    low, high = intrinsic_gas(vm, message) - 1, message.gas
    if attempt(vm, replace(message, gas=full.gas_used)).error is None:
        return full.gas_used, full
    low = max(low, full.gas_used)
    likely = (full.gas_used + full.computation.get_gas_refund() + 2300) * 64 // 63
    if likely < high and attempt(vm, replace(message, gas=likely)).error is None:
        high = likely
    while high - low > 1 and (high - low) / high > ESTIMATE_TOLERANCE:
        middle = min((low + high) // 2, low * 2)
        if attempt(vm, replace(message, gas=middle)).error is None:
            high = middle
        else:
            low = middle
    return high, full
