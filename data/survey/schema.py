"""The tables of the survey store; none of them refers to a table elsewhere."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["answer", "form", "form_return", "metadata"]

metadata = MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the survey store."""

form = Table(
    "form",
    metadata,
    Column("form_number", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("approval_number", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("items", JSON, nullable=False),
)
"""Approved forms with what the law wants on their head: 表号, 制定机关, 批准文号, 有效期限."""

form_return = Table(
    "form_return",
    metadata,
    Column("return_id", Integer, primary_key=True),
    Column("form_number", ForeignKey("form.form_number"), nullable=False),
    Column("unit_code", String(64), nullable=False),
    Column("period", String(16), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("file_sha256", String(64), nullable=False),
    UniqueConstraint("form_number", "unit_code", "period"),
)
"""One unit's return for one period; a later one takes its place."""

answer = Table(
    "answer",
    metadata,
    Column("return_id", ForeignKey("form_return.return_id"), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("number", Float),
    Column("category", Text),
)
"""What a return says of an item: a number, or the category the unit belongs to."""
