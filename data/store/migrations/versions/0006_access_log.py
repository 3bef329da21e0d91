"""Who looked at whom."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=True),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("index_version", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("access_id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"])
    op.create_table(
        "access_person",
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.Column("person_sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_id"], ["access_log.access_id"], name=op.f("fk_access_person_access_id_access_log")
        ),
        sa.PrimaryKeyConstraint("access_id", "person_sha256", name=op.f("pk_access_person")),
    )
    op.create_index(op.f("ix_access_person_person_sha256"), "access_person", ["person_sha256"])
    for table in ("access_log", "access_person"):
        _guard(table)


def _guard(table: str) -> None:
    """Make the database itself refuse to alter what was seen."""
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
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
