"""What members agree to, and take back."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, SignedStruct, Text, Texts, Uint32, Uint64, Uint256

CONSENT_GIVEN = "I consent"
CONSENT_REFUSED = "I refuse"
CONSENT_WITHDRAWN = "I withdraw my consent"


@dataclass(frozen=True)
class Consent(SignedStruct):
    """A member gives or refuses consent to one request, item by item."""

    CONTRACT: ClassVar[str] = "consent"
    consent_id: Bytes32
    member: Address
    request_id: Bytes32
    request_digest: Bytes32
    decision: Text
    recipient: Text
    purpose: Text
    items: Texts
    item_mask: Uint256
    valid_from: Uint64
    valid_until: Uint64
    uses_maximum: Uint32
    coins: Uint32
    notice_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Withdrawal(SignedStruct):
    """A member takes a consent back."""

    CONTRACT: ClassVar[str] = "consent"
    consent_id: Bytes32
    member: Address
    decision: Text
    reason_hash: Bytes32
    sequence: Uint64
    deadline: Uint64
