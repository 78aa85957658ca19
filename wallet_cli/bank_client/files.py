"""A member's documents: reserved, sent chunk by chunk, read back; and grants of them."""

from urllib.parse import quote

from bank_api.protocol.shapes import files as shapes
from wallet_cli.bank_client.boxes import Calls
from wallet_cli.bank_client.connection import read_shape, read_shapes
from wallet_cli.bank_client.session import BankSession
from wallet_cli.signing.signer import from_base64, to_base64

FILES, PAGE = "/v1/me/files", 200


class FilesFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def files(self) -> shapes.Files:
        """All of them, page by page: a page has the covers of so many versions in it."""
        found = page = self._session.read(shapes.Files, f"{FILES}?limit={PAGE}")
        while page.next is not None:
            page = self._session.read(shapes.Files, f"{FILES}?limit={PAGE}&cursor={quote(page.next, safe='')}")
            if not page.files:
                break
            found = page.model_copy(update={"files": [*found.files, *page.files]})
        return found

    def begin(self, document: str, version: int, begun: shapes.FileBegun) -> shapes.FileState:
        path = _version(document, version)
        return read_shape(shapes.FileState, self._session.call("PUT", path, begun.model_dump()), path)

    def state(self, document: str, version: int) -> shapes.FileState:
        return self._session.read(shapes.FileState, _version(document, version))

    def keep_chunk(self, document: str, version: int, index: int, sealed: bytes) -> shapes.ChunkKept:
        path = f"{_version(document, version)}/chunks/{index}"
        answer = self._session.call("PUT", path, {"chunk_base64": to_base64(sealed)})
        return read_shape(shapes.ChunkKept, answer, path)

    def chunk(self, document: str, version: int, index: int) -> bytes:
        path = f"{_version(document, version)}/chunks/{index}"
        return from_base64(self._session.read(shapes.Chunk, path).chunk_base64, path)

    def finish(self, document: str, version: int) -> shapes.FileVersion:
        path = f"{_version(document, version)}/finished"
        return read_shape(shapes.FileVersion, self._session.call("PUT", path), path)

    def wrap_cover(self, document: str, version: int, cover: bytes) -> shapes.FileVersion:
        path = f"{_version(document, version)}/cover"
        return read_shape(shapes.FileVersion, self._session.call("PUT", path, {"cover_base64": to_base64(cover)}), path)

    def remove(self, document: str, version: int | None) -> shapes.FileRemoved:
        path = f"/v1/me/files/{document}" if version is None else _version(document, version)
        return read_shape(shapes.FileRemoved, self._session.call("DELETE", path), path)


def _version(document: str, version: int) -> str:
    return f"/v1/me/files/{document}/versions/{version}"


class ReceivedFilesFace:
    """Calls of whom others let read: by a session, or each signed by who has no account at this bank."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def received(self) -> list[shapes.FileGrant]:
        path = "/v1/file-grants"
        return read_shapes(shapes.FileGrant, self._calls.call("GET", path), "grants", path)

    def cover(self, grant_id: str) -> shapes.FileHandedOver:
        path = f"/v1/file-grants/{grant_id}"
        return read_shape(shapes.FileHandedOver, self._calls.call("GET", path), path)

    def chunk(self, grant_id: str, index: int) -> bytes:
        path = f"/v1/file-grants/{grant_id}/chunks/{index}"
        return from_base64(read_shape(shapes.Chunk, self._calls.call("GET", path), path).chunk_base64, path)


class FileGrantsFace(ReceivedFilesFace):
    """Calls of owners who let others read, too."""

    def __init__(self, session: BankSession) -> None:
        super().__init__(session)
        self._session = session

    def key_of(self, account: str) -> str:
        path = f"/v1/accounts/{account}/encryption-key"
        return self._session.read(shapes.KeyOfAccount, path).encryption_key

    def grant(self, grant_id: str, granted: shapes.FileGranted) -> shapes.FileGrant:
        path, body = f"/v1/me/file-grants/{grant_id}", granted.model_dump(exclude_defaults=True)
        return read_shape(shapes.FileGrant, self._session.call("PUT", path, body), path)

    def revoke(self, grant_id: str) -> shapes.FileGrant:
        path = f"/v1/me/file-grants/{grant_id}"
        return read_shape(shapes.FileGrant, self._session.call("DELETE", path), path)

    def given(self) -> list[shapes.FileGrant]:
        return self._session.read_all(shapes.FileGrant, "/v1/me/file-grants", "grants")

    def readings(self) -> list[shapes.FileReading]:
        return self._session.read_all(shapes.FileReading, "/v1/me/file-readings", "readings")
