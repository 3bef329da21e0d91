"""Large tables: partitions, 64-bit numbers and a quicker feed on PostgreSQL; indexes that questions lacked.

Partitions stand in a schema of their own, ``<schema>_parts``: whoever lists the store's tables sees each once.
A later migration that adds a trigger to a partitioned table must add those for statements to its partitions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_HASHED = 16
_AHEAD = 4
_STEPS = {"access_person": ("access_id", 1_000_000), "change": ("change_id", 10_000_000)}
"""Tables that only grow: the number that they grow by, and how many numbers a partition holds."""
_SEARCHED = (("posting", "title"), ("posting", "employer"), ("profile", "title"))
"""Texts that are searched for any part of them."""
_CODED = ("posting", "profile")
"""Tables that are asked who has a skill."""
_WATCHED = {"posting": "posting_id", "vacancy": "vacancy_id", "profile": "profile_id"}
_INDEXED = (
    ("vacancy", ("posting_id",)),
    ("posting", ("synthetic",)),
    ("profile", ("synthetic",)),
    ("access_log", ("subject",)),
    ("access_log", ("actor", "access_id")),
    ("access_log", ("agency_id", "access_id")),
    ("access_log", ("action", "access_id")),
)


def upgrade() -> None:
    """Apply."""
    for table, columns in _INDEXED:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    found = sa.text("CAST(findings AS TEXT) <> '[]'")
    op.create_index(
        op.f("ix_posting_findings"), "posting", ["posting_id"], postgresql_where=found, sqlite_where=found
    )
    if op.get_bind().dialect.name == "postgresql":
        _partition()
        _widen()
        _index_texts()
        _index_lists()
        _watch_by_statement()


def _partition() -> None:
    op.execute(f"CREATE SCHEMA IF NOT EXISTS {_parts()}")
    _divide("raw_row", "HASH (batch_id)")
    for number in range(_HASHED):
        bounds = f"WITH (MODULUS {_HASHED}, REMAINDER {number})"
        op.execute(f"CREATE TABLE {_parts()}.raw_row_{number:02} PARTITION OF raw_row FOR VALUES {bounds}")
    _fill("raw_row")
    op.create_primary_key(op.f("pk_raw_row"), "raw_row", ["batch_id", "row"])
    op.create_index(op.f("ix_raw_row_subject_id"), "raw_row", ["subject_id"])
    _refer("raw_row", "batch_id", "batch")
    for table, (column, step) in _STEPS.items():
        _divide(table, f"RANGE ({column})", widened=column)
        last = (
            op.get_bind()
            .exec_driver_sql(f"SELECT COALESCE(max({column}), 0) FROM {table}_before")  # nosec B608 # own names
            .scalar_one()
        )
        for start in range(0, (last // step + 1 + _AHEAD) * step, step):
            _part(table, f"from_{start}", f"FOR VALUES FROM ({start}) TO ({start + step})")
        _part(table, "rest", "DEFAULT")
    _fill("change")
    op.create_primary_key(op.f("pk_change"), "change", ["change_id"])
    op.create_index(op.f("ix_change_table_name_row_key"), "change", ["table_name", "row_key"])
    _refer("change", "batch_id", "batch")
    _fill("access_person")
    op.execute("ALTER TABLE access_log ALTER COLUMN access_id TYPE bigint")
    op.create_primary_key(op.f("pk_access_person"), "access_person", ["access_id", "person_sha256"])
    op.create_index(op.f("ix_access_person_person_sha256"), "access_person", ["person_sha256"])
    _refer("access_person", "access_id", "access_log")
    for table in _STEPS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}()"
        )


def _divide(table: str, by: str, *, widened: str | None = None) -> None:
    """Set a table aside and make a partitioned one of its name, with its columns."""
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(f"CREATE TABLE {table}_alike (LIKE {table}_before INCLUDING DEFAULTS)")
    if widened is not None:
        # The column that partitions are made by cannot be altered afterwards.
        op.execute(f"ALTER TABLE {table}_alike ALTER COLUMN {widened} TYPE bigint")
    op.execute(f"CREATE TABLE {table} (LIKE {table}_alike INCLUDING DEFAULTS) PARTITION BY {by}")
    op.execute(f"DROP TABLE {table}_alike")


def _part(table: str, name: str, bounds: str) -> None:
    """Make a partition that refuses, like its table, to be altered."""
    part = f"{_parts()}.{table}_{name}"
    op.execute(f"CREATE TABLE {part} PARTITION OF {table} {bounds}")
    op.execute(
        f"CREATE TRIGGER {table}_part_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {part}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}()"
    )


def _fill(table: str) -> None:
    """Move the rows over; with the table set aside its constraints, indexes and triggers go."""
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # nosec B608 # own names
    if table == "change":
        op.execute("ALTER SEQUENCE change_change_id_seq OWNED BY change.change_id")
    op.execute(f"DROP TABLE {table}_before")


def _refer(table: str, column: str, to: str) -> None:
    op.create_foreign_key(op.f(f"fk_{table}_{column}_{to}"), table, to, [column], [column])


def _widen() -> None:
    op.execute("ALTER TABLE job_part ALTER COLUMN part_id TYPE bigint")
    for sequence in ("access_log_access_id_seq", "change_change_id_seq", "job_part_part_id_seq"):
        op.execute(f"ALTER SEQUENCE {sequence} AS bigint")


def _index_texts() -> None:
    """Index the characters and pairs of characters of texts.

    Most words of Chinese have two characters; the extension pg_trgm indexes three at a time, needs a locale
    that knows Chinese letters, and is not everywhere.
    """
    op.execute(
        "CREATE OR REPLACE FUNCTION text_pieces(of_text text) RETURNS text[]"
        " LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$"
        " DECLARE pieces text[] := string_to_array(of_text, NULL); size int := cardinality(pieces);"
        " BEGIN FOR place IN 2..size LOOP"
        " pieces[size + place - 1] := pieces[place - 1] || pieces[place];"
        " END LOOP; RETURN pieces; END $$"
    )
    for table, column in _SEARCHED:
        op.execute(
            f"CREATE INDEX ix_{table}_{column}_pieces ON {table} USING gin (text_pieces(lower({column})))"
        )


def _index_lists() -> None:
    for table in _CODED:
        codes = "(skill_codes::jsonb)"
        op.execute(f"CREATE INDEX ix_{table}_skill_codes ON {table} USING gin ({codes})")
    # Without it PostgreSQL takes almost every posting for one with findings.
    op.execute("CREATE STATISTICS st_posting_findings ON (CAST(findings AS text)) FROM posting")


def _watch_by_statement() -> None:
    """Write the feed once a statement and no longer once a row: ingest writes thousands at a time."""
    op.execute("DROP TRIGGER feed_holders ON posting")
    op.execute("DROP FUNCTION feed_on_holders()")
    for table, key in _WATCHED.items():
        op.execute(f"DROP TRIGGER feed_{table} ON {table}")
        op.execute(f"DROP FUNCTION feed_on_{table}()")
        these = f"SELECT {key}, owner FROM"
        moved = f"{these} gone EXCEPT {these} fresh"
        written = _mark(table, f"{these} fresh", removed=False)
        holders = (
            "SELECT DISTINCT v.vacancy_id, v.owner FROM fresh"
            " JOIN vacancy_posting m ON m.posting_id = fresh.posting_id"
            " JOIN vacancy v ON v.vacancy_id = m.vacancy_id"
        )
        held = _mark("vacancy", holders, removed=False) if table == "posting" else ""
        updated = f"{_mark(table, moved, removed=True)} {written} {held}"
        _on_statement(table, "INSERT", "NEW TABLE AS fresh", written)
        _on_statement(table, "UPDATE", "OLD TABLE AS gone NEW TABLE AS fresh", updated)
        _on_statement(table, "DELETE", "OLD TABLE AS gone", _mark(table, f"{these} gone", removed=True))


def _mark(table: str, rows: str, *, removed: bool) -> str:
    """Return the statement that moves rows, given by key and owner, to the end of the feed."""
    return (
        "INSERT INTO feed_row (table_name, row_key, owner, removed, xid, at)"  # nosec B608 # own names
        f" SELECT '{table}', marked.row_key, marked.owner, {removed},"
        " pg_current_xact_id()::text::bigint, clock_timestamp()"
        f" FROM ({rows}) AS marked(row_key, owner)"
        " ON CONFLICT (table_name, row_key, owner) DO UPDATE SET"
        " seq = nextval(pg_get_serial_sequence('feed_row', 'seq')),"
        " removed = excluded.removed, xid = excluded.xid, at = excluded.at;"
    )


def _on_statement(table: str, event: str, tables: str, body: str) -> None:
    name = f"{table}_{event.lower()}"
    op.execute(
        f"CREATE OR REPLACE FUNCTION feed_on_{name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER feed_{name} AFTER {event} ON {table} REFERENCING {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION feed_on_{name}()"
    )


def _parts() -> str:
    return f"{op.get_bind().exec_driver_sql('SELECT current_schema()').scalar_one()}_parts"
