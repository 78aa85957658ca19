"""What partners ask for, and what the board decides."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, Flag, SignedStruct, Text, Uint8, Uint32, Uint64, Uint256

REVOCATION_STATEMENT = "We take our approval of this request back"


@dataclass(frozen=True)
class DataRequest(SignedStruct):
    """A partner asks for data with a purpose and says what it pays. `t_percent` is how far answers may stand out."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    partner: Address
    survey_id: Bytes32
    recipient: Text
    purpose: Text
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
    deadline: Uint64


@dataclass(frozen=True)
class Decision(SignedStruct):
    """The board approves or refuses a request, by the digest of the very words that the partner signed."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    board: Address
    request_digest: Bytes32
    approved: Flag
    decision_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class ApprovalRevocation(SignedStruct):
    """The board takes its approval of a request back, by the digest of the very words that it approved."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    board: Address
    request_digest: Bytes32
    statement: Text
    reason_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Closing(SignedStruct):
    """A partner ends its request and gets back what is still locked."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    partner: Address
    deadline: Uint64
