"""Answers, and what takes their place."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, SignedStruct, Text, Uint64, Uint256

CORRECTION_STATEMENT = "This answer takes the place of my earlier one"


@dataclass(frozen=True)
class Answer(SignedStruct):
    """A member answers a survey; the answer stays in the PDS, its salted commitment goes on the ledger.

    `recipients_hash` says which keys it is sealed to, so that nobody puts another in between.
    """

    CONTRACT: ClassVar[str] = "survey"
    answer_id: Bytes32
    member: Address
    survey_id: Bytes32
    survey: Text
    commitment: Bytes32
    recipients_hash: Bytes32
    items: Uint256
    coins: Uint256
    deadline: Uint64


@dataclass(frozen=True)
class Correction(SignedStruct):
    """A member puts an answer in the place of the one that stands; `replaces` is that one's id. No coins move."""

    CONTRACT: ClassVar[str] = "survey"
    correction_id: Bytes32
    member: Address
    statement: Text
    survey_id: Bytes32
    survey: Text
    replaces: Bytes32
    commitment: Bytes32
    recipients_hash: Bytes32
    items: Uint256
    deadline: Uint64
