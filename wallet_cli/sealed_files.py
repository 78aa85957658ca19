"""Documents on their way into a store and out of it: sealed and opened here, a chunk at a time, whatever their size.

Putting reads the file twice: once for its digest, once to seal it. The digest says whether an upload that was
interrupted is of this very file; then only what is missing is sent. A file that changes meanwhile is found out
before it is finished. Getting writes beside the target, and gives it its name when the whole content has the
promised digest.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.files import FileBegun, FileVersion
from pds_adapter.errors import EnvelopeError
from pds_adapter.sealing.chunks import (
    CHUNK_BYTES,
    Cover,
    SealedChunk,
    chunk_length,
    chunks_with,
    content_digest,
    open_chunk,
    open_cover,
    seal_chunk,
    seal_cover,
)
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.sealing.keys import KEY_BYTES
from wallet_cli.bank_client.files import FilesFace
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer, from_base64, to_base64

Told = Callable[[int, int], None]
"""How many chunks of how many are done."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A version that the bank lists; `cover` is None where this wallet's key does not open it."""

    kept: FileVersion
    cover: Cover | None


@translated_errors()
def own_files(face: FilesFace, signer: Signer) -> list[OwnFile]:
    return opened(signer, face.files().files)


@translated_errors()
def opened(signer: Signer, listed: Sequence[FileVersion]) -> list[OwnFile]:
    return [OwnFile(kept, _own_cover(signer, kept)) for kept in listed]


@translated_errors()
def put_file(
    face: FilesFace, signer: Signer, path: Path, title: str, media_type: str, document: str | None, told: Told
) -> tuple[Cover, int]:
    """Put a file as a new document, or as the next version of one; takes up an upload that was interrupted.

    Returns its cover, and how many chunks this call sent.
    """
    with _opened(path) as file:
        size, digest = _measured(file)
        known = own_files(face, signer)
        cover = _under_way(known, title, size, digest, document) or Cover(
            document=document or signer.randomness(16).hex(),
            version=_next_version(known, document),
            upload=signer.randomness(16).hex(),
            title=title,
            media_type=media_type,
            size_bytes=size,
            digest=digest,
            made_at=signer.now(),
            key=signer.randomness(KEY_BYTES),
        )
        sealed = seal_cover(cover, signer.account, [signer.encryption.public], signer.randomness)
        begun = FileBegun(upload=cover.upload, size_bytes=size, cover_base64=to_base64(sealed.to_bytes()))
        missing = face.begin(cover.document, cover.version, begun).missing
        sent = _send(face, signer, file, cover, missing, told)
    face.finish(cover.document, cover.version)
    return cover, sent


@translated_errors()
def get_file(cover: Cover, owner: str, chunk_of: Callable[[int], bytes], target: Path, told: Told) -> None:
    """Write the whole content; refuses an existing target, and a content that is not the promised one."""
    digest = content_digest()
    with _fresh(target) as file:
        for index in range(cover.chunks):
            content = open_chunk(cover, owner, index, SealedChunk(chunk_of(index)))
            digest.update(content)
            file.write(content)
            told(index + 1, cover.chunks)
        if digest.hexdigest() != cover.digest:
            raise EvidenceError(said("error-file-digest", title=cover.title))


@translated_errors()
def get_range(
    cover: Cover, owner: str, chunk_of: Callable[[int], bytes], target: Path, start: int, length: int
) -> None:
    """Write a part of the content, from the chunks alone that hold it."""
    try:
        wanted = chunks_with(cover, start, length)
    except EnvelopeError as error:
        raise InputError("--from", fault(error)) from error
    with _fresh(target) as file:
        for index in wanted:
            content = open_chunk(cover, owner, index, SealedChunk(chunk_of(index)))
            begins = index * cover.chunk_bytes
            file.write(content[max(0, start - begins) : start + length - begins])


def newest(files: Sequence[OwnFile], document: str, version: int | None) -> OwnFile:
    """That version, or the newest that is whole."""
    found = [one for one in files if one.kept.document == document and one.kept.finished_at is not None]
    chosen = [one for one in found if version in (None, one.kept.version)]
    if not chosen:
        raise InputError("--version", said("rule-no-such-version", version=str(version or "")))
    return chosen[-1]


def cover_of(one: OwnFile) -> Cover:
    if one.cover is None:
        raise EvidenceError(said("error-file-closed", document=one.kept.document), said("hint-right-wallet"))
    return one.cover


def _own_cover(signer: Signer, kept: FileVersion) -> Cover | None:
    sealed = SealedDocument.from_bytes(from_base64(kept.cover_base64, f"cover of {kept.document}"))
    if signer.encryption.public not in sealed.recipients:
        return None
    cover = open_cover(sealed, signer.encryption, signer.account, kept.document, kept.version)
    if (cover.upload, cover.size_bytes) != (kept.upload, kept.size_bytes):
        raise EvidenceError(said("error-file-other-upload", document=kept.document))
    return cover


def _measured(file: BinaryIO) -> tuple[int, str]:
    digest, size = content_digest(), 0
    while content := file.read(CHUNK_BYTES):
        digest.update(content)
        size += len(content)
    return size, digest.hexdigest()


def _under_way(known: Sequence[OwnFile], title: str, size: int, digest: str, document: str | None) -> Cover | None:
    """The cover of an upload of this very content that was not ended."""
    for one in known:
        cover = one.cover
        if one.kept.finished_at is not None or cover is None or document not in (None, cover.document):
            continue
        if (cover.title, cover.size_bytes, cover.digest) == (title, size, digest):
            return cover
    return None


def _next_version(known: Sequence[OwnFile], document: str | None) -> int:
    return max((one.kept.version for one in known if one.kept.document == document), default=0) + 1


def _send(face: FilesFace, signer: Signer, file: BinaryIO, cover: Cover, missing: Sequence[int], told: Told) -> int:
    """The chunks that are missing; before the last of them goes, the content has been read through and is the same."""
    digest, waiting = content_digest(), set(missing)
    file.seek(0)
    for index in range(cover.chunks):
        content = file.read(chunk_length(cover, index))
        digest.update(content)
        is_last = index == cover.chunks - 1
        if is_last and (digest.hexdigest() != cover.digest or file.read(1)):
            raise InputError("FILE", said("rule-file-changed"))
        if index in waiting:
            face.keep_chunk(
                cover.document, cover.version, index,
                seal_chunk(cover, signer.account, index, content, signer.randomness).encoded,
            )  # fmt: skip
        told(index + 1, cover.chunks)
    return len(waiting)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError("FILE", said("rule-file-cannot-be-read", file=str(path), why=fault(error))) from error
    with file:
        yield file


@contextmanager
def _fresh(target: Path) -> Iterator[BinaryIO]:
    """A file of its owner's alone, which has its name only when it is whole."""
    draft = target.with_name(f"{target.name}.part")
    if target.exists():
        raise InputError("OUT", said("rule-not-overwritten", file=str(target)))
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        draft.rename(target)
    except OSError as error:
        raise InputError("OUT", said("rule-cannot-be-written", file=str(target), why=fault(error))) from error
    finally:
        draft.unlink(missing_ok=True)
