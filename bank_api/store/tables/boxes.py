"""Records in boxes, apps and people who are let in, and what they did."""

from sqlmodel import Field, Index, SQLModel


class AppRow(SQLModel, table=True):
    """A program of somebody else that members may let into their boxes."""

    __tablename__ = "app"
    app_id: str = Field(primary_key=True)
    name: str
    key: str
    """Address of the key that signs its calls."""
    encryption_key: str
    registered_at: int


class BoxGrantRow(SQLModel, table=True):
    """An app, or another account, that an owner lets into a box; one row, the last word, for each."""

    __tablename__ = "box_grant"
    owner: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    grantee: str = Field(primary_key=True, index=True)
    encryption_key: str
    may_write: bool
    granted_at: int
    until: int
    key: str
    """The owner's that signed: a grant ends when another takes its place."""
    signature: str
    revoked_at: int | None = None
    box_key: bytes
    """Sealed to the grantee; emptied with the grant."""


class RecordRow(SQLModel, table=True):
    """That there is a record; its document is in the owner's store."""

    __tablename__ = "box_record"
    owner: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    stored_bytes: int
    writer: str
    written_at: int


class RecordTokenRow(SQLModel, table=True):
    """By what a record is found; the bank knows of no field or value."""

    __tablename__ = "box_record_token"
    __table_args__ = (Index("box_token", "owner", "box", "token"),)
    owner: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    token: str = Field(primary_key=True)
    position: int


class BoxReadingRow(SQLModel, table=True):
    """What somebody other than the owner did in a box, written before it is answered."""

    __tablename__ = "box_reading"
    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    reader: str
    box: str
    what: str
    name: str = ""
    at: int
