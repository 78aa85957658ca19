"""Words in JSON, signed by accounts' keys for whoever reads JSON Web Signatures (RFC 7515): ES256K (RFC 8812).

The signer's public key stands in the header, and is believed for its address alone, which whoever reads must know. A
signature is over SHA-256 of its own text, so none is one of a message (EIP-191, EIP-712) or a transaction. Not taken:
other algorithms, other types than the one expected, another spelling of base64url.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from chaincode.errors import MessageError
from chaincode.ids import checksummed
from chaincode.keccak import keccak
from chaincode.keys import Key

ALGORITHM: Final = "ES256K"
REGISTRY: Final = jws.JWSRegistry(algorithms=[ALGORITHM])
HEADER_CHARACTERS_MAX: Final = 2048
"""So it cannot nest deeply: the parser of a process that runs py-evm would overflow its stack instead of stopping."""
PARTS: Final = ("kty", "crv", "x", "y")


def sign_jws(payload: bytes, kind: str, key: Key) -> str:
    """The compact form of `payload` under `key`; `kind` is the header's `typ`."""
    return jws.serialize_compact(
        {"alg": ALGORITHM, "typ": kind, "jwk": public_jwk(key)}, payload, _key(key), registry=REGISTRY
    )


def open_jws(text: str, kind: str) -> tuple[dict[str, str], bytes]:
    """The signer's public JWK, and what it signed. Raises MessageError for what is no signature of this kind."""
    try:
        head = text.partition(".")[0]
        if len(head) > HEADER_CHARACTERS_MAX:
            raise MessageError("jws", "the signature does not hold")
        header = json.loads(from_base64url(head))
        if header.get("alg") != ALGORITHM or header.get("typ") != kind:
            raise MessageError("jws", f"must be {ALGORITHM} of type {kind}")
        jwk = {name: header["jwk"][name] for name in PARTS}
        found = jws.deserialize_compact(text, ECKey.import_key(jwk), registry=REGISTRY)
        return jwk, found.payload
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MessageError("jws", "the signature does not hold") from error


def public_jwk(key: Key) -> dict[str, str]:
    """The public half of an account's key."""
    return {name: str(value) for name, value in _key(key).as_dict(private=False).items()}


def address_of_jwk(jwk: Any) -> str:
    """The address of a secp256k1 key. Raises MessageError."""
    try:
        if (jwk.get("kty"), jwk.get("crv")) != ("EC", "secp256k1"):
            raise MessageError("jwk", "must be a key on secp256k1")
        point = b"".join(from_base64url(jwk[name]).rjust(32, b"\x00") for name in ("x", "y"))
        ECKey.import_key({name: jwk[name] for name in PARTS})  # a point of the curve, or refused
    except (AttributeError, KeyError, TypeError, ValueError, JoseError) as error:
        raise MessageError("jwk", "must be a key on secp256k1") from error
    return checksummed("0x" + keccak(point)[12:].hex())


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Strictly: one spelling. Raises ValueError."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, TypeError, AttributeError) as error:
        raise ValueError("no base64url") from error
    if to_base64url(content) != text:
        raise ValueError("another spelling of base64url")
    return content


def _key(key: Key) -> ECKey:
    from coincurve import PublicKey

    secret = bytes(key.key)
    point = PublicKey.from_secret(secret).format(compressed=False)[1:]
    parts: Mapping[str, str] = {
        "x": to_base64url(point[:32]), "y": to_base64url(point[32:]), "d": to_base64url(secret)
    }  # fmt: skip
    return ECKey.import_key({"kty": "EC", "crv": "secp256k1", **parts})
