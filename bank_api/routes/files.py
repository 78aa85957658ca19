"""What members keep in their stores besides answers, and whom they let read it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from bank_api.flows import file_grants, files
from bank_api.protocol.fields import Address
from bank_api.protocol.shapes import files as shapes
from bank_api.protocol.shapes.kept_keys import CoverWrapped
from bank_api.routes.access import Anyone, Holder, TheBank
from bank_api.routes.paging import Page
from bank_api.routes.readers import ActiveReader

router = APIRouter(prefix="/v1", tags=["documents"])

Document = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Version = Annotated[int, Path(ge=1, le=10**6)]
VERSION = "/me/files/{document}/versions/{version}"
AS_IT_IS = {"Cache-Control": "no-transform"}
"""Of sealed bytes packing saves a quarter, and takes a bank's processor a minute for each gigabyte."""


@router.get("/me/files", response_model=shapes.Files)
def my_files(bank: TheBank, caller: Holder, page: Page) -> Any:
    """My documents with all their versions, each with its sealed cover; and how much room they take."""
    uploads, following = page.choose(bank.files.uploads_of(caller.account))
    return files.listed(bank, caller.account, frozenset(uploads)).model_copy(update={"next": following})


@router.put(VERSION, response_model=shapes.FileState)
def begin_file(bank: TheBank, caller: Anyone, document: Document, version: Version, body: shapes.FileBegun) -> Any:
    """Reserve a version of a document, the next one. Again the same: what of it is still missing."""
    return files.begin(bank, caller.account, document, version, body)


@router.get(VERSION, response_model=shapes.FileState)
def my_file(bank: TheBank, caller: Holder, document: Document, version: Version) -> Any:
    """One version of a document, and which chunks are still missing."""
    return files.state(bank, caller.account, document, version)


@router.put(f"{VERSION}/chunks/{{index}}", response_model=shapes.ChunkKept)
def keep_chunk(
    bank: TheBank, caller: Anyone, document: Document, version: Version, index: int, body: shapes.ChunkSent
) -> Any:
    """Keep one sealed chunk. The same again is success, another one at its place is refused."""
    return files.keep_chunk(bank, caller.account, document, version, index, body.chunk_base64)


@router.get(f"{VERSION}/chunks/{{index}}", response_model=shapes.Chunk)
def my_chunk(bank: TheBank, caller: Holder, document: Document, version: Version, index: int, answer: Response) -> Any:
    """One sealed chunk of mine."""
    answer.headers.update(AS_IT_IS)
    return files.chunk(bank, caller.account, document, version, index)


@router.put(f"{VERSION}/finished", response_model=shapes.FileVersion)
def finish_file(bank: TheBank, caller: Anyone, document: Document, version: Version) -> Any:
    """All chunks are sent: from now on this version is a document of mine."""
    return files.finish(bank, caller.account, document, version)


@router.put(f"{VERSION}/cover", response_model=shapes.FileVersion)
def wrap_cover(bank: TheBank, caller: Holder, document: Document, version: Version, body: CoverWrapped) -> Any:
    """The cover of a version of mine, sealed to the key that I have now."""
    return files.wrap_cover(bank, caller.account, document, version, body.cover_base64)


@router.delete(VERSION, response_model=shapes.FileRemoved)
def remove_version(bank: TheBank, caller: Holder, document: Document, version: Version) -> Any:
    """Remove one version for good, finished or not."""
    return file_grants.remove(bank, caller.account, document, version)


@router.delete("/me/files/{document}", response_model=shapes.FileRemoved)
def remove_file(bank: TheBank, caller: Holder, document: Document) -> Any:
    """Remove a document with all its versions for good."""
    return file_grants.remove(bank, caller.account, document, None)


@router.put("/me/file-grants/{grant_id}", response_model=shapes.FileGrant)
def grant_file(bank: TheBank, caller: Anyone, grant_id: Document, body: shapes.FileGranted) -> Any:
    """Let one recipient read one version of one document of mine, until a time."""
    return file_grants.grant(bank, caller, grant_id, body)


@router.delete("/me/file-grants/{grant_id}", response_model=shapes.FileGrant)
def revoke_file_grant(bank: TheBank, caller: Holder, grant_id: Document) -> Any:
    """End a grant at once."""
    return file_grants.revoke(bank, caller.account, grant_id)


@router.get("/me/file-grants", response_model=shapes.FileGrants)
def my_file_grants(bank: TheBank, caller: Holder) -> Any:
    """Whom I let read what, ended grants too."""
    return {"grants": file_grants.given(bank, caller.account)}


@router.get("/me/file-readings", response_model=shapes.FileReadings)
def my_file_readings(bank: TheBank, caller: Holder) -> Any:
    """Who read what of mine, newest first."""
    return {"readings": file_grants.readings(bank, caller.account)}


@router.get("/file-grants", response_model=shapes.FileGrants)
def received_file_grants(bank: TheBank, reader: ActiveReader) -> Any:
    """What others let me read now."""
    return {"grants": file_grants.received(bank, reader.name)}


@router.get("/file-grants/{grant_id}", response_model=shapes.FileHandedOver)
def granted_file(bank: TheBank, reader: ActiveReader, grant_id: Document) -> Any:
    """The cover of a document that I was let read, sealed to me. Its owner sees that I read it."""
    return file_grants.cover(bank, reader.name, grant_id)


@router.get("/file-grants/{grant_id}/chunks/{index}", response_model=shapes.Chunk)
def granted_chunk(bank: TheBank, reader: ActiveReader, grant_id: Document, index: int, answer: Response) -> Any:
    """One sealed chunk of a document that I was let read. Its owner sees that I read it."""
    answer.headers.update(AS_IT_IS)
    return file_grants.chunk(bank, reader.name, grant_id, index)


@router.get("/accounts/{account}/encryption-key", response_model=shapes.KeyOfAccount)
def key_of_account(bank: TheBank, _caller: Anyone, account: Address) -> Any:
    """The key that documents for somebody in office are sealed to; `/v1/proofs` proves it."""
    return file_grants.key_of(bank, account)
