"""What a store does with large documents: it keeps sealed chunks, by the upload they belong to.

A chunk is written once: the same again is success, another one at its place is refused. An upload is never used twice,
so that what was read of it once stays true. Everything is in the account, and leaves with it. On servers the chunks
of an upload are a box of their own (`chunks.<upload>`), to which rights can be given alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from pds_adapter.errors import NameRefusedError, NotSealedError
from pds_adapter.sealing.chunks import ID_PATTERN, SealedChunk

CHUNK_BOX: Final = "chunks."
"""No other box may be named so."""
INDEX_MAX: Final = 10**8 - 1


class ChunkStore(Protocol):
    """Every method raises StoreError and nothing else."""

    def put_chunk(self, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        """Write durably; False if the very same was there. ETagConflictError if it was another."""

    def get_chunk(self, account_id: str, upload: str, index: int, *, reader: str | None = None) -> SealedChunk:
        """Read for the owner, or for a `reader` who must hold a live grant for the upload's box."""

    def chunks(self, account_id: str, upload: str) -> list[int]:
        """Which chunks are there, in order."""

    def uploads(self, account_id: str) -> list[str]:
        """The uploads of which anything is there, in order."""

    def drop_upload(self, account_id: str, upload: str) -> int:
        """Remove its chunks for good; how many there were."""


@dataclass(frozen=True)
class ChunkPlace:
    """Where a chunk is on a server, as `Reference` says it of a document."""

    account_id: str
    upload: str
    index: int

    def __post_init__(self) -> None:
        chunk_box(self.upload)
        chunk_name(self.index)

    @property
    def box(self) -> str:
        return chunk_box(self.upload)

    @property
    def name(self) -> str:
        return chunk_name(self.index)


def chunk_box(upload: str) -> str:
    """Raises NameRefusedError."""
    if not isinstance(upload, str) or not ID_PATTERN.fullmatch(upload):
        raise NameRefusedError("upload", upload, "must be 32 lower-case hex digits")
    return f"{CHUNK_BOX}{upload}"


def chunk_name(index: int) -> str:
    """Eight digits: names in order are chunks in order."""
    if type(index) is not int or not 0 <= index <= INDEX_MAX:
        raise NameRefusedError("chunk", index, f"must be 0 to {INDEX_MAX}")
    return f"{index:08d}"


def check_chunk(chunk: SealedChunk) -> bytes:
    """Its bytes; plaintext is never taken."""
    if not isinstance(chunk, SealedChunk):
        raise NotSealedError(type(chunk).__name__)
    return chunk.encoded
