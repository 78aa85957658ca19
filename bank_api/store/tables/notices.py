"""What is told to people, and by what way it reached them."""

from sqlmodel import Field, SQLModel


class InboxReadRow(SQLModel, table=True):
    """How far somebody has read an inbox; what is in it is derived each time."""

    __tablename__ = "inbox_read"
    account: str = Field(primary_key=True)
    through: int
    """Unix seconds: everything up to then was seen."""


class NoticeRow(SQLModel, table=True):
    """What somebody chose to be told of how. The address itself stands in the directory, once it is confirmed."""

    __tablename__ = "notice"
    account: str = Field(primary_key=True)
    language: str = "ja"
    kinds: str = "{}"
    """JSON: channels by kind, where they are not the usual ones."""
    confirmed_at: int | None = None
    asked_email: str | None = None
    """An address to which a code was sent; it goes into the directory when the code comes back."""
    code_digest: str | None = None
    code_until: int = 0
    code_tries: int = 0


class WebhookRow(SQLModel, table=True):
    """Where an organization is told of what awaits it."""

    __tablename__ = "webhook"
    account: str = Field(primary_key=True)
    url: str
    set_at: int
    stopped_at: int | None = None


class ToldRow(SQLModel, table=True):
    """An item that was told by a channel, or is being tried; what is in the inbox and not here is to be told."""

    __tablename__ = "told"
    account: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    tries: int = 0
    next_at: int = 0
    """When to try again; of no meaning once it was told or given up."""
    told_at: int | None = None
    given_up: bool = False
