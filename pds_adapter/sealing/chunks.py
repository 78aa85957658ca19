"""Documents of any size: sealed in chunks that can be read, sent and sent again one by one (ADR 44).

Each version of a document has a random key and a `Cover`: title, kind, size, digest and that key, sealed as any
document is to whoever may read. Its content is cut into chunks of `chunk_bytes`, the last one shorter; each is
sealed by itself with XChaCha20-Poly1305 under the version's key and a random nonce. What it is bound to as
associated data: the owner, document, version and upload, its index, and whether it is the last. So a store can
neither swap, repeat, reorder nor cut chunks off; and any range of the content is opened from the chunks that hold
it alone.

A sealed chunk, one spelling: nonce 24 | ciphertext and tag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.exceptions import CryptoError

from pds_adapter.errors import CanonicalFormError, EnvelopeForgedError, EnvelopeFormatError
from pds_adapter.sealing.canonical import INTEGER_MAX, canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import NONCE_BYTES, TAG_BYTES, SealedDocument, open_sealed, seal
from pds_adapter.sealing.keys import KEY_BYTES, KeyPair, PublicKey, Randomness, system_randomness

CHUNK_BYTES: Final = 2 * 1024 * 1024
"""Of content in a chunk: 512 to a GiB, and each fits a request."""
CHUNK_OVERHEAD_BYTES: Final = NONCE_BYTES + TAG_BYTES
ID_PATTERN: Final = re.compile(r"[0-9a-f]{32}")
TITLE_CHARACTERS_MAX: Final = 300
MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.ASCII)
COVER_LABEL: Final = b"azukari cover 1\x00"
CHUNK_LABEL: Final = b"azukari chunk 1\x00"


@dataclass(frozen=True)
class SealedChunk:
    """Ciphertext of one chunk: of a type of its own, so that nothing else is put where chunks belong."""

    encoded: bytes = field(repr=False)

    def __post_init__(self) -> None:
        most = CHUNK_BYTES + CHUNK_OVERHEAD_BYTES
        if not isinstance(self.encoded, bytes) or not CHUNK_OVERHEAD_BYTES <= len(self.encoded) <= most:
            raise EnvelopeFormatError("chunk", f"must be {CHUNK_OVERHEAD_BYTES} to {most} bytes")


@dataclass(frozen=True)
class Cover:
    """What opens one version of a document: never stored or sent but sealed. `digest` is BLAKE2b-256 of the content."""

    document: str
    version: int
    upload: str
    """Names the set of chunks; never used twice."""
    title: str
    media_type: str
    size_bytes: int
    digest: str
    made_at: int
    key: bytes = field(repr=False)
    chunk_bytes: int = CHUNK_BYTES

    def __post_init__(self) -> None:
        for name in ("document", "upload"):
            _require(name, ID_PATTERN.fullmatch(_text(name, getattr(self, name))), "must be 32 lower-case hex digits")
        _require("digest", re.fullmatch(r"[0-9a-f]{64}", _text("digest", self.digest)), "must be 64 hex digits")
        length = len(_text("title", self.title))
        _require("title", 1 <= length <= TITLE_CHARACTERS_MAX, f"must be 1 to {TITLE_CHARACTERS_MAX} characters")
        _require("media_type", MEDIA_TYPE.fullmatch(_text("media_type", self.media_type)), "must be a type/subtype")
        for name, least, most in (
            ("version", 1, INTEGER_MAX),
            ("size_bytes", 0, INTEGER_MAX),
            ("made_at", 0, INTEGER_MAX),
            ("chunk_bytes", 1, CHUNK_BYTES),
        ):
            value = getattr(self, name)
            _require(name, type(value) is int and least <= value <= most, f"must be {least} to {most}")
        _require("key", isinstance(self.key, bytes) and len(self.key) == KEY_BYTES, f"must be {KEY_BYTES} bytes")

    @property
    def chunks(self) -> int:
        return chunks_of(self.size_bytes, self.chunk_bytes)

    def to_bytes(self) -> bytes:
        return canonical_json(asdict(self) | {"key": self.key.hex()})

    @classmethod
    def from_bytes(cls, data: bytes) -> Cover:
        """The strict inverse of `to_bytes`."""
        try:
            body = parse_canonical_json(data)
        except CanonicalFormError:  # its reason may quote the content
            raise EnvelopeFormatError("cover", "is no canonical JSON") from None
        if not isinstance(body, dict) or set(body) != set(cls.__dataclass_fields__):
            raise EnvelopeFormatError("cover", f"must hold exactly {', '.join(cls.__dataclass_fields__)}")
        key = _text("key", body["key"])
        _require("key", re.fullmatch(r"[0-9a-f]{64}", key), "must be 64 lower-case hex digits")
        return cls(**(body | {"key": bytes.fromhex(key)}))

    def sealed_bytes(self) -> int:
        """How much the chunks take in a store."""
        return sealed_bytes(self.size_bytes, self.chunk_bytes)


def chunks_of(size_bytes: int, chunk_bytes: int = CHUNK_BYTES) -> int:
    """How many chunks a content of that size has; an empty one has one, which is empty."""
    return max(1, -(-size_bytes // chunk_bytes))


def sealed_bytes(size_bytes: int, chunk_bytes: int = CHUNK_BYTES) -> int:
    return size_bytes + chunks_of(size_bytes, chunk_bytes) * CHUNK_OVERHEAD_BYTES


def content_digest() -> Any:
    """What `Cover.digest` is worked out with: `update` it with the content."""
    return hashlib.blake2b(digest_size=32)


def seal_cover(
    cover: Cover, account: str, recipients: Iterable[PublicKey], randomness: Randomness = system_randomness
) -> SealedDocument:
    return seal(cover.to_bytes(), recipients, cover_context(account, cover.document, cover.version), randomness)


def open_cover(sealed: SealedDocument, key_pair: KeyPair, account: str, document: str, version: int) -> Cover:
    """The cover of that version of that document of that account, and of no other."""
    cover = Cover.from_bytes(open_sealed(sealed, key_pair, cover_context(account, document, version)).content)
    if (cover.document, cover.version) != (document, version):
        raise EnvelopeForgedError("the cover is of another document or version")
    return cover


def cover_context(account: str, document: str, version: int) -> bytes:
    return COVER_LABEL + canonical_json([account, document, version])


def seal_chunk(
    cover: Cover, account: str, index: int, content: bytes, randomness: Randomness = system_randomness
) -> SealedChunk:
    """One chunk of the content; raises EnvelopeFormatError where it has not the length that the cover says."""
    expected = chunk_length(cover, index)
    if len(content) != expected:
        raise EnvelopeFormatError(
            f"chunk {index}", "must be {count} bytes: the content changed meanwhile", count=expected
        )
    nonce = randomness(NONCE_BYTES)
    sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(content, _bound_to(cover, account, index), nonce, cover.key)
    return SealedChunk(nonce + sealed)


def open_chunk(cover: Cover, account: str, index: int, sealed: SealedChunk) -> bytes:
    """The chunk's content; raises EnvelopeForgedError for another chunk's, another version's or altered bytes."""
    nonce, encoded = sealed.encoded[:NONCE_BYTES], sealed.encoded[NONCE_BYTES:]
    expected = chunk_length(cover, index)
    try:
        content = crypto_aead_xchacha20poly1305_ietf_decrypt(
            encoded, _bound_to(cover, account, index), nonce, cover.key
        )
    except CryptoError:
        raise EnvelopeForgedError("chunk {index} was altered, or belongs elsewhere", index=index) from None
    if len(content) != expected:
        raise EnvelopeForgedError("chunk {index} has another length than the cover says", index=index)
    return content


