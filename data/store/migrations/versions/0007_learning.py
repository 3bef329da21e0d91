"""Feedback events and the ledger of promotions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_feedback()
    _create_promotion()
    _refuse("feedback_event", "UPDATE")
    _guard("promotion")


def _create_feedback() -> None:
    op.create_table(
        "feedback_event",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("side", sa.String(16), nullable=False),
        sa.Column("vacancy_id", sa.String(64), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("list_id", sa.String(64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("propensity", sa.Float(), nullable=True),
        sa.Column("variant", sa.String(64), nullable=True),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profile.profile_id"],
            name=op.f("fk_feedback_event_profile_id_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("actor", "event_id", name=op.f("pk_feedback_event")),
    )
    for columns in (["vacancy_id", "profile_id"], ["profile_id"], ["happened_at"]):
        op.create_index(op.f(f"ix_feedback_event_{'_'.join(columns)}"), "feedback_event", columns)


def _create_promotion() -> None:
    op.create_table(
        "promotion",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("bundle_from", sa.String(96), nullable=True),
        sa.Column("bundle_to", sa.String(96), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("previous_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_promotion")),
        sa.UniqueConstraint("previous_sha256", name=op.f("uq_promotion_previous_sha256")),
    )


def _refuse(table: str, event: str) -> None:
    """Make the database itself refuse one kind of statement."""
    message, name = f"{table} is append-only", f"{table}_no_{event.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION refuse_{name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{name}()"
        )
        return
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def _guard(table: str) -> None:
    """Make the database itself refuse to alter what was decided."""
    message = f"{table} is append-only"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        _refuse(table, event)
