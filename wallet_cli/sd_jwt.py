"""Credentials whose holder shows some of what they say: SD-JWT with key binding (RFC 9901), by wallets' own keys.

A source (an employer, a clinic) signs what it knows of somebody, each claim behind a salted digest; the holder shows a
verifier the claims that are asked for and no others, and proves with its own key that it is the holder, for this
verifier and this moment. A check ("income below 5,000,000": yes) is a claim of its own, so that the amount stays away.

Signatures are ES256K (RFC 8812) by `joserfc`. The signer's public key stands in the header and is believed for its
address alone, which the verifier must know. Not taken: other algorithms, nested or decoy-less arrays of disclosures,
a claim twice, a disclosure that no digest stands for, anything after its end.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from bank_api.protocol.messages.said import said
from chaincode.ids import checksummed
from chaincode.keccak import keccak
from chaincode.keys import Key
from ledger.strict_json import load_json
from pds_adapter.sealing.canonical import depth_of
from wallet_cli.errors import EvidenceError, InputError

ALGORITHM: Final = "ES256K"
TYPE, BINDING_TYPE = "dc+sd-jwt", "kb+jwt"
SALT_BYTES: Final = 16
AHEAD_SECONDS: Final = 600
DEPTH_MAX: Final = 32
REGISTRY: Final = jws.JWSRegistry(algorithms=[ALGORITHM])
OWN: Final = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "sub", "_sd", "_sd_alg", "..."})
"""Names that say how a credential is to be taken; none of them is a claim."""


@dataclass(frozen=True)
class Credential:
    """As it was given: the signed part, the disclosures beside it, and the holder's proof where it was shown."""

    signed: str
    disclosures: tuple[str, ...] = field(repr=False)
    binding: str = ""

    @property
    def without_binding(self) -> str:
        return "~".join((self.signed, *self.disclosures, ""))

    def to_text(self) -> str:
        return self.without_binding + self.binding

    @classmethod
    def from_text(cls, text: str) -> "Credential":
        """The inverse of `to_text`. Raises EvidenceError for what is no SD-JWT."""
        signed, *rest = text.strip().split("~")
        if not rest or not signed or not all(rest[:-1]):
            raise EvidenceError(said("error-no-credential"))
        return cls(signed, tuple(rest[:-1]), rest[-1])


@dataclass(frozen=True)
class Verified:
    """What a credential says to this verifier."""

    issuer: str
    """Address of whoever signed it."""
    holder: str | None
    """Address of whom it is about, where it is bound to one."""
    kind: str
    issued_at: int
    expires_at: int | None
    claims: Mapping[str, Any] = field(repr=False)
    is_shown_by_holder: bool = False


def issue(
    claims: Mapping[str, Any],
    kind: str,
    issuer: Key,
    holder: Mapping[str, str] | None,
    now: int,
    until: int | None,
    randomness: Callable[[int], bytes],
) -> Credential:
    """A credential of these claims, each of which can be shown alone. `holder` is a public JWK (`public_jwk`)."""
    if not claims or OWN & set(claims):
        raise InputError("FACTS", said("rule-credential-claims", names=", ".join(sorted(OWN & set(claims)))))
    disclosures = [
        _base64(json.dumps([_base64(randomness(SALT_BYTES)), name, value], ensure_ascii=False).encode())
        for name, value in claims.items()
    ]
    payload: dict[str, Any] = {"iss": issuer.address, "iat": now, "vct": kind, "_sd_alg": "sha-256"}
    payload["_sd"] = sorted(_digest(one) for one in disclosures)
    payload |= {} if until is None else {"exp": until}
    payload |= {} if holder is None else {"cnf": {"jwk": dict(holder)}}
    return Credential(_signed(payload, TYPE, issuer), tuple(disclosures))


def show(credential: Credential, names: Sequence[str], holder: Key, audience: str, nonce: str, now: int) -> Credential:
    """The credential with these claims alone, and the holder's proof for one verifier. Raises InputError."""
    found = dict(_disclosed(one) for one in credential.disclosures)
    missing = [name for name in names if name not in found]
    if missing:
        raise InputError("--show", said("rule-one-of", names=", ".join(found)))
    chosen = tuple(one for one in credential.disclosures if _disclosed(one)[0] in names)
    shown = Credential(credential.signed, chosen)
    proof = {"iat": now, "aud": audience, "nonce": nonce, "sd_hash": _digest(shown.without_binding)}
    return Credential(credential.signed, chosen, _signed(proof, BINDING_TYPE, holder))


