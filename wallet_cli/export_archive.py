"""A copy of everything in one archive, and the way back in: at the same bank, or at another.

`complete` adds to the folder that `export` wrote: the documents of the store in clear, the ledger's proof of the
account, what makes it readable, and `manifest.json` with the size and BLAKE2b-256 of every file. `pack` makes a ZIP
of it. Reading refuses an archive with a file too many or too few, or of other bytes than its manifest says, by the
file's name.
"""

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from pds_adapter.sealing.chunks import CHUNK_BYTES, MEDIA_TYPE, content_digest
from wallet_cli.bank_client import BankClient
from wallet_cli.copied_records import BYTES_MAX, FILE, CopiedRecord, read_record
from wallet_cli.errors import InputError
from wallet_cli.intake.facts import json_document
from wallet_cli.messages import Messages
from wallet_cli.output import Output
from wallet_cli.private_file import write_private
from wallet_cli.readable_copy import KeptDocument, answered, readable
from wallet_cli.sealed_files import get_file, own_files
from wallet_cli.signing.signer import Signer

FORMAT = "azukari copy 1"
MANIFEST = "manifest.json"
FOLDER = "files"
ENTRIES_MAX = 100_000
UNSAFE = re.compile(r"[^\w.() -]+")


def complete(
    client: BankClient, signer: Signer, folder: Path, say: Messages, output: Output
) -> tuple[list[Path], list[str]]:
    """What was added, and the documents that this wallet's key does not open."""
    documents, closed = _documents(client, signer, folder, output)
    paths = [folder / one.file for one in documents]
    (folder / "proofs").mkdir(mode=0o700)
    proof = client.proofs.account(signer.account).model_dump(mode="json")
    texts = {"proofs/account.json": json.dumps(proof, indent=2) + "\n"}
    texts |= readable(say, folder, answered(folder, client.public.surveys()), documents, signer.now())
    for name, text in texts.items():
        write_private(folder / name, text.encode(), "FOLDER")
        paths.append(folder / name)
    listed = {one.file: one for one in documents}
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "format": FORMAT,
        "account": signer.account,
        "made_at": signer.now(),
        "files": [_line(folder, path, listed.get(str(path.relative_to(folder)))) for path in files],
    }
    write_private(folder / MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode(), "FOLDER")
    return [*paths, folder / MANIFEST], closed


