"""A document knows whether it is a draft, applies or is over, and how a place in it is cited."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.regions.documents import Document, DocumentStatus


def document(**fields):
    return Document.model_validate(
        {
            "id": "plan",
            "title": "示例规划",
            "status": "现行",
            "text": "a.txt",
            "text_sha256": "0" * 64,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("day", "status"),
    [("2025-12-31", "现行"), ("2026-01-01", "已到期"), ("2019-01-01", "现行")],
)
def test_the_day_decides_where_the_period_has_an_end(day, status):
    plan = document(ends_on="2025-12-31", status="已到期")
    assert plan.status_on(dt.date.fromisoformat(day)) == DocumentStatus(status)


@pytest.mark.parametrize("status", ["现行", "已到期"])
def test_without_an_end_the_written_status_counts(status):
    assert document(status=status).status_on(dt.date(2050, 1, 1)) == DocumentStatus(status)


@given(st.dates())
def test_a_draft_is_a_draft_on_every_day(day):
    draft = document(title="条例（草案）", status="草案征求意见稿", ends_on="2000-01-01")
    assert draft.status_on(day) is DocumentStatus.DRAFT


def test_the_title_of_a_draft_has_to_say_so():
    with pytest.raises(ValidationError, match="题名须写明"):
        document(status="草案征求意见稿")


def test_a_document_is_cited_by_title_and_number_and_its_places_by_line():
    numbered = document(number="示例〔2021〕1号")
    assert numbered.citation == "《示例规划》（示例〔2021〕1号）"
    assert numbered.cite("表1", 48) == "示例〔2021〕1号 表1（文本第48行）"
    assert document().citation == "《示例规划》"
    assert document().cite("第十四条", 145) == "示例规划 第十四条（文本第145行）"
