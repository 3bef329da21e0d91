"""Statistical returns and postings share no table, no key, no database and no import."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import ValidationError

from data.errors import StoreError
from data.settings import Settings
from data.store.schema import metadata as other
from data.store.store import Store
from data.survey.schema import metadata
from data.survey.store import SurveyStore


def test_the_migrations_make_exactly_the_declared_tables(survey):
    with survey.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_no_table_and_no_reference_is_shared():
    assert not set(metadata.tables) & set(other.tables)
    for one, another in ((metadata, other), (other, metadata)):
        referred = {key.column.table.name for table in one.tables.values() for key in table.foreign_keys}
        assert referred <= set(one.tables)
        assert not referred & set(another.tables)


def test_the_default_databases_are_two(tmp_path):
    settings = Settings(var_dir=tmp_path)
    assert settings.survey_store_url != settings.store_url


@pytest.mark.parametrize(
    ("database", "survey_url", "refused"),
    [
        ("", "sqlite:///{var}/yingcai.db", True),
        ("", "sqlite:///{var}/x/../yingcai.db", True),
        ("", "sqlite:///{var}/other.db", False),
        ("postgresql+psycopg://u:a@h/db", "postgresql+psycopg://v:b@h/db", True),
        ("postgresql+psycopg://u@h/db", "postgresql+psycopg://u@h/db?options=-csearch_path%3Dsurvey", False),
        ("postgresql+psycopg://u@h/db", "postgresql+psycopg://u@h/survey", False),
        ("no url", "no url", True),
    ],
)
def test_one_database_for_both_is_refused_on_start(tmp_path, database, survey_url, refused):
    given = {"var_dir": tmp_path, "database_url": database, "survey_url": survey_url.format(var=tmp_path)}
    if refused:
        with pytest.raises(ValidationError, match="同一个库"):
            Settings(**given)
    else:
        assert Settings(**given).survey_store_url == given["survey_url"]


def test_a_survey_store_does_not_open_where_other_tables_are(tmp_path):
    url = f"sqlite:///{tmp_path / 'both.db'}"
    Store.from_url(url).engine.dispose()
    with pytest.raises(StoreError, match="别的表"):
        SurveyStore.from_url(url)
