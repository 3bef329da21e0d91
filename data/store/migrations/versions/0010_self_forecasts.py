"""Employers' own forecasts of what they will hire."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "self_forecast",
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("period", sa.String(6), nullable=False),
        sa.Column("employer_key", sa.Text(), nullable=False),
        sa.Column("occupation_code", sa.String(16), nullable=False),
        sa.Column("target_quarter", sa.String(6), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_industry", sa.String(64), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("likely", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("certainty", sa.String(8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "region",
            "period",
            "employer_key",
            "occupation_code",
            "target_quarter",
            "synthetic",
            "version",
            name=op.f("pk_self_forecast"),
        ),
    )
