"""A credential fetched from a source that issues it, bound to this wallet.

By OpenID for Verifiable Credential Issuance 1.0.

Plan: 1. the source says of itself, under its own name, what it issues and whose leave it wants, 2. the person gives
leave there (`pulled`), 3. the source gives a nonce, 4. this wallet's key signs it, for this source, 5. the source
answers with one credential, 6. which must be bound to this wallet's key, and hold now. Neither token nor nonce is kept.
A source may issue a check alone ("income below 5,000,000": yes): then nothing else of it ever comes to this machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from bank_api.protocol import sd_jwt
from bank_api.protocol.messages.said import said
from chaincode.keys import Key
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.pulled import Returned, asked, check_address, connected, leave, read_object

FORMAT = "dc+sd-jwt"


@dataclass(frozen=True)
class Issuer:
    """A source as it says of itself; `scope` is what leave is asked for."""

    url: str
    authorization: str
    credential_endpoint: str
    nonce_endpoint: str
    scope: str


def fetch(
    url: str, kind: str, key: Key, now: int, client_id: str, returned: Returned, show: Callable[[str], None]
) -> tuple[sd_jwt.Credential, sd_jwt.Verified]:
    """A credential of this kind, and what it says. Raises EvidenceError for another one. See the plan above."""
    check_address("SOURCE", url)
    with connected() as line:
        issuer = _issuer(line, url, kind)  # 1.
        with leave(line, issuer.authorization, client_id, issuer.scope, returned, show) as token:  # 2.
            nonce = read_object(asked(line, "POST", issuer.nonce_endpoint)).get("c_nonce")  # 3.
            proof = sd_jwt.prove_key(key, issuer.url, str(nonce), now)  # 4.
            wanted = {"credential_configuration_id": kind, "proofs": {"jwt": [proof]}}
            headers = {"Authorization": f"Bearer {token}"}
            answer = read_object(asked(line, "POST", issuer.credential_endpoint, json=wanted, headers=headers))  # 5.
    return _taken(answer, key, now)


@translated_errors()
def _taken(answer: dict[str, Any], key: Key, now: int) -> tuple[sd_jwt.Credential, sd_jwt.Verified]:
    try:
        [given] = answer["credentials"]
        credential = sd_jwt.Credential.from_text(given["credential"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvidenceError(said("error-no-credential")) from error
    found = sd_jwt.verify(credential, None, now)  # 6.
    if found.holder != key.address:
        raise EvidenceError(said("rule-source-holder"))
    return credential, found


def _issuer(line: httpx.Client, url: str, kind: str) -> Issuer:
    told = read_object(asked(line, "GET", _metadata_of(url)))
    if told.get("credential_issuer") != url:
        named = str(told.get("credential_issuer"))[:200]
        raise EvidenceError(said("error-source-other", named=named, issuer=url))
    offered = told.get("credential_configurations_supported")
    kinds = {
        name: one
        for name, one in (offered.items() if isinstance(offered, dict) else ())
        if isinstance(one, dict) and one.get("format") == FORMAT
    }
    if kind not in kinds:
        raise InputError("--kind", said("rule-one-of", names=", ".join(sorted(kinds))[:500]))
    servers = told.get("authorization_servers", [url])
    parts = {"credential_endpoint": told.get("credential_endpoint"), "nonce_endpoint": told.get("nonce_endpoint")}
    for name, value in (parts | {"authorization_servers": servers[0] if isinstance(servers, list) else None}).items():
        if not isinstance(value, str):
            raise EvidenceError(said("error-source-lacks", issuer=url, what=name))
        check_address(name, value)
    return Issuer(url, servers[0], str(parts["credential_endpoint"]), str(parts["nonce_endpoint"]), _scope(kinds[kind]))


def _metadata_of(url: str) -> str:
    """Before the path, as the standard wants it (section 12.2.2)."""
    at = httpx.URL(url)
    return str(at.copy_with(path=f"/.well-known/openid-credential-issuer{at.path.rstrip('/')}"))


def _scope(kind: dict[str, Any]) -> str:
    scope = kind.get("scope")
    return f"openid {scope}" if isinstance(scope, str) and scope else "openid"
