"""Saved searches and what they found; receipts of objections; bulletins."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_searches()
    _create_bulletins()
    op.add_column("edition_ticket", sa.Column("owner", sa.String(16), nullable=False, server_default=""))
    op.add_column("edition_ticket", sa.Column("receipt", sa.String(24), nullable=True))
    op.add_column("edition_ticket", sa.Column("assigned_to", sa.Text(), nullable=True))
    _give_receipts()
    op.create_index(op.f("ix_edition_ticket_owner"), "edition_ticket", ["owner"])
    op.create_index(op.f("ix_edition_ticket_receipt"), "edition_ticket", ["receipt"], unique=True)


def _give_receipts() -> None:
    """Give every ticket that is there a receipt as a new one gets it."""
    ticket = sa.table("edition_ticket", sa.column("ticket_id"), sa.column("receipt"))
    connection = op.get_bind()
    for ticket_id in connection.execute(sa.select(ticket.c.ticket_id)).scalars().all():
        receipt = f"YY{secrets.token_hex(8)}"
        connection.execute(ticket.update().where(ticket.c.ticket_id == ticket_id).values(receipt=receipt))


def _create_searches() -> None:
    op.create_table(
        "saved_search",
        sa.Column("search_id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("vacancy_id", sa.String(64), nullable=True),
        sa.Column("profile_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("search_id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_owner_created_at"), "saved_search", ["owner", "created_at"])
    op.create_index(op.f("ix_saved_search_profile_id"), "saved_search", ["profile_id"])
    op.create_index(op.f("ix_saved_search_expires_at"), "saved_search", ["expires_at"])
    op.create_table(
        "search_hit",
        sa.Column("search_id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("gone_run", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_search.search_id"], name=op.f("fk_search_hit_search_id_saved_search")
        ),
        sa.PrimaryKeyConstraint("search_id", "item_id", name=op.f("pk_search_hit")),
    )
    op.create_index(op.f("ix_search_hit_item_id"), "search_hit", ["item_id"])


def _create_bulletins() -> None:
    op.create_table(
        "bulletin",
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("quarter", sa.String(8), nullable=False),
        sa.Column("industry", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bulletin_id", name=op.f("pk_bulletin")),
    )
    op.create_index(
        op.f("ix_bulletin_region_quarter_industry_sha256"),
        "bulletin",
        ["region", "quarter", "industry", "sha256"],
        unique=True,
    )
