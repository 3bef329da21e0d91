"""Coding the rows of a table."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from data.sources.columns import TableKind
from matching.coding import Coverage

POSTINGS = pd.DataFrame(
    {
        "title": ["焊工", "焊工", "量子灵修岗"],
        "industry_raw": ["", "石油/化工", "量子灵修"],
        "employer": ["示例耐火材料有限公司", "示例公司", "示例公司"],
        "duties": ["负责氩弧焊", "", ""],
        "skills": [("叉车",), (), ("灵修",)],
        "majors": [("护理", "机械类"), (), ("量子灵修学",)],
    },
    index=[3, 5, 9],
)


@pytest.fixture
def coded(coders):
    return coders.code_frame(POSTINGS, TableKind.POSTING)


def test_every_row_keeps_its_place_and_gets_its_codes(coded):
    frame = coded.frame
    assert frame.index.tolist() == [3, 5, 9]
    assert frame["occupation_code"].tolist()[:2] == ["6-18-02-04"] * 2
    assert frame["occupation_method"].tolist()[:2] == ["alias", "alias"]
    assert frame["industry_code"].tolist()[:2] == ["3089", "26"]
    assert {"520201", "0802"} <= set(frame.loc[3, "major_codes"])
    assert len(frame.loc[3, "skill_codes"]) == 2
    assert frame.loc[5, "major_codes"] == frame.loc[5, "skill_codes"] == ()
    assert frame["occupation_score"].dtype == frame["industry_margin"].dtype == "float64"


def test_the_frame_given_is_not_changed(coders):
    before = POSTINGS.copy(deep=True)
    coders.code_frame(POSTINGS, TableKind.POSTING)
    pd.testing.assert_frame_equal(POSTINGS, before)


def test_open_cases_are_queued_once_with_their_number_and_rare_skills_are_not(coders):
    many = pd.concat([POSTINGS.iloc[[2]]] * 4, ignore_index=True)
    reviews = coders.code_frame(many, TableKind.POSTING).reviews
    counts = {(row["kind"], row["text"]): row["count"] for row in reviews}
    assert set(counts.values()) <= {4}
    assert ("skill", "灵修") not in counts
    more = pd.concat([many, many], ignore_index=True)
    assert ("skill", "灵修") in {
        (row["kind"], row["text"]) for row in coders.code_frame(more, TableKind.POSTING).reviews
    }


def test_profiles_have_no_industry(coders):
    profiles = POSTINGS.rename(columns={"duties": "summary"}).drop(columns=["industry_raw", "employer"])
    coded = coders.code_frame(profiles, TableKind.PROFILE)
    assert "industry_code" not in coded.frame.columns
    assert set(coded.coverage) == {"occupation", "major", "skill"}


def test_an_empty_frame_is_coded_to_an_empty_frame(coders):
    coded = coders.code_frame(POSTINGS.iloc[:0], TableKind.POSTING)
    assert len(coded.frame) == 0
    assert coded.reviews == []
    assert coded.report["occupation"] == {"share": None, "review": None, "methods": {}, "margin": [0] * 10}


def test_the_report_counts_every_row_and_every_searched_margin(coded):
    assert coded.counts["occupation"].total() == coded.counts["industry"].total() == 3
    report = coded.report["occupation"]
    assert report["share"] + report["review"] == pytest.approx(1)
    assert sum(report["margin"]) == 1


def test_progress_names_what_is_coded(coders):
    told = []
    coders.code_frame(POSTINGS, TableKind.POSTING, progress=lambda *step: told.append(step))
    assert "能力编码" in {name for name, _, _ in told}


def test_coverage_of_two_parts_adds_up():
    left = Coverage(Counter(alias=2, none=1), (1,) + (0,) * 9)
    both = left + Coverage(Counter(alias=1, review=1), (0,) * 9 + (1,))
    assert both.as_dict() == {
        "share": 0.75,
        "review": 0.25,
        "methods": {"alias": 3, "none": 1, "review": 1},
        "margin": [1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    }
