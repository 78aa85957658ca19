"""Releases of anonymized data."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Flag, Uint8, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class ReleaseOpened(Event):
    """A large release began to gather consents."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    request_id: Bytes32
    hold: Uint256
    items: Uint256
    closes_by: Uint64


@dataclass(frozen=True)
class ReleaseAbandoned(Event):
    """An open release was given up."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32


@dataclass(frozen=True)
class Disclosed(Event):
    """Anonymized data went to a partner."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    request_id: Bytes32
    partner: Address
    payload_root: Bytes32
    method_hash: Bytes32
    items: Uint256
    rows: Uint32
    suppressed: Uint32
    k: Uint32
    legal_class: Uint8


@dataclass(frozen=True)
class Acknowledged(Event):
    """The partner has the release."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    partner: Address


@dataclass(frozen=True)
class DeletionAttested(Event):
    """The partner declared that it deleted a release."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    partner: Address
    evidence_hash: Bytes32
    due_at: Uint64
    late: Flag
