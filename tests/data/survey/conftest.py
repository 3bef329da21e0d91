"""A survey of two offices' worth of units, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import uuid

import pytest
import sqlalchemy as sa

from data.survey.forms import Form, write_form
from data.survey.store import SurveyStore

POSTGRES = os.environ.get("YINGCAI_TEST_DATABASE_URL", "")

FORM = {
    "表号": "营人调1表",
    "表名": "企业用工需求调查表",
    "制定机关": "营口市人力资源和社会保障局",
    "批准文号": "营统制〔2026〕1号",
    "有效期起": "2026-01-01",
    "有效期止": "2027-12-31",
    "指标": [
        {"代码": "A01", "名称": "缺工人数"},
        {"代码": "B01", "名称": "行业", "类型": "分类"},
    ],
}


@pytest.fixture
def described():
    """Return an approved form."""
    return Form.model_validate(FORM)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def survey(request, tmp_path, described):
    """Return a survey store with one approved form."""
    url = f"sqlite:///{tmp_path / 'survey.db'}"
    admin = schema = None
    if request.param == "postgresql":
        if not POSTGRES:
            pytest.skip("YINGCAI_TEST_DATABASE_URL is not set")
        schema = f"test_{uuid.uuid4().hex}"
        admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
        options = {"options": f"-csearch_path={schema}"}
        url = sa.make_url(POSTGRES).update_query_dict(options).render_as_string(hide_password=False)
    made = SurveyStore.from_url(url)
    write_form(made, described)
    yield made
    made.engine.dispose()
    if admin is not None:
        with admin.connect() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
        admin.dispose()
