"""Chunks on somebody's server: each is a document of the upload's own box, so that rights to it are rights to a box."""

from __future__ import annotations

from pds_adapter.errors import EnvelopeFormatError, ETagConflictError, StoreFormatError, StoreUnavailableError
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.stores.chunks import CHUNK_BOX, ChunkPlace, check_chunk, chunk_box
from pds_adapter.stores.hosted_directory import HostedAccount, Identity
from pds_adapter.stores.hosted_server import RACES_MAX, HostedServer
from pds_adapter.stores.port import etag_of


class HostedChunks(HostedServer[Identity]):
    """Implements `chunks.ChunkStore`."""

    def put_chunk(self, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        account, place, encoded = self._account(account_id), ChunkPlace(account_id, upload, index), check_chunk(chunk)
        for _ in range(RACES_MAX):
            if self._write(account, place, encoded, None):
                return True
            found, _guard = self._read(account, place)
            if found == encoded:
                return False
            if found is not None:
                raise ETagConflictError(account_id, place.box, place.name, None, etag_of(found))
        raise StoreUnavailableError(self._where(account, place), "others keep writing this document: try again")

    def get_chunk(self, account_id: str, upload: str, index: int, *, reader: str | None = None) -> SealedChunk:
        account, place = self._account(account_id), ChunkPlace(account_id, upload, index)
        found = self._found(account, place, reader)
        try:
            return SealedChunk(found)
        except EnvelopeFormatError as error:
            raise StoreFormatError(self._where(account, place), f"the stored document is damaged: {error}") from error

    def chunks(self, account_id: str, upload: str) -> list[int]:
        return sorted(int(name) for name in self._names(self._account(account_id), chunk_box(upload)))

    def uploads(self, account_id: str) -> list[str]:
        boxes = self._boxes(self._account(account_id))
        return [box.removeprefix(CHUNK_BOX) for box in boxes if box.startswith(CHUNK_BOX)]

    def drop_upload(self, account_id: str, upload: str) -> int:
        account, box = self._account(account_id), chunk_box(upload)
        count = len(self._names(account, box))
        self._drop_box(account, box)
        return count

    def _document_boxes(self, account: HostedAccount[Identity]) -> list[str]:
        return [box for box in self._boxes(account) if not box.startswith(CHUNK_BOX)]
