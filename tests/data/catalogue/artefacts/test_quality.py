import datetime as dt

import pytest

from data.catalogue.artefacts.charts_of_market import employer_spells
from data.catalogue.artefacts.quality import quality_page, robustness_page
from data.catalogue.artefacts.robustness import RankRange, Robustness, Shift
from data.catalogue.period import Period

FOUND = Robustness(
    cells=4, reproduced=4, ranks=(RankRange("9-99-99-99", None, 1, 1, 2),), split_half_coverage=0.8125,
    shifts=(Shift("去掉I1", 2, 1, 0, 2, 1), Shift("无", 0, 0, 0, 0, 0)), sources_left_out=(),
)  # fmt: skip


@pytest.fixture
def spells(market):
    return employer_spells(market.vacancies, Period(dt.date(2026, 12, 31)))


def sheets_of(page):
    return {sheet.caption: sheet.rows for section in page.sections for sheet in section.sheets}


def test_double_counting_is_the_share_of_postings_merged(edition, spells):
    twice = spells.assign(posting_ids=[("p", "q")] * len(spells))
    rows = sheets_of(quality_page(edition, twice, None, label="草案"))["按来源"]
    assert {row[0]: row[2] for row in rows} == {"乙网": "50.0%", "甲网": "50.0%"}


def test_a_group_of_one_employer_is_confidential(edition, spells):
    lone = spells.assign(
        key_industry=spells["key_industry"].where(spells["employer"] != "独家企业", "独家产业")
    )
    rows = sheets_of(quality_page(edition, lone, None, label="草案"))["按产业"]
    assert ("独家产业", "c", "c", "c", "c", "c") in rows


def test_unknown_sources_and_young_vacancies_are_told_as_such(edition, spells):
    young = spells.drop(columns="source").assign(mature=False)
    (row,) = sheets_of(quality_page(edition, young, None, label="草案"))["按来源"]
    assert (row[0], row[5]) == ("未知", "无")


def test_coverage_counts_every_entry_once(edition):
    sheets = sheets_of(quality_page(edition, None, None, label="草案"))
    for catalogue in edition:
        rows = sheets[f"{catalogue.kind.title}：各产业条目"]
        assert sum(int(row[1]) for row in rows) == len(catalogue.entries)


def test_reasons_for_x_are_counted(edition):
    rows = dict(sheets_of(quality_page(edition, None, None, label="草案"))["暂不评价的原因（一条可有多个）"])
    unrated = [entry for entry in edition[1].entries if entry.star is None]
    for text, count in rows.items():
        assert int(count) == sum(text in {reason.text for reason in entry.reasons} for entry in unrated)


def test_where_all_is_rated_there_is_no_table_of_reasons(edition):
    rated = tuple(entry for entry in edition[1].entries if entry.star is not None)
    page = quality_page([edition[1].model_copy(update={"entries": rated})], None, None, label="草案")
    assert not any("原因" in caption for caption in sheets_of(page))


def test_the_coverage_of_intervals_and_the_weightiest_choice_are_told(edition):
    page = quality_page(edition, None, FOUND, label="草案")
    texts = "".join(text for section in page.sections for text in section.paragraphs)
    assert "81.2%" in texts
    # one up and two lost of four
    assert "“去掉I1”，变动75.0%" in texts


def test_the_robustness_sheet_names_what_it_can(edition):
    page = robustness_page(edition[1], FOUND, label="草案")
    shifts, ranks = (sheet.rows for sheet in page.sections[0].sheets)
    assert shifts[0] == ("去掉I1", "2", "1", "0", "2", "1", "75.0%")
    assert shifts[1][-1] == "无"
    assert ranks == (("1", "9-99-99-99", "其他产业", "1–2"),)
