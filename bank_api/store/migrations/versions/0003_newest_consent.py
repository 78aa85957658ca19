"""The index over a request's consents by their state goes on by time: the newest of a state is found at once.

What it was before goes; the new one is made with all that a database lacks (`schema.prepare`).
"""

from alembic import op
from sqlalchemy import inspect

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None


def upgrade() -> None:
    found = inspect(op.get_bind())
    if "indexed_consent" not in found.get_table_names():
        return
    if "indexed_consent_request_state" in {one["name"] for one in found.get_indexes("indexed_consent")}:
        op.drop_index("indexed_consent_request_state", table_name="indexed_consent")