def verify(
    credential: Credential, issuer: str, now: int, audience: str | None = None, nonce: str | None = None
) -> Verified:
    """What it says. Raises EvidenceError naming what does not hold.

    1. Signed by this issuer, 2. within its time, 3. each disclosure stands for a digest, none twice, 4. where an
    audience is named, shown by its holder to this audience, for this nonce, in these moments.
    """
    header, payload = _opened(credential.signed, TYPE)  # 1.
    signer = address_of(header.get("jwk"))
    if signer != issuer or payload.get("iss") != issuer:
        raise EvidenceError(said("error-credential-issuer", signer=signer, issuer=issuer))
    issued, until = payload.get("iat"), payload.get("exp")  # 2.
    if type(issued) is not int or issued > now + AHEAD_SECONDS or not (until is None or type(until) is int):
        raise EvidenceError(said("error-credential-time"))
    if until is not None and until <= now:
        raise EvidenceError(said("error-credential-over"))
    claims = _claims(credential, payload)  # 3.
    bound = payload.get("cnf", {}).get("jwk") if isinstance(payload.get("cnf"), dict) else None
    holder = None if bound is None else address_of(bound)
    if audience is not None:  # 4.
        _check_binding(credential, holder, audience, nonce, now)
    kind = str(payload.get("vct", ""))
    return Verified(signer, holder, kind, issued, until, claims, audience is not None)


def public_jwk(key: Key) -> dict[str, str]:
    """The public half of a wallet's key, as a holder gives it to a source."""
    return {name: str(value) for name, value in _key(key).as_dict(private=False).items()}


def address_of(jwk: Any) -> str:
    """The address of a secp256k1 key. Raises EvidenceError."""
    try:
        if jwk.get("kty") != "EC" or jwk.get("crv") != "secp256k1":
            raise EvidenceError(said("error-no-credential"))
        point = b"".join(_decoded(jwk[name]).rjust(32, b"\x00") for name in ("x", "y"))
        ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})  # a point of the curve, or refused
    except (AttributeError, KeyError, TypeError, ValueError, JoseError) as error:
        raise EvidenceError(said("error-no-credential")) from error
    return checksummed("0x" + keccak(point)[12:].hex())


def _claims(credential: Credential, payload: Mapping[str, Any]) -> dict[str, Any]:
    digests = payload.get("_sd")
    if payload.get("_sd_alg") != "sha-256" or not isinstance(digests, list) or len(set(digests)) != len(digests):
        raise EvidenceError(said("error-no-credential"))
    claims: dict[str, Any] = {}
    for one in credential.disclosures:
        name, value = _disclosed(one)
        if _digest(one) not in digests or name in claims or name in OWN:
            raise EvidenceError(said("error-credential-claim", name=name))
        claims[name] = value
    return claims


def _check_binding(credential: Credential, holder: str | None, audience: str, nonce: str | None, now: int) -> None:
    if holder is None or not credential.binding:
        raise EvidenceError(said("error-credential-not-bound"))
    header, proof = _opened(credential.binding, BINDING_TYPE)
    at = proof.get("iat")
    expected = (audience, nonce, _digest(credential.without_binding))
    told = (proof.get("aud"), proof.get("nonce"), proof.get("sd_hash"))
    if address_of(header.get("jwk")) != holder or told != expected:
        raise EvidenceError(said("error-credential-not-bound"))
    if type(at) is not int or not now - AHEAD_SECONDS <= at <= now + AHEAD_SECONDS:
        raise EvidenceError(said("error-credential-time"))


def _signed(payload: Mapping[str, Any], kind: str, key: Key) -> str:
    header = {"alg": ALGORITHM, "typ": kind, "jwk": public_jwk(key)}
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, content, _key(key), registry=REGISTRY)


def _opened(signed: str, kind: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and payload, under the signature of the key that the header names."""
    try:
        header = _json(_decoded(signed.partition(".")[0]))
        if header.get("alg") != ALGORITHM or header.get("typ") != kind:
            raise EvidenceError(said("error-no-credential"))
        address_of(header.get("jwk"))
        key = ECKey.import_key({name: header["jwk"][name] for name in ("kty", "crv", "x", "y")})
        found = jws.deserialize_compact(signed, key, registry=REGISTRY)
        return header, _json(found.payload)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(said("error-credential-signature")) from error


def _disclosed(disclosure: str) -> tuple[str, Any]:
    try:
        decoded = _decoded(disclosure)
        if depth_of(decoded) > DEPTH_MAX:
            raise EvidenceError(said("error-no-credential"))
        salt, name, value = load_json(decoded)
    except (ValueError, TypeError) as error:
        raise EvidenceError(said("error-no-credential")) from error
    if not isinstance(salt, str) or not isinstance(name, str):
        raise EvidenceError(said("error-no-credential"))
    return name, value


def _json(content: bytes) -> Mapping[str, Any]:
    if depth_of(content) > DEPTH_MAX:
        raise EvidenceError(said("error-no-credential"))
    found = load_json(content)
    if not isinstance(found, dict):
        raise EvidenceError(said("error-no-credential"))
    return found


def _key(key: Key) -> ECKey:
    from coincurve import PublicKey

    secret = bytes(key.key)
    point = PublicKey.from_secret(secret).format(compressed=False)[1:]
    parts = {"x": _base64(point[:32]), "y": _base64(point[32:]), "d": _base64(secret)}
    return ECKey.import_key({"kty": "EC", "crv": "secp256k1", **parts})


def _digest(text: str) -> str:
    return _base64(hashlib.sha256(text.encode("ascii")).digest())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    """Strictly: one spelling."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, TypeError, AttributeError) as error:
        raise ValueError("no base64url") from error
    if _base64(content) != text:
        raise ValueError("another spelling of base64url")
    return content
