"""Background jobs with leases, their queries and results."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_job()
    _create_part()
    _create_item()
    _create_person()


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(64), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.String(255), nullable=True),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        sa.UniqueConstraint("owner", "idempotency_key", name=op.f("uq_job_owner_idempotency_key")),
    )
    op.create_index(op.f("ix_job_owner_created_at"), "job", ["owner", "created_at"])
    op.create_index(op.f("ix_job_finished_at"), "job", ["finished_at"])


def _create_part() -> None:
    op.create_table(
        "job_part",
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(128), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.job_id"], name=op.f("fk_job_part_job_id_job")),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_job_part")),
        sa.UniqueConstraint("job_id", "part", name=op.f("uq_job_part_job_id_part")),
    )
    op.create_index(op.f("ix_job_part_done_at_part"), "job_part", ["done_at", "part"])


def _create_item() -> None:
    op.create_table(
        "job_item",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=True),
        sa.Column("query", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.job_id"], name=op.f("fk_job_item_job_id_job")),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_job_item")),
    )
    op.create_index(op.f("ix_job_item_job_id_part"), "job_item", ["job_id", "part"])
    op.create_index(op.f("ix_job_item_profile_id"), "job_item", ["profile_id"])


def _create_person() -> None:
    op.create_table(
        "job_person",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.profile_id"], name=op.f("fk_job_person_profile_id_profile")
        ),
        sa.PrimaryKeyConstraint("job_id", "position", "profile_id", name=op.f("pk_job_person")),
    )
    op.create_index(op.f("ix_job_person_profile_id"), "job_person", ["profile_id"])
