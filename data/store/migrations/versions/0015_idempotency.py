"""Requests that were answered, by the number that the caller gave them; lists page by page by owner."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "idempotent_request",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotent_request")),
    )
    for column in ("created_at", "resource_id"):
        op.create_index(op.f(f"ix_idempotent_request_{column}"), "idempotent_request", [column])
    for table in ("posting", "profile", "vacancy"):
        op.create_index(op.f(f"ix_{table}_owner_{table}_id"), table, ["owner", f"{table}_id"])
