"""How much of full time, and in which months of the year, work is done and a person can come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ("posting", "profile"):
        op.add_column(table, sa.Column("time_share", sa.Float()))
        op.add_column(table, sa.Column("months", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
