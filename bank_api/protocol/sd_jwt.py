"""Credentials whose holder shows some of what they say: SD-JWT with key binding (RFC 9901), by wallets' own keys.

A source (an employer, a clinic) signs what it knows of somebody, each claim behind a salted digest; the holder shows a
verifier the claims that are asked for and no others, and proves with its own key that it is the holder, for this
verifier and this moment. A check ("income below 5,000,000": yes) is a claim of its own, so that the amount stays away.

Signatures are those of `chaincode.jws`. Not taken: nested or decoy-less arrays of disclosures, a claim twice, a
disclosure that no digest stands for, anything after its end.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from bank_api.protocol.errors import CredentialError, FieldError
from bank_api.protocol.messages.said import said
from chaincode import jws
from chaincode.errors import MessageError
from chaincode.jws import from_base64url, to_base64url
from chaincode.keys import Key
from pds_adapter.sealing.canonical import load_shallow_json

TYPE, BINDING_TYPE, KEY_PROOF_TYPE = "dc+sd-jwt", "kb+jwt", "openid4vci-proof+jwt"
SALT_BYTES: Final = 16
AHEAD_SECONDS: Final = 600
OWN: Final = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "sub", "_sd", "_sd_alg", "..."})
"""Names that say how a credential is to be taken; none of them is a claim."""
SIGNED_ALONE: Final = OWN - {"sub", "..."}
"""What may stand in the signed part: all else would be shown to everybody, whatever its holder chose to show."""


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
        """The inverse of `to_text`. Raises CredentialError for what is no SD-JWT."""
        signed, *rest = text.strip().split("~")
        if not rest or not signed or not all(rest[:-1]):
            raise CredentialError(said("error-no-credential"))
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


class Issuer(Protocol):
    """Who signs for a source: a key, or a process that has it."""

    @property
    def address(self) -> str: ...

    def vouch(self, payload: bytes, kind: str) -> str:
        """A JWS of this type, under the key of the address."""


@dataclass(frozen=True)
class KeyInHand:
    """Implements `Issuer`."""

    key: Key

    @property
    def address(self) -> str:
        return self.key.address

    def vouch(self, payload: bytes, kind: str) -> str:
        return jws.sign_jws(payload, kind, self.key)


def issue(
    claims: Mapping[str, Any],
    kind: str,
    issuer: Issuer,
    holder: Mapping[str, str] | None,
    now: int,
    until: int | None,
    randomness: Callable[[int], bytes],
) -> Credential:
    """A credential of these claims, each of which can be shown alone. `holder` is a public JWK (`jws.public_jwk`), of
    which nothing is signed but the key: whoever asks chooses the rest of it.
    """
    if not claims or OWN & set(claims):
        raise FieldError("FACTS", said("rule-credential-claims", names=", ".join(sorted(OWN & set(claims)))))
    disclosures = [
        to_base64url(json.dumps([to_base64url(randomness(SALT_BYTES)), name, value], ensure_ascii=False).encode())
        for name, value in claims.items()
    ]
    payload: dict[str, Any] = {"iss": issuer.address, "iat": now, "vct": kind, "_sd_alg": "sha-256"}
    payload["_sd"] = sorted(_digest(one) for one in disclosures)
    payload |= {} if until is None else {"exp": until}
    payload |= {} if holder is None else {"cnf": {"jwk": {name: holder[name] for name in jws.PARTS}}}
    return Credential(issuer.vouch(_compact(payload), TYPE), tuple(disclosures))


def only(credential: Credential, names: Collection[str]) -> Credential:
    """The credential with these claims alone. Raises FieldError."""
    found = dict(_disclosed(one) for one in credential.disclosures)
    if not set(names) <= set(found):
        raise FieldError("--claim", said("rule-one-of", names=", ".join(found)))
    return Credential(credential.signed, tuple(one for one in credential.disclosures if _disclosed(one)[0] in names))


def show(
    credential: Credential, names: Collection[str], holder: Key, audience: str, nonce: str, now: int
) -> Credential:
    """The credential with these claims alone, and the holder's proof for one verifier.

    Raises FieldError, and CredentialError for a key that it is not bound to: no verifier would believe that.
    """
    bound = _opened(credential.signed, TYPE)[1].get("cnf")
    if not isinstance(bound, dict) or address_of(bound.get("jwk")) != holder.address:
        raise CredentialError(said("error-credential-not-yours", holder=holder.address))
    shown = only(credential, names)
    proof = {"iat": now, "aud": audience, "nonce": nonce, "sd_hash": _digest(shown.without_binding)}
    return replace(shown, binding=jws.sign_jws(_compact(proof), BINDING_TYPE, holder))


def verify(
    credential: Credential,
    issuer: str | None,
    now: int | None,
    audience: str | None = None,
    nonce: str | None = None,
) -> Verified:
    """What it says. Raises CredentialError naming what does not hold.

    1. Signed by this issuer (None: by whom it names itself), 2. within its time (None: at any), 3. each disclosure
    stands for a digest, none twice, and nothing is said past the disclosures, 4. where an audience is named, shown by
    its holder to this audience, for this nonce, in these moments.
    """
    jwk, payload = _opened(credential.signed, TYPE)  # 1.
    signer = address_of(jwk)
    if payload.get("iss") != signer or issuer not in (None, signer):
        raise CredentialError(said("error-credential-issuer", signer=signer, issuer=issuer or str(payload.get("iss"))))
    issued, until = _times(payload, now)  # 2.
    claims = _claims(credential, payload)  # 3.
    bound = payload.get("cnf", {}).get("jwk") if isinstance(payload.get("cnf"), dict) else None
    holder = None if bound is None else address_of(bound)
    if audience is not None:  # 4.
        _check_binding(credential, holder, audience, nonce, now)
    kind = str(payload.get("vct", ""))
    return Verified(signer, holder, kind, issued, until, claims, audience is not None)


def prove_key(holder: Key, source: str, nonce: str, now: int) -> str:
    """The holder's word to a source that this key is the holder's (OpenID4VCI, appendix F.1)."""
    return jws.sign_jws(_compact({"aud": source, "iat": now, "nonce": nonce}), KEY_PROOF_TYPE, holder)


def proven_key(proof: str, source: str, nonce: str) -> dict[str, str]:
    """The public JWK that such a word is of, for the source that gave the nonce. Raises CredentialError."""
    jwk, payload = _opened(proof, KEY_PROOF_TYPE)
    if (payload.get("aud"), payload.get("nonce")) != (source, nonce):
        raise CredentialError(said("error-credential-not-bound"))
    return jwk


def address_of(jwk: Any) -> str:
    """The address of a holder's key. Raises CredentialError."""
    try:
        return jws.address_of_jwk(jwk)
    except MessageError as error:
        raise CredentialError(said("error-no-credential")) from error


