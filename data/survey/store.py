"""The survey store: a second database that shares nothing with the first."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from data.database import Database
from data.errors import StoreError
from data.survey.schema import metadata

__all__ = ["SurveyStore"]


class SurveyStore(Database):
    """A database with the tables of statistical surveys."""

    migrations = Path(__file__).parent / "migrations"
    url_setting = "YINGCAI_SURVEY_URL"

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a version; a database that holds anything else is refused.

        Raises
        ------
        StoreError
            ``survey_shared``: what surveys collect must not lie beside other data (统计法).
        """
        others = set(sa.inspect(self.engine).get_table_names()) - set(metadata.tables) - {"alembic_version"}
        if others:
            raise StoreError(
                "survey_shared",
                f"统计调查库里有别的表：{'、'.join(sorted(others)[:5])}",
                hint="让 YINGCAI_SURVEY_URL 指向另一个库",
            )
        super().upgrade(revision)
