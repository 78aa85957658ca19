"""Keys that accounts had, on their way to the ones that took their place; and keys that guardians hold in shares."""

from sqlmodel import Field, SQLModel


class FormerKeyRow(SQLModel, table=True):
    """An encryption key that an account had, sealed to the one after it, until everything is wrapped anew."""

    __tablename__ = "former_key"
    account: str = Field(primary_key=True)
    public_key: str = Field(primary_key=True)
    sealed: bytes


class EntrustedKeyRow(SQLModel, table=True):
    """An account's encryption key in escrow with its guardians; one for each account, the last."""

    __tablename__ = "entrusted_key"
    account: str = Field(primary_key=True)
    escrow: bytes
    key: str
    """Of the account when it entrusted: another's escrow may be all that still opens what is kept."""
    made_at: int


class KeyShareRow(SQLModel, table=True):
    """A guardian's share of an entrusted key, and what the guardian contributed to a recovery."""

    __tablename__ = "key_share"
    owner: str = Field(primary_key=True)
    guardian: str = Field(primary_key=True, index=True)
    sealed: bytes
    recovery_id: str | None = None
    contribution: bytes | None = None
    """Sealed to the key that the recovery names; handed to who has the account's key, and to nobody else."""
