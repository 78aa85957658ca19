"""Documents of any kind in chunks, who may read them, and who did."""

from sqlmodel import Field, SQLModel


class FileVersionRow(SQLModel, table=True):
    """A version of a document that a member keeps: what is reserved for it. The document itself is in the store."""

    __tablename__ = "file_version"
    account: str = Field(primary_key=True)
    document: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    upload: str
    size_bytes: int
    stored_bytes: int
    begun_at: int
    finished_at: int | None = None
    cover: bytes | None = None
    """Sealed to the member alone; until all chunks are there, then it rests in the store."""


class FileGrantRow(SQLModel, table=True):
    __tablename__ = "file_grant"
    grant_id: str = Field(primary_key=True)
    account: str = Field(index=True)
    document: str
    version: int
    recipient: str = Field(index=True)
    cover_digest: str
    granted_at: int
    until: int
    revoked_at: int | None = None


class FileGrantWordRow(SQLModel, table=True):
    """The owner's signed word for a grant; grants from before there were any have none, and end by time or hand."""

    __tablename__ = "file_grant_word"
    grant_id: str = Field(primary_key=True)
    account: str = Field(index=True)
    key: str
    """The owner's that signed: the grant ends when another takes its place."""
    signature: str


class FileReadingRow(SQLModel, table=True):
    """One reading under a grant, written before anything is handed over."""

    __tablename__ = "file_reading"
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True)
    grant_id: str
    recipient: str
    document: str
    version: int
    chunk: int | None = None
    at: int
