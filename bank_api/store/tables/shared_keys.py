"""The release key that the board shares: its ceremonies, and the openings of answers under it."""

from sqlmodel import Field, SQLModel


class SharedKeyRow(SQLModel, table=True):
    """One epoch of a key that the board's members hold in shares: its ceremony, and afterwards the key."""

    __tablename__ = "shared_key"
    key_id: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    threshold: int
    keepers: str
    """JSON: account and encryption key of each, in the order of their shares."""
    dealers: str
    """JSON: the accounts that deal; all keepers at first, k keepers of the epoch before later."""
    begun_at: int
    terms: str | None = None
    """Canonical JSON of the public terms; once everybody dealt."""
    stands_at: int | None = None
    """Since when, every keeper having confirmed a share, answers are wrapped under it."""
    passed_at: int | None = None
    """Since when nothing is wrapped to the bank's own key any more."""


class KeyDealRow(SQLModel, table=True):
    """What a member of the board dealt, sealed to each keeper; public but for that."""

    __tablename__ = "shared_key_deal"
    key_id: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    account: str = Field(primary_key=True)
    deal: bytes
    signature: str


class KeyConfirmedRow(SQLModel, table=True):
    """A keeper's signed word that the share fits the terms."""

    __tablename__ = "shared_key_confirmed"
    key_id: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    account: str = Field(primary_key=True)
    signature: str


class AnswersOpeningRow(SQLModel, table=True):
    """Documents that the board is asked to open: this list and no other, for this release or this account."""

    __tablename__ = "answers_opening"
    opening_id: str = Field(primary_key=True)
    kind: str
    """`release` or `account`."""
    subject: str
    """The request, or the account whose documents are wrapped anew."""
    key_id: str
    epoch: int
    listed: bytes
    """JSON of the list, packed: owner, box, name and wrapped key of each."""
    public_key: str
    """What parts are sealed to; the bank has its secret as long as the opening lasts."""
    asked_at: int
    count: int


class OpeningPartRow(SQLModel, table=True):
    __tablename__ = "answers_opening_part"
    opening_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    position: int
    """Of the keeper's share, from one."""
    sealed: bytes
    given_at: int


class OpeningOrderRow(SQLModel, table=True):
    """How the operator last signed the release that waits for this opening, shown to them where they sign it again."""

    __tablename__ = "answers_opening_order"
    opening_id: str = Field(primary_key=True)
    k: int | None = None
    """None: the least that the request allows."""
    suppression_limit: float
    come_and_go: bool | None = None
    """Homes or seats, where a series begins; None: nothing was said."""


class OwedForgettingRow(SQLModel, table=True):
    """Somebody erased whose name is still in a history that only the board opens: gone when it is opened next."""

    __tablename__ = "owed_forgetting"
    survey_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    owed_since: int
