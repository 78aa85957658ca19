"""Signing a struct and finding who signed it, as the contracts do: 65 bytes, low s, v of 27 or 28.

A signature in any other form is refused here, before it costs a transaction.
"""

from typing import TYPE_CHECKING

from chaincode.errors import MessageError
from chaincode.keys import Key, sign_digest
from chaincode.typed_data.eip712 import Deployed, SignedStruct

if TYPE_CHECKING:
    from eth_keys.datatypes import Signature

SIGNATURE_BYTES = 65
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def sign(struct: SignedStruct, deployment: Deployed, key: Key) -> bytes:
    """Return the signature of `key` over `struct` (EIP-712)."""
    return sign_digest(struct.digest(deployment), key)


def recover(struct: SignedStruct, deployment: Deployed, signature: bytes) -> str:
    """Return the checksummed address whose key signed `struct`."""
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError

    parsed = parse_signature(signature)
    try:
        return parsed.recover_public_key_from_msg_hash(struct.digest(deployment)).to_checksum_address()
    except (BadSignature, ValidationError) as error:
        raise MessageError("signature", "is not a signature of any key over this message") from error


def parse_signature(signature: bytes) -> "Signature":
    """Return the parts of a signature; refuses one that the contracts would not take."""
    from eth_keys.datatypes import Signature

    r, s, v = check_signature(signature)
    return Signature(vrs=(v - 27, r, s))


def check_signature(signature: bytes) -> tuple[int, int, int]:
    """Return r, s and v of a signature; refuses one that the contracts would not take, whoever signed what."""
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise MessageError("signature", "must be {count} bytes", count=SIGNATURE_BYTES)
    r, s, v = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]
    if v not in (27, 28):
        raise MessageError("signature", "must end in 27 or 28")
    if s > _HALF_ORDER:
        raise MessageError("signature", "must have its lower s value")
    if r >= _ORDER:
        raise MessageError("signature", "has r or s out of range")
    return r, s, v
