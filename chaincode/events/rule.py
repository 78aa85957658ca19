"""Standing rules under which the bank may consent."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class CategoryNamed(Event):
    """A category of recipients (1), purposes (2) or processing (3) got its name, for good."""

    CONTRACT: ClassVar[str] = "rule"
    kind: Uint256
    place: Uint256
    name_hash: Bytes32


@dataclass(frozen=True)
class PartnerCategorized(Event):
    """A partner belongs to a category of recipients."""

    CONTRACT: ClassVar[str] = "rule"
    partner: Address
    place: Uint256


@dataclass(frozen=True)
class RuleSet(Event):
    """A member set a rule under which the bank may consent."""

    CONTRACT: ClassVar[str] = "rule"
    rule_id: Bytes32
    member: Address
    survey_id: Bytes32
    item_mask: Uint256
    recipient_mask: Uint256
    purpose_mask: Uint256
    processing_mask: Uint256
    k_minimum: Uint32
    coins_minimum: Uint32
    uses_maximum: Uint32
    valid_until: Uint64
    sequence: Uint64


@dataclass(frozen=True)
class RuleEnded(Event):
    """A member ended a standing rule, which may never have come; what it signed before comes too late."""

    CONTRACT: ClassVar[str] = "rule"
    rule_id: Bytes32
    member: Address
    sequence: Uint64
