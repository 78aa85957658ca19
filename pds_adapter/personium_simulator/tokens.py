"""Tokens: those of a cell are encrypted (AES-GCM) and bound to the cell's URL; those for another cell are signed.

A token names its cell by URL and its account by name, never by identity: a cell or an account made anew under the same
name takes old tokens, as the unit does. A token for another cell is a SAML 2.0 assertion in base64url, its last element
a Signature over all that stands before it; the signature is RSA-SHA256 by the unit's key and not XML-DSig, because
nobody but this simulator has to check it.
"""

from __future__ import annotations

import json
import secrets
import xml.etree.ElementTree as ET
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from typing import Final
from uuid import uuid4
from xml.sax.saxutils import escape

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pds_adapter.personium_simulator.moments import moment
from pds_adapter.personium_simulator.unit import Unit

ACCESS_SECONDS, REFRESH_SECONDS, CHANGE_SECONDS = 3600, 86400, 3600
OWN, SWAPPED, CHANGE_PASSWORD, REFRESH, REFRESH_SWAPPED = "AR~", "AV~", "AP~", "RR~", "RV~"
SAML: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}"
NONCE_BYTES: Final = 12


class TokenError(Exception):
    """The token cannot be taken. `fault` is parse, expired, signature or refresh."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Token:
    """What a token says."""

    mark: str
    """One of the three-letter marks; "" for a token aimed at another cell."""
    subject: str
    """An account's name; with a URL before it (`{cell}#name`) where it is another cell's."""
    issuer: str
    """URL of the cell that gave it."""
    issued: int
    """Milliseconds since 1970."""
    seconds: int
    target: str = ""
    scope: str = "root"
    schema: str = ""
    """The app it came with: `{unit}/app/`, and `#c` behind it for a confidential one."""
    roles: tuple[str, ...] = ()
    """Role URLs: those at home (aimed elsewhere) or those frozen at swapping."""

    def expired(self, now: int) -> bool:
        return now >= self.issued + self.seconds * 1000


def write_local(unit: Unit, token: Token, cell_url: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = f"{token.mark}{cell_url}".encode()
    sealed = AESGCM(unit.token_key).encrypt(nonce, json.dumps(asdict(token)).encode(), bound)
    return token.mark + urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def read_local(unit: Unit, text: str, cell_url: str) -> Token:
    """Raises TokenError: not a token of this cell."""
    mark, raw = text[:3], _from_base64(text[3:])
    try:
        opened = AESGCM(unit.token_key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{mark}{cell_url}".encode())
    except (InvalidTag, ValueError):
        raise TokenError("parse") from None
    value = json.loads(opened)
    return Token(**{**value, "roles": tuple(value["roles"])})


def write_transcell(unit: Unit, token: Token) -> str:
    began, until = moment(token.issued), moment(token.issued + token.seconds * 1000)
    roles = "".join(f"<AttributeValue>{escape(role)}</AttributeValue>" for role in token.roles) or "<AttributeValue/>"
    audiences = f"<Audience>{escape(token.target)}</Audience>" + (
        f"<Audience>{escape(token.schema)}</Audience>" if token.schema else "<Audience/>"
    )
    head = (
        f'<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="{uuid4()}" IssueInstant="{began}" Version="2.0">'
        f"<Issuer>{escape(token.issuer)}</Issuer><Subject><NameID>{escape(token.subject)}</NameID>"
        '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{escape(token.target)}__token"/>'
        "</SubjectConfirmation></Subject>"
        f"<Conditions><AudienceRestriction>{audiences}</AudienceRestriction></Conditions>"
        f'<AuthnStatement AuthnInstant="{began}"><AuthnContext><AuthnContextClassRef>'
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
        "</AuthnContextClassRef></AuthnContext></AuthnStatement><AttributeStatement>"
        f'<Attribute Name="Roles" NameFormat="urn:x-personium:xmlns">{roles}</Attribute>'
        f'<Attribute Name="Scopes"><AttributeValue>{escape(token.scope)}</AttributeValue></Attribute>'
        f'<Attribute Name="Times"><AttributeValue>{token.issued} {token.seconds}</AttributeValue></Attribute>'
        "</AttributeStatement>"
    )
    signed = unit.signing_key.sign(head.encode(), padding.PKCS1v15(), hashes.SHA256())
    text = (
        f'{head}<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>{b64encode(signed).decode()}'
        "</SignatureValue></Signature></Assertion>"
    )
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_transcell(unit: Unit, text: str) -> Token:
    """Raises TokenError. Nothing is believed but what was signed."""
    try:
        xml = _from_base64(text).decode()
        head, mark, rest = xml.partition('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>')
        value, end, _ = rest.partition("</SignatureValue></Signature></Assertion>")
        if not mark or not end or "<!" in xml:
            raise TokenError("parse")
        ET.fromstring(xml)  # noqa: S314  no declarations: see the line above
        signature = b64decode(value, validate=True)
    except (ValueError, ET.ParseError):
        raise TokenError("parse") from None
    try:
        unit.signing_key.public_key().verify(signature, head.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise TokenError("signature") from None
    tree = ET.fromstring(f"{head}</Assertion>")  # noqa: S314  ours: its signature fits
    attributes = {
        part.get("Name"): [value.text or "" for value in part.iter(f"{SAML}AttributeValue")]
        for part in tree.iter(f"{SAML}Attribute")
    }
    audiences = [part.text or "" for part in tree.iter(f"{SAML}Audience")]
    issued, seconds = attributes["Times"][0].split()
    roles = tuple(role for role in attributes["Roles"] if role)
    found = Token(
        "", tree.findtext(f".//{SAML}NameID", ""), tree.findtext(f"{SAML}Issuer", ""), int(issued), int(seconds)
    )
    return replace(found, target=audiences[0], schema=audiences[1], scope=attributes["Scopes"][0], roles=roles)


def _from_base64(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise TokenError("parse") from None
