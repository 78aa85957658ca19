"""Sealed documents: what a personal data store keeps, and the only thing it is ever given.

Each document has a random 32-byte key. The content is encrypted with XChaCha20-Poly1305 under it, the caller's
`context` (whose document, which box, which name) bound as associated data; the key is wrapped to every recipient
in an anonymous sealed box (libsodium's crypto_box_seal). Destroying the wraps erases the document.
XChaCha20-Poly1305 alone does not commit to its key (one ciphertext could open differently for two recipients), so
a key commitment stands in the header and is checked first.

Binary form, integers big-endian, one spelling only:
    "AZSD" 01 | wraps u8 | (recipient 32, box 80) per wrap, recipients strictly ascending
    | key commitment 32 | nonce 24 | size u32 | ciphertext and tag
A document whose key several people can give together besides (`escrow.shared`) has "AZSD" 02, and before the key
commitment: size u16 | that wrapping, which means nothing here.
Recipients' public keys are visible; sender and content are not. Refused: unsorted or repeated recipients, a short or
overlong body, bytes after the end.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_box_afternm,
    crypto_box_beforenm,
    crypto_box_seal_open,
    crypto_box_seed_keypair,
)
from nacl.exceptions import CryptoError

from pds_adapter.errors import (
    EnvelopeForgedError,
    EnvelopeFormatError,
    KeyFormatError,
    NotARecipientError,
)
from pds_adapter.sealing.keys import KEY_BYTES, KeyPair, PublicKey, Randomness, system_randomness
from pds_adapter.sealing.wire import WireReader

__all__ = [
    "KeyPair",
    "OpenedDocument",
    "PublicKey",
    "SealedDocument",
    "Wrap",
    "open_sealed",
    "open_with_key",
    "rewrap",
    "rewrap_with_key",
    "seal",
    "share_key",
]

MAGIC: Final = b"AZSD\x01"
SHARED_MAGIC: Final = b"AZSD\x02"
SHARED_BYTES_MAX: Final = 1024
BOX_BYTES: Final = 80
"""An ephemeral public key, a tag and the 32-byte document key."""
NONCE_BYTES: Final = 24
TAG_BYTES: Final = crypto_aead_xchacha20poly1305_ietf_ABYTES
RECIPIENTS_MAX: Final = 255
CONTENT_BYTES_MAX: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Wrap:
    recipient: PublicKey
    box: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedDocument:
    """Ciphertext with its wrapped keys; safe to store and to send."""

    wraps: tuple[Wrap, ...]
    key_commitment: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    shared: bytes = field(default=b"", repr=False)
    """The key as `escrow.shared` wraps it; empty where nobody shares it."""

    def __post_init__(self) -> None:
        order = [wrap.recipient for wrap in self.wraps]
        if len(order) > RECIPIENTS_MAX:
            raise EnvelopeFormatError("wraps", f"more than {RECIPIENTS_MAX}")
        if any(left >= right for left, right in itertools.pairwise(order)):
            raise EnvelopeFormatError("wraps", "recipients must be strictly ascending, none twice")
        if any(len(wrap.box) != BOX_BYTES for wrap in self.wraps):
            raise EnvelopeFormatError("wraps", f"a box must be {BOX_BYTES} bytes")
        if len(self.key_commitment) != KEY_BYTES or len(self.nonce) != NONCE_BYTES:
            raise EnvelopeFormatError("header", "key commitment or nonce of the wrong size")
        if len(self.shared) > SHARED_BYTES_MAX:
            raise EnvelopeFormatError("shared", f"longer than {SHARED_BYTES_MAX} bytes")
        if not TAG_BYTES <= len(self.ciphertext) <= CONTENT_BYTES_MAX + TAG_BYTES:
            raise EnvelopeFormatError("ciphertext", f"must be {TAG_BYTES} to {CONTENT_BYTES_MAX + TAG_BYTES} bytes")

    @property
    def recipients(self) -> tuple[PublicKey, ...]:
        return tuple(wrap.recipient for wrap in self.wraps)

    def to_bytes(self) -> bytes:
        wraps = b"".join(wrap.recipient.encoded + wrap.box for wrap in self.wraps)
        size = len(self.ciphertext).to_bytes(4, "big")
        shared = len(self.shared).to_bytes(2, "big") + self.shared if self.shared else b""
        head = (SHARED_MAGIC if shared else MAGIC) + bytes([len(self.wraps)]) + wraps + shared
        return head + self.key_commitment + self.nonce + size + self.ciphertext

    @classmethod
    def from_bytes(cls, data: bytes) -> SealedDocument:
        """The strict inverse of `to_bytes`."""
        reader = WireReader(data, EnvelopeFormatError)
        is_shared = data.startswith(SHARED_MAGIC)
        reader.literal(SHARED_MAGIC if is_shared else MAGIC, "format and version")
        wraps = tuple(_read_wrap(reader) for _ in range(reader.number(1, "number of wraps")))
        shared = reader.take(reader.number(2, "size of shared"), "shared") if is_shared else b""
        if is_shared and not shared:
            raise EnvelopeFormatError("shared", "must not be empty")
        key_commitment = reader.take(KEY_BYTES, "key commitment")
        nonce = reader.take(NONCE_BYTES, "nonce")
        ciphertext = reader.take(reader.number(4, "size"), "ciphertext")
        reader.finish()
        return cls(wraps, key_commitment, nonce, ciphertext, shared)

    def without(self, recipient: PublicKey) -> SealedDocument:
        """The same document with that recipient's wrap destroyed; unchanged if there is none."""
        return replace(self, wraps=tuple(wrap for wrap in self.wraps if wrap.recipient != recipient))

    def erased(self) -> SealedDocument:
        """The same document with every wrap destroyed: nobody can open it any more."""
        return replace(self, wraps=(), shared=b"")

    def is_same(self, other: SealedDocument) -> bool:
        """Whether it is the same document, whoever it is wrapped to by now."""
        mine, others = ((one.key_commitment, one.nonce, one.ciphertext) for one in (self, other))
        return mine == others

    def is_key(self, document_key: bytes) -> bool:
        """Whether this is the key that the document commits to."""
        return hmac.compare_digest(_key_commitment(document_key), self.key_commitment)


