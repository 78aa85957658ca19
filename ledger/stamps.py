"""RFC 3161 time stamps over checkpoints: a stranger's signed word that a checkpoint existed at a time.

Whoever rewrites a history later cannot get stamps of earlier. What is stamped is the checkpoint's text; a stamp
is kept as the authority's answer (DER), in a file whose name holds its digest. Nothing is trusted by default: the
reader names the authorities whose root certificates count. This module is the one owner of rfc3161_client.
"""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from .checkpoint import Checkpoint, unreadable
from .errors import LedgerError

REQUEST_SECONDS = 30.0
ANSWER_BYTES_MAX = 1 << 20
DIGEST_CHARACTERS = 16
SUFFIX = ".tsr"


class StampError(LedgerError):
    """The time stamp does not hold."""


@dataclass(frozen=True)
class Stamp:
    """That `checkpoint` existed at `time`, by the word of `authority`."""

    checkpoint: Checkpoint
    time: datetime
    authority: str


def request_stamp(url: str, checkpoint: Checkpoint) -> bytes:
    """Ask an authority for a stamp. Raises StampError unless it is granted for this very checkpoint."""
    builder = TimestampRequestBuilder().data(checkpoint.text().encode()).hash_algorithm(HashAlgorithm.SHA512)
    request = builder.cert_request(cert_request=True).nonce(nonce=True).build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    question = urllib.request.Request(url, request.as_bytes(), headers)  # noqa: S310 - the operator's URL
    try:
        with urllib.request.urlopen(question, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
            raw: bytes = answer.read(ANSWER_BYTES_MAX)
    except (OSError, ValueError) as error:
        raise StampError(f"{url} does not answer: {error}") from None
    response = _decode(raw)
    if response.status != 0:
        raise StampError(f"{url} refused: {', '.join(response.status_string) or response.status}")
    if response.tst_info.nonce != request.nonce:
        raise StampError(f"{url} answered another request")
    _require_imprint(response, checkpoint)
    return raw


def read_stamp(raw: bytes, checkpoint: Checkpoint, roots: Sequence[Certificate]) -> Stamp:
    """Check a stamp against the roots one trusts. Raises StampError."""
    response = _decode(raw)
    _require_imprint(response, checkpoint)
    if not roots:
        raise StampError("no root certificate of an authority was named")
    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(response, checkpoint.text().encode())
    except (VerificationError, ValueError) as error:
        raise StampError(
            "the stamp over block {number} does not hold: {why}", number=checkpoint.number, why=error
        ) from None
    return Stamp(checkpoint, response.tst_info.gen_time, _authority(response))


def load_roots(files: Sequence[Path]) -> list[Certificate]:
    """Root certificates in PEM or DER. Raises StampError."""
    roots: list[Certificate] = []
    for path in files:
        try:
            raw = path.read_bytes()
            roots += load_pem_x509_certificates(raw) if b"-----BEGIN" in raw else [load_der_x509_certificate(raw)]
        except OSError as error:
            raise StampError(unreadable(error, path)) from None
        except ValueError:
            raise StampError("{file} holds no certificate in PEM or DER", file=path) from None
    return roots


def stamp_name(number: int, raw: bytes) -> str:
    """The file's name, which holds the stamp's own digest: a stamp that has changed is noticed."""
    return f"{number:012d}-{hashlib.sha256(raw).hexdigest()[:DIGEST_CHARACTERS]}{SUFFIX}"


def is_as_named(path: Path) -> bool:
    return path.name == stamp_name(int(path.name.split("-")[0]), path.read_bytes())


def _decode(raw: bytes) -> Any:
    try:
        return decode_timestamp_response(raw)
    except ValueError as error:
        raise StampError("this is no time stamp: {why}", why=error) from None


def _require_imprint(response: Any, checkpoint: Checkpoint) -> None:
    try:
        found = response.tst_info.message_imprint.message
    except ValueError as error:
        raise StampError("this is no time stamp: {why}", why=error) from None
    text = checkpoint.text().encode()
    if found not in (hashlib.new(name, text).digest() for name in ("sha256", "sha384", "sha512")):
        raise StampError("the stamp is not over the checkpoint of block {number}", number=checkpoint.number)


def _authority(response: Any) -> str:
    signer = next(iter(response.signed_data.signer_infos))
    for raw in response.signed_data.certificates:
        certificate = load_der_x509_certificate(raw)
        if certificate.serial_number == signer.serial_number:
            return certificate.subject.rfc4514_string()
    return "an authority that did not send its certificate"
