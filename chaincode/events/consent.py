"""Consents, their states and their uses."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Uint8, Uint32, Uint64, Uint256


class ConsentState(IntEnum):
    """What `ConsentChanged.state` says."""

    UNKNOWN = 0
    REQUESTED = 1
    GIVEN = 2
    REFUSED = 3
    RENEWED = 4
    WITHDRAWN = 5
    EXPIRED = 6
    REVOKED = 7
    SUPERSEDED = 8


IN_FORCE = (ConsentState.GIVEN, ConsentState.RENEWED)
RECORDED = (ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.RENEWED)


@dataclass(frozen=True)
class ConsentChanged(Event):
    """A consent reached a state."""

    CONTRACT: ClassVar[str] = "consent"
    consent_id: Bytes32
    request_id: Bytes32
    member: Address
    state: Uint8
    items: Uint256
    valid_from: Uint64
    valid_until: Uint64
    uses_maximum: Uint32
    coins: Uint32
    notice_hash: Bytes32
    sequence: Uint64 = 0
    """Of the member's words, in milliseconds since 1970; 0 where nobody signed."""


@dataclass(frozen=True)
class ConsentUsed(Event):
    """A release used a consent."""

    CONTRACT: ClassVar[str] = "consent"
    release_id: Bytes32
    consent_id: Bytes32
    coins: Uint32


@dataclass(frozen=True)
class ConsentHeld(Event):
    """A large release that is still open wants a consent."""

    CONTRACT: ClassVar[str] = "consent"
    release_id: Bytes32
    consent_id: Bytes32


@dataclass(frozen=True)
class ConsentByRule(Event):
    """The bank consents for a member under the member's standing rule."""

    CONTRACT: ClassVar[str] = "consent"
    consent_id: Bytes32
    rule_id: Bytes32
    member: Address