@dataclass(frozen=True)
class OpenedDocument:
    """Plaintext, of a type of its own so that it is never mistaken for something that may be stored or sent."""

    content: bytes = field(repr=False)

    def __repr__(self) -> str:
        return f"OpenedDocument({len(self.content)} bytes, hidden)"


def seal(
    plaintext: bytes,
    recipients: Iterable[PublicKey],
    context: bytes,
    randomness: Randomness = system_randomness,
) -> SealedDocument:
    """Seal to one or more recipients; the same `context` must be given to open."""
    keys = sorted(set(recipients))
    if not keys:
        raise EnvelopeFormatError("recipients", "a document sealed to nobody is lost")
    if len(plaintext) > CONTENT_BYTES_MAX:
        raise EnvelopeFormatError("content", f"longer than {CONTENT_BYTES_MAX} bytes")
    document_key, nonce = randomness(KEY_BYTES), randomness(NONCE_BYTES)
    ciphertext = crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, _associated(context), nonce, _derive(document_key, b"azukari seal key")
    )
    wraps = tuple(_wrap(document_key, key, randomness) for key in keys)
    return SealedDocument(wraps, _key_commitment(document_key), nonce, ciphertext)


def open_sealed(sealed: SealedDocument, key_pair: KeyPair, context: bytes) -> OpenedDocument:
    """Open with a recipient's key; refuses an altered document and one that belongs to another context."""
    return open_with_key(sealed, _unwrap(sealed, key_pair), context)


def open_with_key(sealed: SealedDocument, document_key: bytes, context: bytes) -> OpenedDocument:
    """The same by the document's own key, which people who share it gave together."""
    if not sealed.is_key(document_key):
        raise EnvelopeForgedError("the key is not the one the document commits to")
    try:
        content = crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed.ciphertext, _associated(context), sealed.nonce, _derive(document_key, b"azukari seal key")
        )
    except CryptoError:
        raise EnvelopeForgedError("the content was altered, or it was sealed for another context") from None
    return OpenedDocument(content)


def rewrap(
    sealed: SealedDocument,
    key_pair: KeyPair,
    recipients: Iterable[PublicKey],
    randomness: Randomness = system_randomness,
) -> SealedDocument:
    """The same document, also wrapped to `recipients`, by somebody who can open it; present wraps stay as they are."""
    return rewrap_with_key(sealed, _unwrap(sealed, key_pair), recipients, randomness)


def rewrap_with_key(
    sealed: SealedDocument,
    document_key: bytes,
    recipients: Iterable[PublicKey],
    randomness: Randomness = system_randomness,
) -> SealedDocument:
    """The same by the document's own key."""
    if not sealed.is_key(document_key):
        raise EnvelopeForgedError("the key is not the one the document commits to")
    new = sorted(set(recipients) - set(sealed.recipients))
    wraps = (*sealed.wraps, *(_wrap(document_key, key, randomness) for key in new))
    return replace(sealed, wraps=tuple(sorted(wraps, key=lambda wrap: wrap.recipient)))


def share_key(sealed: SealedDocument, key_pair: KeyPair, wrap: Callable[[bytes], bytes]) -> SealedDocument:
    """The same document with its key wrapped by `wrap` besides, by somebody who can open it."""
    return replace(sealed, shared=wrap(_unwrap(sealed, key_pair)))


def _read_wrap(reader: WireReader) -> Wrap:
    encoded = reader.take(KEY_BYTES, "recipient")
    try:
        recipient = PublicKey(encoded)
    except KeyFormatError as error:
        raise EnvelopeFormatError("recipient", error.rule) from None
    return Wrap(recipient, reader.take(BOX_BYTES, "box"))


def _unwrap(sealed: SealedDocument, key_pair: KeyPair) -> bytes:
    wrap = next((wrap for wrap in sealed.wraps if wrap.recipient == key_pair.public), None)
    if wrap is None:
        raise NotARecipientError(key_pair.public.to_hex())
    try:
        document_key = crypto_box_seal_open(wrap.box, key_pair.public.encoded, key_pair.secret)
    except CryptoError:
        raise EnvelopeForgedError(f"the wrap for {key_pair.public.to_hex()} was altered") from None
    if not sealed.is_key(document_key):
        raise EnvelopeForgedError("the wrapped key is not the one the document commits to")
    return document_key


def _wrap(document_key: bytes, recipient: PublicKey, randomness: Randomness) -> Wrap:
    """libsodium's crypto_box_seal, with the ephemeral key drawn from the given randomness."""
    ephemeral_public, ephemeral_secret = crypto_box_seed_keypair(randomness(KEY_BYTES))
    nonce = hashlib.blake2b(ephemeral_public + recipient.encoded, digest_size=NONCE_BYTES).digest()
    shared = crypto_box_beforenm(recipient.encoded, ephemeral_secret)
    return Wrap(recipient, ephemeral_public + crypto_box_afternm(document_key, nonce, shared))


def _associated(context: bytes) -> bytes:
    return MAGIC + context


def _key_commitment(document_key: bytes) -> bytes:
    return _derive(document_key, b"azukari seal com")


def _derive(document_key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(key=document_key, digest_size=KEY_BYTES, person=purpose).digest()