def chunk_length(cover: Cover, index: int) -> int:
    """Bytes of content in a chunk."""
    if not 0 <= index < cover.chunks:
        raise EnvelopeFormatError("chunk", "must be 0 to {last}", last=cover.chunks - 1)
    return min(cover.chunk_bytes, cover.size_bytes - index * cover.chunk_bytes)


def chunks_with(cover: Cover, start: int, length: int) -> range:
    """Which chunks hold `length` bytes of the content from `start` on."""
    if start < 0 or length < 0 or start + length > cover.size_bytes:
        raise EnvelopeFormatError("range", "must lie within {count} bytes", count=cover.size_bytes)
    if length == 0:
        return range(0)
    return range(start // cover.chunk_bytes, (start + length - 1) // cover.chunk_bytes + 1)


def _bound_to(cover: Cover, account: str, index: int) -> bytes:
    is_last = index == cover.chunks - 1
    place = [account, cover.document, cover.version, cover.upload, index, is_last]
    return CHUNK_LABEL + canonical_json(place)


def _text(field_name: str, value: object) -> str:
    if not isinstance(value, str):
        raise EnvelopeFormatError(field_name, "must be text")
    return value


def _require(field_name: str, holds: object, rule: str) -> None:
    if not holds:
        raise EnvelopeFormatError(field_name, rule)
