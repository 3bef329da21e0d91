"""The audit as a chain of hashes, what was noted before included; what people ask for themselves."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from data.canonical import json_sha256

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ("access_log", "access_person")
_ORIGIN = "0" * 64


def upgrade() -> None:
    """Apply."""
    _unguard()
    op.add_column("access_log", sa.Column("agency_id", sa.String(16), nullable=True))
    op.add_column("access_log", sa.Column("route", sa.Text(), nullable=False, server_default=""))
    op.add_column("access_log", sa.Column("purpose", sa.Text(), nullable=False, server_default=""))
    op.add_column("access_log", sa.Column("request_id", sa.String(64), nullable=False, server_default=""))
    op.add_column("access_log", sa.Column("outcome", sa.String(16), nullable=False, server_default="done"))
    for name in ("previous_sha256", "sha256"):
        op.add_column("access_log", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    _close_gaps()
    _chain()
    op.create_index(op.f("ix_access_log_request_id"), "access_log", ["request_id"])
    op.create_index(op.f("ix_access_log_previous_sha256"), "access_log", ["previous_sha256"], unique=True)
    _guard()
    _create_rights()


def _create_rights() -> None:
    """Make the tables of what people ask for themselves; all of it goes with the person."""
    op.create_table(
        "person_token",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _person("person_token"),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_person_token")),
    )
    op.create_index(op.f("ix_person_token_profile_id"), "person_token", ["profile_id"])
    op.create_index(op.f("ix_person_token_expires_at"), "person_token", ["expires_at"])
    op.create_table(
        "person_request",
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _person("person_request"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_person_request")),
    )
    op.create_index(op.f("ix_person_request_profile_id"), "person_request", ["profile_id"])
    op.create_index(op.f("ix_person_request_status_due_on"), "person_request", ["status", "due_on"])
    op.create_table(
        "matching_objection",
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _person("matching_objection"),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_matching_objection")),
    )
    op.create_table(
        "sealed_identity",
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_by", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        _person("sealed_identity"),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_sealed_identity")),
    )


def _person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_profile_id_profile")
    return sa.ForeignKeyConstraint(["profile_id"], ["profile.profile_id"], name=name, ondelete="CASCADE")


def _tables() -> list[sa.Table]:
    there = sa.MetaData()
    there.reflect(op.get_bind(), only=_TABLES)
    return [there.tables[name] for name in _TABLES]


def _close_gaps() -> None:
    """Number the entries from 1 without gaps: a transaction that failed may have used up a number."""
    connection = op.get_bind()
    log, people = _tables()
    ids = connection.execute(sa.select(log.c.access_id).order_by(log.c.access_id)).scalars().all()
    for number, access_id in enumerate(ids, start=1):
        if number == access_id:
            continue
        row = connection.execute(sa.select(log).where(log.c.access_id == access_id)).mappings().one()
        connection.execute(log.insert().values({**row, "access_id": number}))
        moved = people.update().where(people.c.access_id == access_id).values(access_id=number)
        connection.execute(moved)
        connection.execute(log.delete().where(log.c.access_id == access_id))


def _chain() -> None:
    """Hash every entry onto the one before."""
    connection = op.get_bind()
    log, people = _tables()
    shown = sa.select(people.c.person_sha256)
    previous = _ORIGIN
    for row in connection.execute(sa.select(log).order_by(log.c.access_id)).mappings().all():
        hashes = connection.execute(shown.where(people.c.access_id == row["access_id"])).scalars()
        moment = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=dt.UTC)
        content = {name: value for name, value in row.items() if name not in ("access_id", "sha256")}
        content |= {
            "number": row["access_id"],
            "at": moment.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "people": sorted(hashes),
            "previous_sha256": previous,
        }
        sha256 = json_sha256(content)
        here = log.update().where(log.c.access_id == row["access_id"])
        connection.execute(here.values(previous_sha256=previous, sha256=sha256))
        previous = sha256


def _unguard() -> None:
    for table in _TABLES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        else:
            for event in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{event}")


def _guard() -> None:
    """Make the database itself refuse to alter what was noted."""
    for table in _TABLES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}()"
            )
            continue
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
