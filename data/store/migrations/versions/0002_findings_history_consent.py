"""Findings of the linter, further codes, decisions of people, history, consent and erasure."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NO_ITEMS, _NOTHING = sa.text("'[]'"), sa.text("'{}'")


def upgrade() -> None:
    """Apply."""
    _widen_posting()
    _widen_profile()
    _widen_vacancies()
    _create_batch_tables()
    _create_decision_tables()
    _create_people_tables()
    _guard_history()


def _widen_posting() -> None:
    # Added and dropped in place: copying a table that others refer to would break SQLite's foreign keys.
    for column in (
        sa.Column("end_employer", sa.Text()),
        sa.Column("end_employer_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("findings", sa.JSON(), nullable=False, server_default=_NO_ITEMS),
        sa.Column("industry_code", sa.String(8)),
        sa.Column("industry_method", sa.String(16)),
        sa.Column("industry_score", sa.Float()),
        sa.Column("industry_margin", sa.Float()),
        sa.Column("major_codes", sa.JSON(), nullable=False, server_default=_NO_ITEMS),
        sa.Column("skill_codes", sa.JSON(), nullable=False, server_default=_NO_ITEMS),
    ):
        op.add_column("posting", column)
    _keep_excluded_clauses()
    op.drop_column("posting", "excluded_clauses")
    op.create_index(op.f("ix_posting_end_employer_key"), "posting", ["end_employer_key"])


def _keep_excluded_clauses() -> None:
    """Carry the clauses found by the first version over as findings without a rule."""
    posting = sa.table(
        "posting",
        sa.column("posting_id", sa.String),
        sa.column("employer_key", sa.Text),
        sa.column("end_employer_key", sa.Text),
        sa.column("excluded_clauses", sa.JSON),
        sa.column("findings", sa.JSON),
    )
    connection = op.get_bind()
    connection.execute(posting.update().values(end_employer_key=posting.c.employer_key))
    query = sa.select(posting.c.posting_id, posting.c.excluded_clauses).where(
        sa.cast(posting.c.excluded_clauses, sa.Text) != json.dumps([])
    )
    for posting_id, clauses in connection.execute(query).fetchall():
        findings = [
            {
                "rule": "unclassified",
                "severity": "warn",
                "field": "duties",
                "start": 0,
                "end": 0,
                "text": clause,
                "law": "",
                "rewording": "",
            }
            for clause in clauses
        ]
        connection.execute(
            posting.update().where(posting.c.posting_id == posting_id).values(findings=findings)
        )


def _widen_profile() -> None:
    for name in ("major_codes", "skill_codes"):
        op.add_column("profile", sa.Column(name, sa.JSON(), nullable=False, server_default=_NO_ITEMS))
    op.add_column("profile", sa.Column("evidence", sa.JSON(), nullable=False, server_default=_NOTHING))


def _widen_vacancies() -> None:
    for column in (
        sa.Column("employer_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("via_agency", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("previous_id", sa.String(64)),
        sa.Column("refreshes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("flags", sa.JSON(), nullable=False, server_default=_NO_ITEMS),
    ):
        op.add_column("vacancy", column)
    op.execute(
        "UPDATE vacancy SET employer_key ="
        " (SELECT employer_key FROM posting WHERE posting.posting_id = vacancy.posting_id)"
    )
    op.create_index(op.f("ix_vacancy_employer_key"), "vacancy", ["employer_key"])
    op.add_column("vacancy_posting", sa.Column("score", sa.Float()))
    op.add_column(
        "vacancy_posting",
        sa.Column("evidence", sa.JSON(), nullable=False, server_default=_NOTHING),
    )
    op.create_table(
        "vacancy_decision",
        sa.Column("left_posting_id", sa.String(64), nullable=False),
        sa.Column("right_posting_id", sa.String(64), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("left_posting_id", "right_posting_id", name=op.f("pk_vacancy_decision")),
    )


def _create_batch_tables() -> None:
    op.add_column("raw_row", sa.Column("subject_id", sa.String(64)))
    op.create_index(op.f("ix_raw_row_subject_id"), "raw_row", ["subject_id"])
    for statement in (
        "UPDATE raw_row SET subject_id = (SELECT profile_id FROM profile"
        " WHERE profile.batch_id = raw_row.batch_id AND profile.row = raw_row.row) WHERE subject_id IS NULL",
        "UPDATE raw_row SET subject_id = (SELECT posting_id FROM posting"
        " WHERE posting.batch_id = raw_row.batch_id AND posting.row = raw_row.row) WHERE subject_id IS NULL",
    ):
        op.execute(statement)
    op.create_table(
        "batch_part",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.batch_id"], name=op.f("fk_batch_part_batch_id_batch")),
        sa.PrimaryKeyConstraint("batch_id", "part", name=op.f("pk_batch_part")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("header_sha256", sa.String(64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "header_sha256", name=op.f("pk_column_mapping")),
    )


def _create_decision_tables() -> None:
    op.create_table(
        "coding_alias",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.String(32), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_coding_alias")),
    )
    op.create_table(
        "change",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("table_name", sa.String(32), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.batch_id"], name=op.f("fk_change_batch_id_batch")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_table_name_row_key"), "change", ["table_name", "row_key"])


def _create_people_tables() -> None:
    op.create_table(
        "consent",
        sa.Column("consent_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_profile_id"), "consent", ["profile_id"])
    op.create_table(
        "tombstone",
        sa.Column("subject_sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("subject_sha256", name=op.f("pk_tombstone")),
    )


def _guard_history() -> None:
    """Make the database itself refuse to alter what happened."""
    message = "change is append-only"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON change"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER change_no_{event.lower()} BEFORE {event} ON change"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
