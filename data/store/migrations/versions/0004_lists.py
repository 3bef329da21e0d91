"""Further lists of the catalogue: named posts, employers' flow reports, unmet searches."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "key_talent_item",
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(16), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("region", "item_id", name=op.f("pk_key_talent_item")),
    )
    op.create_index(op.f("ix_key_talent_item_region_department"), "key_talent_item", ["region", "department"])
    op.create_table(
        "flow_report",
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("employer_key", sa.Text(), nullable=False),
        sa.Column("key_industry", sa.String(64), nullable=False),
        sa.Column("talent_category", sa.String(16), nullable=False),
        sa.Column("inflow", sa.Integer(), nullable=False),
        sa.Column("outflow", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "region",
            "period",
            "employer_key",
            "key_industry",
            "talent_category",
            name=op.f("pk_flow_report"),
        ),
    )
    op.create_table(
        "unmet_search",
        sa.Column("occupation_code", sa.String(16), nullable=False),
        sa.Column("place_code", sa.String(6), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "occupation_code", "place_code", "month", "synthetic", name=op.f("pk_unmet_search")
        ),
    )
