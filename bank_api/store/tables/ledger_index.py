"""The index of ledger events, which `azukari-bank reindex` makes anew from the chain at any time."""

from sqlmodel import Field, Index, SQLModel

from bank_api.store.columns import Uint256


class CursorRow(SQLModel, table=True):
    """How far the index has read the ledger."""

    __tablename__ = "ledger_cursor"
    name: str = Field(primary_key=True)
    block_number: int


class IndexedBlockRow(SQLModel, table=True):
    """A mark of the index: the last block of a reading, and what the rows were before (`bank_api.index.undoing`)."""

    __tablename__ = "indexed_block"
    number: int = Field(primary_key=True)
    first: int
    """The first block of the reading."""
    hash: str
    undo: str | None = None
    """Rows by their keys as JSON; nothing where the blocks were too deep to be undone."""


class LedgerEventRow(SQLModel, table=True):
    """One contract event, as the chain has it."""

    __tablename__ = "ledger_event"
    block_number: int = Field(primary_key=True)
    log_index: int = Field(primary_key=True)
    time: int
    transaction_hash: str = Field(index=True)
    contract: str
    name: str = Field(index=True)
    account: str | None = None
    """Whose passbook the event belongs to, where it belongs to one."""
    counterparty: str | None = None
    """The other side of a movement of coins."""
    subject: str | None = None
    """The id the event is about."""
    data: str
    """The event's fields as JSON."""
    __table_args__ = (
        Index("ledger_event_subject_name", "subject", "name"),
        Index("ledger_event_account_name", "account", "name"),
        Index("ledger_event_counterparty_name", "counterparty", "name"),
    )


class IndexedAccountRow(SQLModel, table=True):
    """An account as `membership` has it: who may act, in which roles, with which key."""

    __tablename__ = "indexed_account"
    account: str = Field(primary_key=True)
    key: str = Field(index=True, unique=True)
    roles: int = Field(default=0, index=True)
    """Bits, as the contract counts them."""
    is_suspended: bool = False
    is_resting: bool = False
    """Whether a recovery waits."""
    agreed_block: int = -1
    agreed_log_index: int = -1
    """Where it last accepted the terms of its time, by joining or since."""
    __table_args__ = (Index("indexed_account_agreed", "agreed_block", "agreed_log_index", "account"),)


class IndexedTallyRow(SQLModel, table=True):
    """A sum that a contract keeps (`bank_api.index.tallies`)."""

    __tablename__ = "indexed_tally"
    tally: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    amount: str
    """In decimal: the ledger's sums have up to 256 bits."""
    __table_args__ = (Index("indexed_tally_account", "tally", "account"),)


class IndexedAnswerRow(SQLModel, table=True):
    __tablename__ = "indexed_answer"
    answer_id: str = Field(primary_key=True)
    survey_id: str
    member: str
    commitment: str
    items: int = Field(sa_type=Uint256)
    coins: int = Field(sa_type=Uint256)
    replaces: str = ""
    block_number: int
    time: int
    __table_args__ = (
        Index("indexed_answer_survey_member", "survey_id", "member"),
        Index("indexed_answer_member", "member"),
    )


class IndexedConsentRow(SQLModel, table=True):
    __tablename__ = "indexed_consent"
    consent_id: str = Field(primary_key=True)
    request_id: str
    member: str = Field(index=True)
    state: int
    items: int = Field(sa_type=Uint256)
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    block_number: int
    time: int
    __table_args__ = (
        Index("indexed_consent_request_state_time", "request_id", "state", "time"),
        Index("indexed_consent_state_end", "state", "valid_until"),
    )


class IndexedDecisionRow(SQLModel, table=True):
    """Who signed a board's decision: words and signatures as JSON (`bank_api.index.decisions`)."""

    __tablename__ = "indexed_decision"
    request_id: str = Field(primary_key=True)
    block_number: int
    words: str
    signatures: str


class IndexedRevocationRow(SQLModel, table=True):
    """Who signed that the board takes an approval back, as `IndexedDecisionRow` has it of decisions."""

    __tablename__ = "indexed_revocation"
    request_id: str = Field(primary_key=True)
    block_number: int
    words: str
    signatures: str
