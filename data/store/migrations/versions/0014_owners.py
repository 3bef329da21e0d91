"""Whose batches, postings, profiles and vacancies are, and what their owners number them by."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ("batch", "posting", "profile", "vacancy"):
        op.add_column(table, sa.Column("owner", sa.String(16), nullable=False, server_default=""))
        op.create_index(op.f(f"ix_{table}_owner"), table, ["owner"])
    for table in ("posting", "profile"):
        op.add_column(table, sa.Column("reference", sa.String(128), nullable=False, server_default=""))
    op.add_column("vacancy", sa.Column("counted_in", sa.String(64), nullable=True))
