"""Shortlists as they were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shortlist",
        sa.Column("list_id", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("vacancy_id", sa.String(64), nullable=True),
        sa.Column("profile_id", sa.String(64), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=True),
        sa.Column("rank_by", sa.String(16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.Column("bundle_id", sa.String(96), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("index_version", sa.Text(), nullable=False),
        sa.Column("taxonomy_version", sa.Text(), nullable=False),
        sa.Column("data_sha256", sa.String(64), nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("asker_erased", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_shortlist")),
    )
    op.create_index(op.f("ix_shortlist_issued_at"), "shortlist", ["issued_at"])
    op.create_index(op.f("ix_shortlist_profile_id"), "shortlist", ["profile_id"])
    op.create_table(
        "shortlist_item",
        sa.Column("list_id", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("vacancy_id", sa.String(64), nullable=True),
        sa.Column("profile_id", sa.String(64), nullable=True),
        sa.Column("score_forward", sa.Float(), nullable=True),
        sa.Column("score_reverse", sa.Float(), nullable=True),
        sa.Column("score_mutual", sa.Float(), nullable=True),
        sa.Column("features", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["shortlist.list_id"], name=op.f("fk_shortlist_item_list_id_shortlist")
        ),
        sa.PrimaryKeyConstraint("list_id", "rank", name=op.f("pk_shortlist_item")),
    )
    op.create_index(op.f("ix_shortlist_item_profile_id"), "shortlist_item", ["profile_id"])
