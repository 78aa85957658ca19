"""The three tables of the embedded store, in a registry of their own so that no other database gets them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import AutoString


class StoreTable(SQLModel, registry=registry(metadata=MetaData())):
    pass


metadata = StoreTable.metadata


class AccountRow(StoreTable, table=True):
    """That an account was opened; of an erased one, what was destroyed."""

    __tablename__ = "accounts"

    account_id: str = Field(primary_key=True)
    opened_at: int
    erased_at: int | None = None
    erased_documents: int = 0
    erased_wraps: int = 0
    erased_grants: int = 0


class DocumentRow(StoreTable, table=True):
    """A sealed document."""

    __tablename__ = "documents"

    account_id: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    etag: str
    wraps: int
    content: bytes


class GrantRow(StoreTable, table=True):
    """Leave to read one box; ended ones stay."""

    __tablename__ = "grants"

    id: int | None = Field(default=None, primary_key=True)
    account_id: str = Field(index=True)
    box: str
    recipient: str
    granted_at: int
    revoked_at: int | None = None


def _widen() -> None:
    """On a server whole numbers have 64 bits and text is compared as bytes; a file does so by itself."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Integer):
                column.type = Integer().with_variant(BigInteger(), "postgresql")
            elif isinstance(column.type, AutoString):
                column.type = AutoString().with_variant(Text(collation="C"), "postgresql")


_widen()
