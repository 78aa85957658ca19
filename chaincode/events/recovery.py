"""How a lost key is replaced: the guardians an account named, and what they, or operator and board, set going."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Addresses, Bytes32, Flag, Uint8, Uint32, Uint64


@dataclass(frozen=True)
class GuardiansNamed(Event):
    """An account named who together may give it a new key; from `since` on."""

    CONTRACT: ClassVar[str] = "recovery"
    guardians_id: Bytes32
    account: Address
    guardians: Addresses
    threshold: Uint8
    wait_seconds: Uint32
    since: Uint64
    sequence: Uint64


@dataclass(frozen=True)
class RecoveryBegun(Event):
    """Enough approved; the account rests until `ready_at`. A final one cannot be vetoed."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address
    new_key: Address
    encryption_key_hash: Bytes32
    evidence_hash: Bytes32
    approvals: Uint8
    ready_at: Uint64
    is_final: Flag
    sequence: Uint64


@dataclass(frozen=True)
class RecoveryVetoed(Event):
    """Whoever has the old key said no."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address


@dataclass(frozen=True)
class Recovered(Event):
    """An account has its new key."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address
    sequence: Uint64
