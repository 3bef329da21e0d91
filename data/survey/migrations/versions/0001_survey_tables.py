"""Tables of the survey store."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "form",
        sa.Column("form_number", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("approval_number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("form_number", name=op.f("pk_form")),
    )
    op.create_table(
        "form_return",
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("form_number", sa.String(64), nullable=False),
        sa.Column("unit_code", sa.String(64), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_number"], ["form.form_number"], name=op.f("fk_form_return_form_number_form")
        ),
        sa.PrimaryKeyConstraint("return_id", name=op.f("pk_form_return")),
        sa.UniqueConstraint(
            "form_number", "unit_code", "period", name=op.f("uq_form_return_form_number_unit_code_period")
        ),
    )
    op.create_table(
        "answer",
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["return_id"], ["form_return.return_id"], name=op.f("fk_answer_return_id_form_return")
        ),
        sa.PrimaryKeyConstraint("return_id", "item", name=op.f("pk_answer")),
    )
