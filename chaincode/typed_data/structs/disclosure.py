"""What partners say of a release: that it arrived, that it is gone."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, SignedStruct, Text, Uint64

DELETION_STATEMENT = "We have deleted this release and every copy of it"


@dataclass(frozen=True)
class Deletion(SignedStruct):
    """A partner declares that it has deleted a release."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    partner: Address
    statement: Text
    evidence_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Acknowledgement(SignedStruct):
    """A partner acknowledges that a release with this root arrived."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    partner: Address
    payload_root: Bytes32
    deadline: Uint64
