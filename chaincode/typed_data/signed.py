"""A struct with what has to come beside it: the signature of whoever acts, and of whoever else must agree.

Everything after `struct` travels beside it in a batch, in this order; a direct call leaves out the sender's own
signature, which stands first.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chaincode.ids import to_hex
from chaincode.typed_data.eip712 import SignedStruct
from chaincode.typed_data.structs import KeyRotation, Redemption

S = TypeVar("S", bound=SignedStruct)


@dataclass(frozen=True)
class Signed(Generic[S]):
    """A struct and the signature of whoever acts."""

    struct: S
    signature: bytes

    def to_json(self) -> dict[str, Any]:
        """The form in which it travels."""
        return {"message": self.struct.to_json(), "signature": to_hex(self.signature)}


@dataclass(frozen=True)
class SignedRotation:
    """A key rotation, signed by the old key and by the new one."""

    struct: KeyRotation
    signature: bytes
    new_key_signature: bytes


class Salt(bytes):
    """32 bytes that open a salted hash."""


@dataclass(frozen=True)
class SignedRedemption:
    """A redemption, signed by the member; and by the shop, which signed it without the member's hash.

    `member` and `salt` open that hash to the contract.
    """

    struct: Redemption
    member: str
    salt: Salt
    member_signature: bytes
    shop_signature: bytes
