"""Who belongs to the bank, in which role, with which key."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Flag, Uint64, Uint256


@dataclass(frozen=True)
class TermsSet(Event):
    """The terms members join under were set, and until when members of before may accept them."""

    CONTRACT: ClassVar[str] = "membership"
    terms_hash: Bytes32
    statement_hash: Bytes32
    accept_by: Uint64


@dataclass(frozen=True)
class TermsAccepted(Event):
    """A member accepted the terms that were set after it joined."""

    CONTRACT: ClassVar[str] = "membership"
    acceptance_id: Bytes32
    account: Address
    terms_hash: Bytes32


@dataclass(frozen=True)
class Joined(Event):
    """A member joined."""

    CONTRACT: ClassVar[str] = "membership"
    join_id: Bytes32
    account: Address
    terms_hash: Bytes32
    encryption_key_hash: Bytes32


@dataclass(frozen=True)
class Enrolled(Event):
    """The operator gave an account a role."""

    CONTRACT: ClassVar[str] = "membership"
    account: Address
    role: Uint256
    parent: Address


@dataclass(frozen=True)
class Seated(Event):
    """A majority of the board took somebody in as member of the board or operator, or let somebody go."""

    CONTRACT: ClassVar[str] = "membership"
    seat_id: Bytes32
    account: Address
    role: Uint256
    seated: Flag
    sequence: Uint64


@dataclass(frozen=True)
class Suspended(Event):
    """An account may not act for now."""

    CONTRACT: ClassVar[str] = "membership"
    account: Address
    reason_hash: Bytes32


@dataclass(frozen=True)
class Reinstated(Event):
    """A suspended account may act again."""

    CONTRACT: ClassVar[str] = "membership"
    account: Address
    reason_hash: Bytes32


@dataclass(frozen=True)
class KeyRotated(Event):
    """An account moved to a new key."""

    CONTRACT: ClassVar[str] = "membership"
    rotation_id: Bytes32
    account: Address
    new_key: Address
    old_key: Address
    encryption_key_hash: Bytes32
    evidence_hash: Bytes32


@dataclass(frozen=True)
class EncryptionKeySet(Event):
    """An account named, by its hash, the key that documents for it are sealed to."""

    CONTRACT: ClassVar[str] = "membership"
    key_id: Bytes32
    account: Address
    encryption_key_hash: Bytes32
    sequence: Uint64


@dataclass(frozen=True)
class Dismissed(Event):
    """The operator took a role away."""

    CONTRACT: ClassVar[str] = "membership"
    account: Address
    role: Uint256
    reason_hash: Bytes32


@dataclass(frozen=True)
class Delegated(Event):
    """An account may act for another, within a scope, until a date; scope 0 ends it."""

    CONTRACT: ClassVar[str] = "membership"
    delegation_id: Bytes32
    account: Address
    delegate: Address
    scope: Uint64
    until: Uint64
    since: Uint64
    evidence_hash: Bytes32
    sequence: Uint64
