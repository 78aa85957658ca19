"""Escrowed documents, their shares and openings."""

from sqlmodel import Field, SQLModel


class EscrowRow(SQLModel, table=True):
    __tablename__ = "escrow"
    escrow_id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    title: str
    message: str
    document: bytes
    commitments: bytes


class HeirRow(SQLModel, table=True):
    """Who may ask for an escrow's opening besides its owner and custodians."""

    __tablename__ = "escrow_heir"
    escrow_id: str = Field(primary_key=True)
    heir: str = Field(index=True)


class ShareRow(SQLModel, table=True):
    __tablename__ = "escrow_share"
    escrow_id: str = Field(primary_key=True)
    custodian: str = Field(primary_key=True, index=True)
    sealed: bytes


class OpeningRow(SQLModel, table=True):
    __tablename__ = "opening"
    opening_id: str = Field(primary_key=True)
    escrow_id: str = Field(index=True)
    requester: str
    message: str
    """The words that were signed, as canonical JSON."""
    recipient_key: str
    reason: str


class ContributionRow(SQLModel, table=True):
    """A contribution as it came in; it counts only if the ledger recorded this custodian with this hash."""

    __tablename__ = "contribution"
    opening_id: str = Field(primary_key=True)
    custodian: str = Field(primary_key=True)
    content_hash: str = Field(primary_key=True)
    sealed: bytes


class OpeningRefusalRow(SQLModel, table=True):
    """A custodian's word to whoever asked for an opening: no share of mine. The ledger knows nothing of it."""

    __tablename__ = "opening_refusal"
    opening_id: str = Field(primary_key=True)
    custodian: str = Field(primary_key=True)
    requester: str = Field(index=True)
    reason: str
    refused_at: int
