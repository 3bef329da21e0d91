import datetime as dt

import pytest

from data.catalogue.entries import Catalogue, CatalogueKind, Confidence, Indicators, ObsStatus, ShortageEntry
from data.catalogue.lists.colleges import Basis, college_document, college_entries
from data.reference import major_occupations

EDGES = major_occupations()
MAJOR, OCCUPATION = EDGES["major_code"].iloc[0], EDGES["occupation_code"].iloc[0]


def entry(**changed):
    fields = {
        "seq": 1, "entry_id": "YK-S-2026-1", "section": "港口物流", "key_industry": "港口物流",
        "chain_node": None, "occ_code": OCCUPATION, "occ_name": "职业", "talent_category": None,
        "skills_required": (), "major_codes": (), "education_or_equiv": None, "pay_median": None,
        "pay_p25": None, "pay_p75": None, "star": 3, "level": "中度紧缺", "S": 72.0, "S_lo": 65.0,
        "S_hi": 79.0, "confidence": Confidence.B, "U_score": None, "listed": True,
        "indicators": Indicators(), "weights_used": {}, "n_spell": 30, "n_emp": 6, "top1_share": 0.3,
        "demand_heads": 40, "demand_lo": 30, "demand_hi": 50, "supply_heads": 20, "ratio": 2.0,
        "cause_codes": (), "actions": (), "route": "测算", "reasons": (), "prev_entry": None, "change": None,
        "forecast_h2": None, "forecast_h4": None, "vacancy_ids": ("v1",), "posting_ids": ("p1",),
        "synthetic": False, "obs_status": {}, "method_version": "2.0", "snapshot": "s",
    }  # fmt: skip
    return ShortageEntry(**(fields | changed))


def catalogue(*entries, synthetic=False):
    return Catalogue[ShortageEntry](
        kind=CatalogueKind.SHORTAGE, title="目录", region="营口市", edition="2026Q4",
        as_of=dt.date(2026, 12, 31), period_start=dt.date(2026, 1, 1), stage=None, synthetic=synthetic,
        method_version="2.0", snapshot="s", counts={}, parameters={}, notes=(), entries=entries,
    )  # fmt: skip


def by_code(*entries):
    return {item.major_code: item for item in college_entries(catalogue(*entries))}


def test_the_teaching_standards_lead_from_major_to_entry():
    item = by_code(entry())[MAJOR]
    assert (item.basis, item.entry.occ_code) == (Basis.STANDARD, OCCUPATION)
    assert item.lead_years in {3, 4}
    assert item.level
    assert item.class_name


def test_majors_that_employers_name_are_said_apart():
    items = by_code(entry(occ_code="1-06-01-01", major_codes=("软件工程", "机械类")))
    assert items["080902"].basis is Basis.EMPLOYER
    assert (items["080902"].level, items["080902"].lead_years) == ("普通本科", 4)
    # a class stands for itself and has no length of study
    assert (items["0802"].major_name, items["0802"].lead_years) == ("机械类", None)
    assert by_code(entry(major_codes=(MAJOR,)))[MAJOR].basis is Basis.BOTH


def test_words_that_are_no_major_lead_nowhere():
    assert by_code(entry(occ_code="1-06-01-01", major_codes=("吃苦耐劳",))) == {}


def test_an_entry_of_several_occupations_stands_under_the_majors_of_each():
    other = EDGES[EDGES["occupation_code"] != OCCUPATION].iloc[-1]
    items = by_code(entry(occ_code="X", members=(OCCUPATION, other["occupation_code"])))
    assert {MAJOR, other["major_code"]} <= set(items)


def test_figures_are_the_catalogues_own_and_suppressed_as_there():
    hidden = entry(demand_heads=None, ratio=None, obs_status={"demand_heads": ObsStatus.CONFIDENTIAL})
    document = college_document(catalogue(hidden))
    row = next(row for row in document.tables[0].rows if row[0] == MAJOR)
    cells = dict(zip(document.tables[0].columns, row, strict=True))
    assert (cells["近六个月需求人数"], cells["求人倍率"], cells["供给人数"]) == ("c", "x", 20)
    assert (cells["星级"], cells["两季度展望"]) == (3, "x")
    # what would give the hidden count away is gone too
    assert college_entries(catalogue(hidden))[0].entry.vacancy_ids == ()


@pytest.mark.parametrize(("listed_only", "codes"), [(True, {"a"}), (False, {"a", "b"})])
def test_only_listed_entries_can_be_asked_for(listed_only, codes):
    document = college_document(
        catalogue(entry(entry_id="a"), entry(entry_id="b", listed=False, star=0)), listed_only=listed_only
    )
    assert {row[5] for row in document.tables[0].rows} == codes


def test_higher_stars_come_first_within_a_major():
    items = college_entries(catalogue(entry(entry_id="a", star=None, S=None), entry(entry_id="b")))
    assert [item.entry.entry_id for item in items if item.major_code == MAJOR] == ["b", "a"]


def test_generated_catalogues_are_labelled():
    document = college_document(catalogue(entry(synthetic=True), synthetic=True))
    assert document.title == "【合成数据，仅供演示】营口市急需紧缺人才目录·院校版（2026Q4版）"
    assert document.tables[0].rows[0][-1] == "合成数据"
    assert college_document(catalogue()).tables[0].rows == ()
