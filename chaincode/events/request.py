"""Partners' requests and what became of them."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Flag, Uint8, Uint32, Uint64, Uint256


class RequestState(IntEnum):
    UNKNOWN = 0
    FILED = 1
    APPROVED = 2
    REFUSED = 3
    CLOSED = 4
    REVOKED = 5


class LegalClass(IntEnum):
    """What the output of a release is in law."""

    ANONYMIZED = 1
    STATISTICAL = 2
    PERSONAL = 3


@dataclass(frozen=True)
class RequestFiled(Event):
    """A partner asked for data and its coins were locked."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    partner: Address
    survey_id: Bytes32
    number: Uint32
    recipient_hash: Bytes32
    purpose_hash: Bytes32
    items: Uint256
    purpose_code: Uint32
    legal_class: Uint8
    k_minimum: Uint32
    l_minimum: Uint8
    t_percent: Uint8
    persons_maximum: Uint32
    coins_base: Uint32
    coins_per_item: Uint32
    valid_until: Uint64
    retention_days: Uint32
    contract_hash: Bytes32
    digest: Bytes32
    """Of the words that the partner signed."""


@dataclass(frozen=True)
class RequestDecided(Event):
    """The board decided a request."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    board: Address
    approved: Flag
    decision_hash: Bytes32


@dataclass(frozen=True)
class ApprovalRevoked(Event):
    """The board took its approval of a request back."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    board: Address
    reason_hash: Bytes32


@dataclass(frozen=True)
class RequestConsumed(Event):
    """A release used persons and coins of a request."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    persons: Uint256
    coins: Uint256


@dataclass(frozen=True)
class RequestClosed(Event):
    """A request ended and the rest of its coins went back."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    unlocked: Uint256
