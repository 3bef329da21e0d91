"""Agencies, scopes of keys, users of the office, sessions, usage."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_EARLIER = ["catalogues:read", "feedback:write", "forecasts:read", "matches:read"]
"""What every key could do before keys had scopes."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "agency",
        sa.Column("agency_id", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence_number", sa.String(64), nullable=False),
        sa.Column("licence_from", sa.Date(), nullable=False),
        sa.Column("licence_to", sa.Date(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("daily_quota", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_agency")),
    )
    op.create_index(op.f("ix_agency_name"), "agency", ["name"], unique=True)
    _extend_keys()
    _create_users()
    op.create_table(
        "daily_usage",
        sa.Column("caller", sa.String(96), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("writes", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "day", name=op.f("pk_daily_usage")),
    )


def _extend_keys() -> None:
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agency_id", sa.String(16), nullable=True))
        batch_op.add_column(sa.Column("scopes", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_api_key_agency_id_agency"), "agency", ["agency_id"], ["agency_id"]
        )
        batch_op.create_index(batch_op.f("ix_api_key_agency_id"), ["agency_id"])
    op.execute(sa.table("api_key", sa.column("scopes", sa.JSON)).update().values(scopes=_EARLIER))


def _create_users() -> None:
    op.create_table(
        "office_user",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_office_user")),
    )
    op.create_table(
        "user_session",
        sa.Column("session_sha256", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["office_user.user_id"], name=op.f("fk_user_session_user_id_office_user")
        ),
        sa.PrimaryKeyConstraint("session_sha256", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"])
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"])
    op.create_table(
        "login_delay",
        sa.Column("subject_sha256", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject_sha256", name=op.f("pk_login_delay")),
    )
    op.create_index(op.f("ix_login_delay_failed_at"), "login_delay", ["failed_at"])
