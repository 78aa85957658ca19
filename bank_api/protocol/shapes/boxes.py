"""Boxes of records: the owner's, read and written by apps and people whom the owner lets in."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Address, Base64, Body, EncryptionKey, Shape, Short, Signature, Time

AppId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,39}$", examples=["tea-diary"])]
BoxName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["diary"])]
RecordName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["2026-11-29"])]
Token = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["1f" * 16])]
"""Stands for one value of one field, made with the box's key: equal values have equal tokens, and it tells no more."""


class AppBody(Body):
    app_id: AppId
    name: Short
    key: Address
    """Of the key that signs the app's calls."""
    encryption_key: EncryptionKey


class AppKeyBody(Body):
    """The keys of an app's makers from now on."""

    key: Address
    encryption_key: EncryptionKey


class AppRemoved(Shape):
    app_id: str
    removed: bool
    """Whether it was there."""
    grants_ended: int


class AppView(Shape):
    app_id: str
    name: str
    key: str
    encryption_key: str
    registered_at: int


class Apps(Shape):
    apps: list[AppView]


class BoxGrantBody(Body):
    encryption_key: EncryptionKey
    """The grantee's, to which the box's key is sealed."""
    may_write: bool = False
    until: Time
    key_base64: Base64
    """The box's key, sealed to the grantee alone."""
    signature: Signature
    """The owner's, over `box_grant.box_grant_text`."""


class BoxGrant(Shape):
    owner: str
    box: str
    grantee: str
    """An app's id, or an account."""
    encryption_key: str
    may_write: bool
    granted_at: int
    until: int
    signature: str
    """The owner's: what it does not cover, a wallet does not seal to."""
    revoked_at: int | None = None
    is_live: bool


class BoxGrants(Shape):
    grants: list[BoxGrant]


class BoxReceived(BoxGrant):
    key_base64: str
    owner_key: str
    """What a record is sealed to so that its owner opens it."""


class BoxesReceived(Shape):
    boxes: list[BoxReceived]


class RecordBody(Body):
    sealed_base64: Base64
    """To the owner, and to others who may read this box."""
    tokens: Annotated[list[Token], Field(max_length=64)]
    """By which it is found."""
    over: Annotated[str, Field(max_length=128)] | None = None
    """Etag of the state that this was made of: another one is not written over. None: whatever is there is."""


class RecordKept(Shape):
    name: str
    etag: str
    repeated: bool


class RecordView(Shape):
    name: str
    etag: str
    writer: str
    written_at: int
    sealed_base64: str


class Records(Shape):
    records: list[RecordView]
    more: str | None = None
    """Name to go on after, where there are more."""


class RecordRemoved(Shape):
    name: str
    removed: bool


class BoxReading(Shape):
    reader: str
    box: str
    what: str
    """`read`, `find`, `write` or `remove`."""
    name: str
    at: int


class BoxReadings(Shape):
    readings: list[BoxReading]
