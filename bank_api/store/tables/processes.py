"""What the processes of one bank know of each other."""

from sqlmodel import Field, SQLModel


class LeaseRow(SQLModel, table=True):
    """Which process does what only one may do at a time."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: int


class LeaderRow(SQLModel, table=True):
    """Where the process that leads takes what the others hand over; there is none where one process does all."""

    __tablename__ = "leader"
    name: str = Field(primary_key=True)
    address: str


class AskedRow(SQLModel, table=True):
    """When all requests of a caller so far would have come had they come evenly; there is none of who is quiet."""

    __tablename__ = "asked"
    caller: str = Field(primary_key=True)
    due_ms: int = Field(index=True)
    """Milliseconds since 1970."""
