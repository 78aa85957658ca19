"""A struct with its signature, in the form the bank's API takes."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chaincode.ids import to_hex
from chaincode.typed_data import SignedStruct

T = TypeVar("T", bound=SignedStruct)


@dataclass(frozen=True)
class SignedMessage(Generic[T]):
    """What somebody signed, and the 65 bytes that prove it."""

    struct: T
    signature: bytes

    def to_json(self) -> dict[str, Any]:
        return {"message": self.struct.to_json(), "signature": to_hex(self.signature)}
