"""How a lost key is replaced."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Addresses, Bytes32, SignedStruct, Text, Uint8, Uint32, Uint64

GUARDIANS_STATEMENT = "Together these may give my account a new key"


@dataclass(frozen=True)
class Guardians(SignedStruct):
    """An account names who together may give it a new key, and how long that waits for its veto."""

    CONTRACT: ClassVar[str] = "recovery"
    ITEMS_MAXIMUM: ClassVar[int] = 8
    guardians_id: Bytes32
    account: Address
    statement: Text
    guardians: Addresses
    threshold: Uint8
    wait_seconds: Uint32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Recovery(SignedStruct):
    """An account whose key is lost gets a new one: the new key, and everybody who approves, sign the same words."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address
    new_key: Address
    encryption_key_hash: Bytes32
    evidence_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class RecoveryVeto(SignedStruct):
    """Whoever still has an account's key stops its recovery."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address
    deadline: Uint64
