"""What changed in the store, in order, for those who keep a copy.

A later migration that copies one of the watched tables (``batch_alter_table`` on SQLite) must make its
triggers again.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_WATCHED = {"posting": "posting_id", "vacancy": "vacancy_id", "profile": "profile_id"}
_PUBLIC = (
    "EXISTS (SELECT 1 FROM edition_version v JOIN edition_step s ON s.release_id = v.release_id"
    " WHERE v.edition_id = {edition} AND s.target IN ('consultation', 'published'))"
)
_HOLDERS = (
    "FROM vacancy_posting m JOIN vacancy v ON v.vacancy_id = m.vacancy_id WHERE m.posting_id = NEW.posting_id"
)
"""Vacancies that show what a posting says; which postings they hold is written together with them."""
_OF_RELEASE = "e.edition_id IN (SELECT edition_id FROM edition_version WHERE release_id = NEW.release_id)"
_CHANGES = (
    ("version", "INSERT", "edition_version", "e.edition_id = NEW.edition_id"),
    ("step", "INSERT", "edition_step", _OF_RELEASE),
    ("state", "UPDATE OF state", "edition_release", _OF_RELEASE),
)
"""What makes all entries of an edition appear or disappear: name, event, table, which entries."""


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "feed_row",
        sa.Column("seq", number, nullable=False),
        sa.Column("table_name", sa.String(16), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_feed_row")),
        sa.UniqueConstraint(
            "table_name", "row_key", "owner", name=op.f("uq_feed_row_table_name_row_key_owner")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feed_row_table_name_xid_seq"), "feed_row", ["table_name", "xid", "seq"])
    state = op.create_table(
        "feed_state",
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purged_xid", sa.BigInteger(), nullable=False),
        sa.Column("purged_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_feed_state")),
    )
    op.bulk_insert(state, [{"epoch": secrets.randbits(62), "purged_xid": 0, "purged_seq": 0}])
    if op.get_bind().dialect.name == "postgresql":
        _watch_postgresql()
    else:
        _watch_sqlite()


def _watch_sqlite() -> None:
    for table, key in _WATCHED.items():
        new, old = (_mark(f"'{table}'", f"{row}.{key}", f"{row}.owner") for row in ("NEW", "OLD"))
        moved = f"WHEN OLD.owner <> NEW.owner OR OLD.{key} <> NEW.{key}"
        _on_sqlite(f"{table}_inserted", f"AFTER INSERT ON {table}", new.format(removed=0))
        _on_sqlite(f"{table}_updated", f"AFTER UPDATE ON {table}", new.format(removed=0))
        _on_sqlite(f"{table}_moved", f"AFTER UPDATE ON {table} {moved}", old.format(removed=1))
        _on_sqlite(f"{table}_deleted", f"AFTER DELETE ON {table}", old.format(removed=1))
    holders = _mark("'vacancy'", "v.vacancy_id", "v.owner", source=_HOLDERS).format(removed=0)
    _on_sqlite("holders", "AFTER UPDATE ON posting", holders)
    for event, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
        profile = f"FROM profile p WHERE p.profile_id = {row}.profile_id"
        body = _mark("'profile'", "p.profile_id", "p.owner", source=profile).format(removed=0)
        _on_sqlite(f"objection_{event.lower()}", f"AFTER {event} ON matching_objection", body)
    for event, row, removed in (("INSERT", "NEW", 0), ("UPDATE", "NEW", 0), ("DELETE", "OLD", 1)):
        key = f"{row}.edition_id || '/' || {row}.entry_id"
        public = "WHERE " + _PUBLIC.format(edition=f"{row}.edition_id")
        body = _mark("'entry'", key, "'*'") + _mark("'entry'", key, "''", source=public)
        _on_sqlite(f"entry_{event.lower()}", f"AFTER {event} ON entry", body.format(removed=removed))
    key = "e.edition_id || '/' || e.entry_id"
    for name, event, table, which in _CHANGES:
        public = _PUBLIC.format(edition="e.edition_id")
        body = _mark("'entry'", key, "'*'", source=f"FROM entry e WHERE {which}") + _mark(
            "'entry'", key, "''", source=f"FROM entry e WHERE {which} AND {public}"
        )
        _on_sqlite(f"entries_{name}", f"AFTER {event} ON {table}", body.format(removed=0))


def _mark(table: str, key: str, owner: str, *, source: str = "") -> str:
    """Return the statements that move the rows of a query, or of the row at hand, to the end of the feed.

    Two plain statements: how a trigger's own ``INSERT OR REPLACE`` treats a conflict is decided by the
    statement that fired it.
    """
    here = f"table_name = {table} AND owner = {owner} AND row_key = {key}"
    if source.startswith("FROM"):
        here = f"table_name = {table} AND (row_key, owner) IN (SELECT {key}, {owner} {source})"
    elif source:
        here += source.replace("WHERE", " AND", 1)
    return (
        f"DELETE FROM feed_row WHERE {here};"  # nosec B608 # names and expressions of this file
        " INSERT INTO feed_row (table_name, row_key, owner, removed, xid, at)"
        f" SELECT {table}, {key}, {owner}, {{removed}}, 0, strftime('%Y-%m-%d %H:%M:%f000', 'now') {source};"
    )


def _on_sqlite(name: str, event: str, body: str) -> None:
    # Not op.execute: it would take the colons of a format for parameters.
    op.get_bind().exec_driver_sql(f"CREATE TRIGGER feed_{name} {event} BEGIN {body} END")


def _watch_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION feed_mark(of_table text, of_key text, of_owner text, is_removed boolean)"
        " RETURNS void LANGUAGE sql AS $$"
        " INSERT INTO feed_row (table_name, row_key, owner, removed, xid, at)"
        " VALUES (of_table, of_key, of_owner, is_removed,"
        " pg_current_xact_id()::text::bigint, clock_timestamp())"
        " ON CONFLICT (table_name, row_key, owner) DO UPDATE SET"
        " seq = nextval(pg_get_serial_sequence('feed_row', 'seq')),"
        " removed = excluded.removed, xid = excluded.xid, at = excluded.at $$"
    )
    for table, key in _WATCHED.items():
        old, new = (f"PERFORM feed_mark('{table}', {row}.{key}, {row}.owner, " for row in ("OLD", "NEW"))
        moved = f"TG_OP = 'UPDATE' AND (OLD.owner <> NEW.owner OR OLD.{key} <> NEW.{key})"
        body = (
            f"IF TG_OP = 'DELETE' THEN {old} true); RETURN NULL; END IF;"
            f" IF {moved} THEN {old} true); END IF; {new} false);"
        )
        _on_postgresql(table, "INSERT OR UPDATE OR DELETE", table, body)
    body = f"PERFORM feed_mark('vacancy', v.vacancy_id, v.owner, false) {_HOLDERS};"
    _on_postgresql("holders", "UPDATE", "posting", body)
    body = (
        "PERFORM feed_mark('profile', p.profile_id, p.owner, false) FROM profile p"
        " WHERE p.profile_id = COALESCE(NEW.profile_id, OLD.profile_id);"
    )
    _on_postgresql("objection", "INSERT OR DELETE", "matching_objection", body)
    _watch_entries_on_postgresql()


def _watch_entries_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION feed_mark_entry(of_edition integer, of_entry text, is_removed boolean)"
        " RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM feed_mark('entry', of_edition || '/' || of_entry, '*', is_removed);"
        f" IF {_PUBLIC.format(edition='of_edition')} THEN"
        " PERFORM feed_mark('entry', of_edition || '/' || of_entry, '', is_removed); END IF; END $$"
    )
    body = (
        "IF TG_OP = 'DELETE' THEN PERFORM feed_mark_entry(OLD.edition_id, OLD.entry_id, true);"
        " ELSE PERFORM feed_mark_entry(NEW.edition_id, NEW.entry_id, false); END IF;"
    )
    _on_postgresql("entry", "INSERT OR UPDATE OR DELETE", "entry", body)
    for name, event, table, which in _CHANGES:
        body = f"PERFORM feed_mark_entry(e.edition_id, e.entry_id, false) FROM entry e WHERE {which};"
        _on_postgresql(name, event, table, body)


def _on_postgresql(name: str, event: str, table: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION feed_on_{name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER feed_{name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION feed_on_{name}()"
    )
