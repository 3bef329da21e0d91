"""Releases of editions: versions, steps that cannot be altered, tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NO_ITEMS = sa.text("'[]'")
_APPEND_ONLY = ("edition_version", "edition_step")


def upgrade() -> None:
    """Apply."""
    _create_release()
    _create_version()
    _create_step()
    _create_ticket()
    for table in _APPEND_ONLY:
        _guard(table)


def _create_release() -> None:
    op.create_table(
        "edition_release",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("candidate", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("snapshot_folder", sa.Text(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_edition_release")),
    )
    op.create_index(op.f("ix_edition_release_region_kind"), "edition_release", ["region", "kind"])


def _create_version() -> None:
    op.create_table(
        "edition_version",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(48), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("errata", sa.JSON(), nullable=False, server_default=_NO_ITEMS),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["edition_release.release_id"],
            name=op.f("fk_edition_version_release_id_edition_release"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.edition_id"], name=op.f("fk_edition_version_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("release_id", "version", name=op.f("pk_edition_version")),
    )
    op.create_index(op.f("ix_edition_version_edition_id"), "edition_version", ["edition_id"])


def _create_step() -> None:
    op.create_table(
        "edition_step",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("previous_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["edition_release.release_id"],
            name=op.f("fk_edition_step_release_id_edition_release"),
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_edition_step")),
        sa.UniqueConstraint("release_id", "seq", name=op.f("uq_edition_step_release_id_seq")),
    )


def _create_ticket() -> None:
    op.create_table(
        "edition_ticket",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("entry_id", sa.String(64), nullable=True),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["edition_release.release_id"],
            name=op.f("fk_edition_ticket_release_id_edition_release"),
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_edition_ticket")),
    )
    op.create_index(op.f("ix_edition_ticket_release_id"), "edition_ticket", ["release_id"])


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
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
