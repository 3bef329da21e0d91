"""The agency that somebody who may log in belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("office_user", sa.Column("agency_id", sa.String(16), nullable=False, server_default=""))
