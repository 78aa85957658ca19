"""Signing a struct and finding who signed it, as the contracts do: 65 bytes, low s, v of 27 or 28.

A signature in any other form is refused here, before it costs a transaction.
"""

from eth_account.signers.local import LocalAccount
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_typing import Hash32
from eth_utils.exceptions import ValidationError as KeyValidationError

from chaincode.errors import MessageError
from chaincode.typed_data.eip712 import Deployed, SignedStruct

SIGNATURE_BYTES = 65
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def sign(struct: SignedStruct, deployment: Deployed, account: LocalAccount) -> bytes:
    """Return the 65-byte signature r || s || v of `account` over `struct`."""
    return bytes(account.unsafe_sign_hash(Hash32(struct.digest(deployment))).signature)


def recover(struct: SignedStruct, deployment: Deployed, signature: bytes) -> str:
    """Return the checksummed address whose key signed `struct`."""
    parsed = parse_signature(signature)
    try:
        return parsed.recover_public_key_from_msg_hash(struct.digest(deployment)).to_checksum_address()
    except (BadSignature, KeyValidationError) as error:
        raise MessageError("signature", "is not a signature of any key over this message") from error


def parse_signature(signature: bytes) -> Signature:
    """Return the parts of a signature; refuses one that the contracts would not take."""
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise MessageError("signature", f"must be {SIGNATURE_BYTES} bytes")
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if v not in (27, 28):
        raise MessageError("signature", "must end in 27 or 28")
    if s > _HALF_ORDER:
        raise MessageError("signature", "must have its lower s value")
    try:
        return Signature(vrs=(v - 27, r, s))
    except (BadSignature, KeyValidationError) as error:
        raise MessageError("signature", "has r or s out of range") from error
