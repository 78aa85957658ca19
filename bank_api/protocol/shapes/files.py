"""Documents that members keep in their stores, sealed in chunks by their wallets; and grants of them."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Address, Base64, Body, Paged, Shape, Signature, Time

FileId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["0d" * 16])]
Version = Annotated[int, Field(ge=1, le=10**6)]
SIZE_BYTES_MAX = 2**37
"""65,536 chunks: which of them are missing is told as a list, also where no quota of the bank's bounds them."""


class FileBegun(Body):
    """A version that is about to be sent: how long it is, and its sealed cover."""

    upload: FileId
    """Names its chunks; never used twice."""
    size_bytes: Annotated[int, Field(ge=0, le=SIZE_BYTES_MAX)]
    """Of the content, not sealed yet."""
    cover_base64: Base64


class ChunkSent(Body):
    chunk_base64: Base64


class FileVersion(Shape):
    document: str
    version: int
    upload: str
    size_bytes: int
    stored_bytes: int
    chunks: int
    begun_at: int
    finished_at: int | None = None
    """None as long as chunks are missing."""
    cover_base64: str


class FileState(FileVersion):
    missing: list[int]
    """Chunks that are still to be sent."""


class Files(Paged):
    files: list[FileVersion]
    used_bytes: int
    quota_bytes: int


class ChunkKept(Shape):
    index: int
    repeated: bool


class Chunk(Shape):
    index: int
    chunk_base64: str


class FileRemoved(Shape):
    versions: int
    """How many there were."""


class FileGranted(Body):
    """Leave for one recipient to read one version of one document until a time."""

    document: FileId
    version: Version
    recipient: Address
    elsewhere: bool = False
    """The recipient has no account here, and signs each call; whose key the cover is sealed to, the owner vouches."""
    until: Time
    cover_base64: Base64
    """Sealed to the recipient and to nobody else."""
    signature: Signature
    """The owner's, over `file_grant.file_grant_text`."""


class FileGrant(Shape):
    grant_id: str
    owner: str
    document: str
    version: int
    recipient: str
    granted_at: int
    until: int
    revoked_at: int | None = None
    signature: str | None = None
    """The owner's, over the words and the cover: a recipient's wallet opens nothing that it does not cover. None of
    grants from before there were any."""
    is_live: bool
    size_bytes: int
    chunks: int


class FileGrants(Shape):
    grants: list[FileGrant]


class FileHandedOver(FileGrant):
    cover_base64: str


class FileReading(Shape):
    at: int
    grant_id: str
    recipient: str
    document: str
    version: int
    chunk: int | None = None
    """None: the cover."""


class FileReadings(Shape):
    readings: list[FileReading]


class KeyOfAccount(Shape):
    account: str
    encryption_key: str
