"""What was spent of a person's budget has a delta, too: nothing, until rows were made up."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, inspect

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade() -> None:
    found = inspect(op.get_bind())
    if "privacy_spent" not in found.get_table_names():
        return
    if "delta_billionths" not in {one["name"] for one in found.get_columns("privacy_spent")}:
        kind = Integer() if op.get_bind().dialect.name == "sqlite" else BigInteger()
        op.add_column("privacy_spent", Column("delta_billionths", kind, nullable=False, server_default="0"))
