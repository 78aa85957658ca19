"""Documents that custodians open together."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Addresses, Bytes32, SignedStruct, Uint8, Uint32, Uint64


@dataclass(frozen=True)
class EscrowPolicy(SignedStruct):
    """An owner entrusts a document key to custodians, `threshold` of whom can open it."""

    CONTRACT: ClassVar[str] = "escrow"
    ITEMS_MAXIMUM: ClassVar[int] = 16
    escrow_id: Bytes32
    owner: Address
    threshold: Uint8
    custodians: Addresses
    commitments_hash: Bytes32
    document_hash: Bytes32
    opening_delay_seconds: Uint32
    heir: Address
    """May ask for an opening as well, to a key of its own; the empty address for nobody."""
    replaces: Bytes32
    """The owner's escrow that this one ends when it becomes active; empty for none."""
    deadline: Uint64


@dataclass(frozen=True)
class ShareReceipt(SignedStruct):
    """A custodian has received and verified a share."""

    CONTRACT: ClassVar[str] = "escrow"
    escrow_id: Bytes32
    custodian: Address
    commitments_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class OpeningRequest(SignedStruct):
    """The owner or a custodian asks that an escrow be opened to the named recipient key."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    escrow_id: Bytes32
    requester: Address
    recipient_key_hash: Bytes32
    reason_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Veto(SignedStruct):
    """The owner stops an opening."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    owner: Address
    deadline: Uint64


@dataclass(frozen=True)
class Contribution(SignedStruct):
    """A custodian contributes a share to an opening that was asked for in the words whose hash is `request_hash`."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    custodian: Address
    request_hash: Bytes32
    contribution_hash: Bytes32
    deadline: Uint64
