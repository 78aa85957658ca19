"""Who is who, with which key, and who acts for whom."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, Flag, SignedStruct, Text, Uint64, Uint256

DELEGATION_STATEMENT = "I let this account act for me"
ACCEPTANCE_STATEMENT = "I accept the new terms"


@dataclass(frozen=True)
class Join(SignedStruct):
    """A person joins the bank under the terms whose hash is named."""

    CONTRACT: ClassVar[str] = "membership"
    join_id: Bytes32
    account: Address
    statement: Text
    terms_hash: Bytes32
    encryption_key_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Acceptance(SignedStruct):
    """A member, or who may consent for it, accepts the terms whose hash is named: they were set after it joined."""

    CONTRACT: ClassVar[str] = "membership"
    acceptance_id: Bytes32
    account: Address
    statement: Text
    terms_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class KeyRotation(SignedStruct):
    """An account moves to a new key: the old key and the new key sign the same words."""

    CONTRACT: ClassVar[str] = "membership"
    rotation_id: Bytes32
    account: Address
    new_key: Address
    encryption_key_hash: Bytes32
    evidence_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class EncryptionKey(SignedStruct):
    """An account names, by its hash, the key that documents for it are sealed to."""

    CONTRACT: ClassVar[str] = "membership"
    key_id: Bytes32
    account: Address
    encryption_key_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Seat(SignedStruct):
    """The board takes somebody in as member of the board (16) or operator (8), or lets somebody go."""

    CONTRACT: ClassVar[str] = "membership"
    seat_id: Bytes32
    account: Address
    role: Uint256
    seated: Flag
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Appointment(SignedStruct):
    """The board lets a guardian act for somebody who cannot sign, within a scope, until a date."""

    CONTRACT: ClassVar[str] = "membership"
    delegation_id: Bytes32
    account: Address
    guardian: Address
    scope: Uint64
    until: Uint64
    evidence_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Delegation(SignedStruct):
    """An account lets another act for it, within a scope, until a date; scope 0 ends it."""

    CONTRACT: ClassVar[str] = "membership"
    delegation_id: Bytes32
    account: Address
    statement: Text
    delegate: Address
    scope: Uint64
    until: Uint64
    sequence: Uint64
    deadline: Uint64
