"""Figures that the office supplies: cohorts of graduates, retention, retirement, coverage."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "office_figure",
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("major_code", sa.String(16), nullable=False),
        sa.Column("occupation_code", sa.String(16), nullable=False),
        sa.Column("key_industry", sa.String(64), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "region",
            "kind",
            "period",
            "major_code",
            "occupation_code",
            "key_industry",
            "synthetic",
            name=op.f("pk_office_figure"),
        ),
    )