def _times(payload: Mapping[str, Any], now: int | None) -> tuple[int, int | None]:
    """When it was issued and when it ends."""
    issued, begins, until = payload.get("iat"), payload.get("nbf"), payload.get("exp")
    if type(issued) is not int or not all(one is None or type(one) is int for one in (begins, until)):
        raise CredentialError(said("error-credential-time"))
    if now is not None and max(issued, begins or 0) > now + AHEAD_SECONDS:
        raise CredentialError(said("error-credential-time"))
    if now is not None and until is not None and until <= now:
        raise CredentialError(said("error-credential-over"))
    return issued, until


def _claims(credential: Credential, payload: Mapping[str, Any]) -> dict[str, Any]:
    for name in payload:
        if name not in SIGNED_ALONE:
            raise CredentialError(said("error-credential-open", name=name))
    digests = payload.get("_sd")
    if payload.get("_sd_alg") != "sha-256" or not isinstance(digests, list):
        raise CredentialError(said("error-no-credential"))
    if not all(isinstance(one, str) for one in digests) or len(set(digests)) != len(digests):
        raise CredentialError(said("error-no-credential"))
    claims: dict[str, Any] = {}
    for one in credential.disclosures:
        name, value = _disclosed(one)
        if _digest(one) not in digests or name in claims or name in OWN:
            raise CredentialError(said("error-credential-claim", name=name))
        claims[name] = value
    return claims


def _check_binding(
    credential: Credential, holder: str | None, audience: str, nonce: str | None, now: int | None
) -> None:
    if holder is None or not credential.binding:
        raise CredentialError(said("error-credential-not-bound"))
    jwk, proof = _opened(credential.binding, BINDING_TYPE)
    at = proof.get("iat")
    expected = (audience, nonce, _digest(credential.without_binding))
    told = (proof.get("aud"), proof.get("nonce"), proof.get("sd_hash"))
    if address_of(jwk) != holder or told != expected:
        raise CredentialError(said("error-credential-not-bound"))
    if type(at) is not int or now is None or not now - AHEAD_SECONDS <= at <= now + AHEAD_SECONDS:
        raise CredentialError(said("error-credential-time"))


def _compact(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _opened(signed: str, kind: str) -> tuple[dict[str, str], Mapping[str, Any]]:
    """The signer's public JWK, and what it signed."""
    try:
        jwk, content = jws.open_jws(signed, kind)
        found = load_shallow_json(content.decode())
    except (MessageError, ValueError) as error:
        raise CredentialError(said("error-credential-signature")) from error
    if not isinstance(found, dict):
        raise CredentialError(said("error-no-credential"))
    return jwk, found


def _disclosed(disclosure: str) -> tuple[str, Any]:
    try:
        found = load_shallow_json(from_base64url(disclosure).decode())
    except ValueError as error:
        raise CredentialError(said("error-no-credential")) from error
    if not isinstance(found, list) or len(found) != 3 or not all(isinstance(one, str) for one in found[:2]):
        raise CredentialError(said("error-no-credential"))
    return found[1], found[2]


def _digest(text: str) -> str:
    return to_base64url(hashlib.sha256(text.encode("ascii")).digest())
