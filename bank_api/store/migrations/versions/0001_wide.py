"""Whole numbers of 64 bits, text compared as bytes; the ledger's index, which is narrower still, is made and read anew.

A file has wide numbers and plain text by itself.
"""

from alembic import op
from sqlalchemy import BigInteger, Integer, String, Text, inspect

revision, down_revision, branch_labels, depends_on = "0001", None, None, None

INDEX = ("ledger_cursor", "ledger_event", "indexed_account", "indexed_answer", "indexed_consent", "indexed_tally")


def upgrade() -> None:
    found = inspect(op.get_bind())
    names = [name for name in found.get_table_names() if name != "alembic_version"]
    for name in INDEX:
        if name in names:
            op.drop_table(name)
    if op.get_bind().dialect.name == "sqlite":
        return
    for name in set(names) - set(INDEX):
        for column in found.get_columns(name):
            if isinstance(column["type"], Integer):
                op.alter_column(name, column["name"], type_=BigInteger())
            elif isinstance(column["type"], String):
                op.alter_column(name, column["name"], type_=Text(collation="C"))
    op.execute("ALTER SEQUENCE IF EXISTS file_reading_id_seq AS bigint")
