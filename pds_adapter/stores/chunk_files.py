"""The embedded store's chunks: plain files beside its database, each whole or not there.

    <database>.chunks/<account>/<upload>/<index>

An account's folder goes with the account. What is removed is not overwritten: the key that opens it rests in the
database alone, which does overwrite.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pds_adapter.errors import (
    DocumentUnknownError,
    EnvelopeFormatError,
    ETagConflictError,
    StoreFormatError,
    StoreUnavailableError,
)
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.stores.chunks import check_chunk, chunk_box, chunk_name
from pds_adapter.stores.hosted_directory import write_whole
from pds_adapter.stores.port import etag_of


class ChunkFiles:
    """Accounts are checked by the caller."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        file, encoded = self._file(account_id, upload, index), check_chunk(chunk)
        with _translated(file):
            if file.exists():
                found = file.read_bytes()
                if found == encoded:
                    return False
                raise ETagConflictError(account_id, chunk_box(upload), chunk_name(index), None, etag_of(found))
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(file, encoded)
        return True

    def get(self, account_id: str, upload: str, index: int) -> SealedChunk:
        file = self._file(account_id, upload, index)
        with _translated(file):
            try:
                return SealedChunk(file.read_bytes())
            except FileNotFoundError:
                raise DocumentUnknownError(account_id, chunk_box(upload), chunk_name(index)) from None
            except EnvelopeFormatError as error:
                raise StoreFormatError(str(file), f"the stored document is damaged: {error}") from error

    def indexes(self, account_id: str, upload: str) -> list[int]:
        chunk_box(upload)
        folder = self._root / account_id / upload
        with _translated(folder):
            return sorted(int(file.name) for file in _files(folder) if file.name.isdigit())

    def uploads(self, account_id: str) -> list[str]:
        folder = self._root / account_id
        with _translated(folder):
            return sorted(file.name for file in _files(folder))

    def drop(self, account_id: str, upload: str) -> int:
        count = len(self.indexes(account_id, upload))
        _remove(self._root / account_id / upload)
        return count

    def drop_account(self, account_id: str) -> None:
        _remove(self._root / account_id)

    def _file(self, account_id: str, upload: str, index: int) -> Path:
        chunk_box(upload)
        return self._root / account_id / upload / chunk_name(index)


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _remove(folder: Path) -> None:
    with _translated(folder):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError(str(path), error.strerror or type(error).__name__) from error
