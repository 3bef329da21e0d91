"""What employers say of hiring (用人单位评价): published aggregates only, never a single return.

A survey under the statistics law is a store of its own. What enters here has left that store as a published
table: one share per occupation and key industry.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from data.catalogue.panel import Headings, read_records
from data.errors import InputError
from data.records import Record

__all__ = ["SurveyShare", "read_survey", "survey_by_cell"]

MIN_RESPONDENTS = 3


class SurveyShare(Record):
    """What an approved survey says of one occupation in one key industry."""

    occ_code: str
    """Occupation."""
    key_industry: str | None = None
    """Key industry; empty outside the region's list."""
    hard_share: Annotated[float, Field(ge=0, le=1)]
    """Share that reports 招聘困难, each employer weighted with its places."""
    n: Annotated[int, Field(ge=MIN_RESPONDENTS)]
    """Employers asked; a share of fewer than three is not an aggregate and is refused."""
    synthetic: bool = False
    """True for a generated survey, which only generated vacancies are compared with."""


_HEADINGS: Headings = {
    "occ_code": "职业编码",
    "key_industry": "重点产业",
    "hard_share": "招聘困难占比",
    "n": "填报单位数",
}


def read_survey(path: Path) -> tuple[SurveyShare, ...]:
    """Read a published table of the survey (.xlsx or .csv).

    Parameters
    ----------
    path
        Table with the columns 职业编码, 重点产业, 招聘困难占比 (0—1) and 填报单位数.

    Returns
    -------
    tuple of SurveyShare
        In order of the table; empty for a table without rows.

    Raises
    ------
    InputError
        When a column is missing or a cell cannot be used.
    """
    return read_records(path, SurveyShare, _HEADINGS)


def survey_by_cell(shares: Sequence[SurveyShare]) -> dict[tuple[str, str | None], SurveyShare]:
    """Index the shares by occupation and key industry.

    Parameters
    ----------
    shares
        The published table.

    Returns
    -------
    dict
        Empty for an empty table.

    Raises
    ------
    InputError
        When a cell stands twice.
    """
    found: dict[tuple[str, str | None], SurveyShare] = {}
    for share in shares:
        key = (share.occ_code, share.key_industry)
        if key in found:
            raise InputError(
                "repeated_survey_cell",
                f"用人单位评价中职业 {share.occ_code}（{share.key_industry or '其他产业'}）出现两次",
                hint="每个职业在每个产业只留一行",
            )
        found[key] = share
    return found
