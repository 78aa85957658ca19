"""What a person takes home: a ZIP of everything in an account, still sealed, that another store can take in.

    manifest.json            canonical JSON: format, account, time, documents (box, name, file, digest), grants
    documents/<box>/<name>   the sealed documents' canonical bytes

Works over the port, so for every back end. Nothing is compressed (ciphertext does not shrink) and times are fixed, so
the same account gives the same bytes. Reading refuses missing, additional, repeated or altered entries by name.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from pds_adapter.errors import ArchiveFormatError, CanonicalFormError, EnvelopeFormatError, NameRefusedError
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import CONTENT_BYTES_MAX, SealedDocument
from pds_adapter.stores.port import Grant, PersonalDataStore, Put, Reference

FORMAT: Final = "azukari export 1"
MANIFEST: Final = "manifest.json"
FIELDS: Final = ("account_id", "documents", "exported_at", "format", "grants")
ENTRY_BYTES_MAX: Final = CONTENT_BYTES_MAX + 64 * 1024


@dataclass(frozen=True)
class Archive:
    account_id: str
    exported_at: int
    documents: tuple[Put, ...]
    """Ready for `put_many` of another store."""
    grants: tuple[Grant, ...]


def write_archive(store: PersonalDataStore, account_id: str, exported_at: int, file: IO[bytes]) -> int:
    """Write the whole account; how many documents."""
    lines: list[dict[str, Any]] = []
    grants = [_grant_line(grant) for grant in store.grants(account_id)]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for document in store.export(account_id):
            encoded = document.content.to_bytes()
            path = f"documents/{document.box}/{document.name}"
            _write(archive, path, encoded)
            lines.append({"box": document.box, "name": document.name, "file": path, "digest": _digest(encoded)})
        manifest = {
            "format": FORMAT,
            "account_id": account_id,
            "exported_at": exported_at,
            "documents": lines,
            "grants": grants,
        }
        _write(archive, MANIFEST, canonical_json(manifest))
    return len(lines)


def read_archive(file: IO[bytes]) -> Archive:
    """The strict inverse of `write_archive`."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive)
            manifest = _manifest(_read(archive, MANIFEST))
            documents = tuple(_documents(archive, manifest))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ArchiveFormatError("file", f"is no readable ZIP archive: {error}") from None
    grants = tuple(_grant_of(line, manifest["account_id"]) for line in manifest["grants"])
    return Archive(manifest["account_id"], manifest["exported_at"], documents, grants)


def _check_entries(archive: zipfile.ZipFile) -> None:
    names = [info.filename for info in archive.infolist()]
    repeated = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if repeated is not None:
        raise ArchiveFormatError(repeated, "stands twice in the archive")
    for info in archive.infolist():
        if info.compress_type != zipfile.ZIP_STORED or info.file_size > ENTRY_BYTES_MAX:
            raise ArchiveFormatError(info.filename, f"must be stored plainly, at most {ENTRY_BYTES_MAX} bytes")


def _manifest(encoded: bytes) -> dict[str, Any]:
    try:
        manifest = parse_canonical_json(encoded)
    except CanonicalFormError as error:
        raise ArchiveFormatError(MANIFEST, str(error)) from None
    if not isinstance(manifest, dict) or sorted(manifest) != list(FIELDS) or manifest["format"] != FORMAT:
        raise ArchiveFormatError(MANIFEST, f"must be '{FORMAT}' with exactly {', '.join(FIELDS)}")
    if type(manifest["exported_at"]) is not int or not isinstance(manifest["account_id"], str):
        raise ArchiveFormatError(MANIFEST, "must name the account and the time")
    if not all(isinstance(manifest[name], list) for name in ("documents", "grants")):
        raise ArchiveFormatError(MANIFEST, "documents and grants must be lists")
    return manifest


def _documents(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> Iterator[Put]:
    listed = {MANIFEST}
    for line in manifest["documents"]:
        if not isinstance(line, dict) or sorted(line) != ["box", "digest", "file", "name"]:
            raise ArchiveFormatError(MANIFEST, "a document needs exactly box, digest, file, name")
        try:
            place = Reference(manifest["account_id"], line["box"], line["name"])
        except NameRefusedError as error:
            raise ArchiveFormatError(MANIFEST, str(error)) from None
        path = f"documents/{place.box}/{place.name}"
        if line["file"] != path or path in listed:
            raise ArchiveFormatError(MANIFEST, f"{path} must be listed once, under that file name")
        listed.add(path)
        encoded = _read(archive, path)
        if _digest(encoded) != line["digest"]:
            raise ArchiveFormatError(path, "was altered: its digest is not the one in the manifest")
        try:
            yield Put(place.account_id, place.box, place.name, SealedDocument.from_bytes(encoded))
        except EnvelopeFormatError as error:
            raise ArchiveFormatError(path, str(error)) from None
    extra = sorted(set(archive.namelist()) - listed)
    if extra:
        raise ArchiveFormatError(extra[0], "is not in the manifest")


def _grant_line(grant: Grant) -> dict[str, Any]:
    return {
        "box": grant.box,
        "recipient": grant.recipient,
        "granted_at": grant.granted_at,
        "revoked_at": grant.revoked_at,
    }


def _grant_of(line: Any, account_id: str) -> Grant:
    if not isinstance(line, dict) or sorted(line) != ["box", "granted_at", "recipient", "revoked_at"]:
        raise ArchiveFormatError(MANIFEST, "a grant needs exactly box, granted_at, recipient, revoked_at")
    texts = (line["box"], line["recipient"])
    times = [line["granted_at"], *([] if line["revoked_at"] is None else [line["revoked_at"]])]
    if not all(isinstance(text, str) for text in texts) or not all(type(time) is int for time in times):
        raise ArchiveFormatError(MANIFEST, "a grant has text for names and whole numbers for times")
    return Grant(account_id, **line)


def _write(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    """ZipInfo's own date is a fixed one (1980), which keeps the bytes the same for the same account."""
    info = zipfile.ZipInfo(path)
    info.external_attr = 0o600 << 16
    archive.writestr(info, content)


def _read(archive: zipfile.ZipFile, path: str) -> bytes:
    try:
        return archive.read(path)
    except KeyError:
        raise ArchiveFormatError(path, "is missing") from None


def _digest(encoded: bytes) -> str:
    return hashlib.blake2b(encoded, digest_size=32).hexdigest()
