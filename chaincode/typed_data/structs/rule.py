"""Under which terms the bank may consent for a member."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, SignedStruct, Text, Texts, Uint32, Uint64, Uint256

RULE_STATEMENT = "Under these terms the bank may consent for me"
RULE_END_STATEMENT = "I end this standing rule"


@dataclass(frozen=True)
class StandingRule(SignedStruct):
    """A member lets the bank consent on its behalf, to these items, recipients, purposes and processing."""

    CONTRACT: ClassVar[str] = "rule"
    rule_id: Bytes32
    member: Address
    statement: Text
    survey_id: Bytes32
    items: Texts
    item_mask: Uint256
    recipients: Texts
    recipient_mask: Uint256
    purposes: Texts
    purpose_mask: Uint256
    processing: Texts
    processing_mask: Uint256
    k_minimum: Uint32
    coins_minimum: Uint32
    uses_maximum: Uint32
    valid_until: Uint64
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class RuleEnd(SignedStruct):
    """A member ends a standing rule."""

    CONTRACT: ClassVar[str] = "rule"
    rule_id: Bytes32
    member: Address
    statement: Text
    sequence: Uint64
    deadline: Uint64
