"""Document keys in escrow and their openings."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Addresses, Bytes32, Uint8, Uint32, Uint64


@dataclass(frozen=True)
class EscrowCreated(Event):
    """An owner put a document key in escrow."""

    CONTRACT: ClassVar[str] = "escrow"
    escrow_id: Bytes32
    owner: Address
    threshold: Uint8
    custodians: Addresses
    commitments_hash: Bytes32
    document_hash: Bytes32
    opening_delay_seconds: Uint32
    heir: Address
    replaces: Bytes32


@dataclass(frozen=True)
class ShareAcknowledged(Event):
    """A custodian verified its share."""

    CONTRACT: ClassVar[str] = "escrow"
    escrow_id: Bytes32
    custodian: Address


@dataclass(frozen=True)
class EscrowActivated(Event):
    """Every custodian has its share."""

    CONTRACT: ClassVar[str] = "escrow"
    escrow_id: Bytes32


@dataclass(frozen=True)
class EscrowReplaced(Event):
    """Another escrow of the same owner became active in its place."""

    CONTRACT: ClassVar[str] = "escrow"
    escrow_id: Bytes32
    successor: Bytes32


@dataclass(frozen=True)
class OpeningRequested(Event):
    """Somebody asked that an escrow be opened."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    escrow_id: Bytes32
    requester: Address
    recipient_key_hash: Bytes32
    reason_hash: Bytes32
    not_before: Uint64


@dataclass(frozen=True)
class OpeningVetoed(Event):
    """The owner stopped an opening."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    owner: Address


@dataclass(frozen=True)
class Contributed(Event):
    """A custodian contributed to an opening."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    custodian: Address
    contribution_hash: Bytes32


@dataclass(frozen=True)
class EscrowOpened(Event):
    """Enough custodians contributed."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    escrow_id: Bytes32