def pack(folder: Path, target: Path) -> None:
    """The folder as a ZIP, which takes its place. Raises InputError where it cannot be written."""
    draft = target.with_name(f"{target.name}.part")
    try:
        draft.unlink(missing_ok=True)
        opened_at = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened_at, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, str(path.relative_to(folder)))
        draft.rename(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError("FOLDER", said("rule-cannot-be-written", file=str(target), why=fault(error))) from error
    shutil.rmtree(folder)


@contextmanager
def for_one_file(folder: Path) -> Iterator[None]:
    """Whatever goes wrong before it is packed: nothing opened is left lying beside the file that was asked for."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@dataclass(frozen=True, slots=True)
class ReadArchive:
    """An archive that was checked whole."""

    documents: list[KeptDocument]
    records: list[CopiedRecord]
    """Of boxes, opened."""
    _zip: zipfile.ZipFile

    @contextmanager
    def extracted(self, document: KeptDocument) -> Iterator[Path]:
        """The document as a file, for as long as it is needed."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "document"
            with self._zip.open(document.file) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
            yield path


def is_archive(path: Path) -> bool:
    """Whether it is a ZIP with a manifest of ours in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


@contextmanager
def opened(path: Path) -> Iterator[ReadArchive]:
    """Raises InputError, naming the file in it and the rule."""
    try:
        with zipfile.ZipFile(path) as archive:
            documents = _checked(archive)
            yield ReadArchive(documents, _records(archive), archive)
    except OSError as error:
        raise InputError("FILE", said("rule-file-cannot-be-read", file=str(path), why=fault(error))) from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise InputError("FILE", said("rule-no-zip", why=str(error))) from error


def _checked(archive: zipfile.ZipFile) -> list[KeptDocument]:
    """1. the manifest, 2. the same files in both, 3. each as long as it says, and with the bytes that it says."""
    names = [one for one in archive.namelist() if not one.endswith("/")]  # most programs list folders too
    if len(names) > ENTRIES_MAX or len(set(names)) < len(names):
        raise InputError("FILE", said("rule-copy-twice"))
    lines = _lines(archive)  # 1.
    differing = set(names) ^ {MANIFEST, *(line["file"] for line in lines)}  # 2.
    if differing:
        raise InputError("FILE", said("rule-copy-files", file=min(differing)))
    documents = []
    for line in lines:  # 3.
        with archive.open(line["file"]) as file:
            size, digest = _measured(file, line["size_bytes"])
        if (size, digest) != (line["size_bytes"], line["digest"]):
            raise InputError("FILE", said("rule-copy-altered", file=line["file"]))
        if "title" in line:
            documents.append(KeptDocument(**line))
    return documents


def _records(archive: zipfile.ZipFile) -> list[CopiedRecord]:
    """Of files that were held against the manifest."""
    names = sorted(name for name in archive.namelist() if FILE.fullmatch(name))
    if any(archive.getinfo(name).file_size > BYTES_MAX for name in names):
        raise InputError("FILE", said("rule-copy-altered", file=names[0]))
    found = (read_record(name, archive.read(name)) for name in names)
    return [one for one in found if one is not None]


def _lines(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    try:
        manifest = json_document(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise InputError("FILE", said("rule-copy-format", format=FORMAT))
        lines = manifest["files"]
    except (KeyError, TypeError) as error:
        raise InputError("FILE", said("rule-copy-manifest", file=MANIFEST)) from error
    if not isinstance(lines, list) or not all(_is_line(line) for line in lines):
        raise InputError("FILE", said("rule-copy-manifest", file=MANIFEST))
    return lines


def _is_line(line: Any) -> bool:
    plain = {"file": str, "size_bytes": int, "digest": str}
    more = {"title": str, "media_type": str, "version": int}
    if not isinstance(line, dict) or set(line) not in ({*plain}, {*plain, *more}):
        return False
    if not all(type(value) is (plain | more)[name] for name, value in line.items()):
        return False
    return "title" not in line or bool(1 <= len(line["title"]) <= 300 and MEDIA_TYPE.fullmatch(line["media_type"]))


def _documents(
    client: BankClient, signer: Signer, folder: Path, output: Output
) -> tuple[list[KeptDocument], list[str]]:
    """Every whole version of every document, opened into files of their own names."""
    found, kept, closed = own_files(client.files, signer), [], []
    (folder / FOLDER).mkdir(mode=0o700)
    with output.progress() as bar:
        for one in bar.track(found, description=output.messages("done-documents")):
            cover = one.cover
            if cover is None:
                closed.append(one.kept.document)
            if cover is None or one.kept.finished_at is None:
                continue
            name = f"{FOLDER}/{cover.document[:12]}-{cover.version}-{UNSAFE.sub('_', cover.title)[-80:]}"

            def chunk_of(index: int, document: str = cover.document, version: int = cover.version) -> bytes:
                return client.files.chunk(document, version, index)

            get_file(cover, signer.account, chunk_of, folder / name, lambda done, whole: None)
            kept.append(
                KeptDocument(cover.title, cover.media_type, cover.version, name, cover.size_bytes, cover.digest)
            )
    return kept, closed


def _line(folder: Path, path: Path, document: KeptDocument | None) -> dict[str, Any]:
    with path.open("rb") as file:
        size, digest = _measured(file, path.stat().st_size)
    line: dict[str, Any] = {"file": str(path.relative_to(folder)), "size_bytes": size, "digest": digest}
    if document is not None:
        line |= {"title": document.title, "media_type": document.media_type, "version": document.version}
    return line


def _measured(file: IO[bytes], most: int) -> tuple[int, str]:
    """Length and digest; stops where it is longer than it should be."""
    digest, size = content_digest(), 0
    while size <= most and (content := file.read(CHUNK_BYTES)):
        digest.update(content)
        size += len(content)
    return size, digest.hexdigest()
