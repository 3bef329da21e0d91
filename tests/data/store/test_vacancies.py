"""Vacancies in the store: merged anew, explained, decided about, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa

from data.employers import employer_key
from data.errors import InputError, UnknownName
from data.owners import MIXED, OFFICE, visible_to
from data.store.batches import begin_batch
from data.store.checks import State, check_store
from data.store.decisions import decide, undo_decision
from data.store.explanations import explain
from data.store.history import read_changes
from data.store.postings import write_postings
from data.store.schema import vacancy
from data.store.vacancies import duplicate_rates, merge_employers, read_vacancies

DAY = dt.date(2026, 3, 1)
CODE, OTHER_CODE = "91210800MA0000000X", "91210800MA0000001X"
BASE = {
    "row": 2,
    "source": "甲网",
    "source_row": 2,
    "title": "焊工",
    "employer": "示例装备有限公司",
    "employer_is_agency": False,
    "end_employer": None,
    "credit_code": None,
    "industry_raw": "",
    "place_raw": "老边区",
    "place_code": "210811",
    "salary_low": 5000.0,
    "salary_high": 7000.0,
    "education": None,
    "experience_low": None,
    "headcount": 3,
    "skills": ("焊接", "切割"),
    "duties": "负责结构件的焊接与切割，读懂图纸，自检焊缝质量，维护焊机与工位，遵守安全规程。",
    "majors": (),
    "licences": (),
    "languages": (),
    "engagement": ("全职",),
    "posted_on": DAY,
    "observed_on": None,
    "start_by": None,
    "valid_until": None,
    "closed_on": None,
    "outcome": "未知",
    "findings": (),
    "synthetic": False,
}


@pytest.fixture
def bring(store):
    """Write postings p0, p1 … and merge their employers."""
    batch_id = begin_batch(store, "posting", "a.csv", "0" * 64, "1")

    def run(*changes, merge=True):
        rows = [BASE | {"posting_id": f"p{i}"} | change for i, change in enumerate(changes)]
        for row in rows:
            row.setdefault("owner", OFFICE)
            row["employer_key"] = employer_key(row["employer"], credit_code=row["credit_code"])
            end = row["end_employer"]
            row["end_employer_key"] = employer_key(end) if end else row["employer_key"]
        with store.begin() as connection:
            write_postings(connection, batch_id, pd.DataFrame(rows))
        keys = {row["end_employer_key"] for row in rows}
        return merge_employers(store, keys) if merge else keys

    return run


def groups(store):
    return sorted(read_vacancies(store)["posting_ids"])


def test_merging_again_changes_nothing(store, bring):
    steps = []
    keys = bring({}, {"source": "乙网"}, {"title": "钳工", "duties": ""}, merge=False)
    assert merge_employers(store, keys, step=lambda *done: steps.append(done)) == (3, 2, {"乙网": 1})
    before = read_vacancies(store)
    assert merge_employers(store, keys) == (3, 2, {"乙网": 1})
    pd.testing.assert_frame_equal(before, read_vacancies(store))
    assert steps == [(1, 1)]
    assert merge_employers(store, ["不存在"]) == (0, 0, {})


def test_the_vacancys_columns_come_with_those_of_its_posting(store, bring):
    bring({})
    (row,) = read_vacancies(store).to_dict("records")
    assert row["employer_key"] == "示例装备"
    assert (row["via_agency"], row["refreshes"], row["previous_id"]) == (False, 0, None)
    assert list(row["flags"]) == []
    assert row["title"] == "焊工"


def test_a_name_without_code_finds_its_only_code_and_loses_it_with_a_second(store, bring):
    bring({}, {"credit_code": CODE})
    assert groups(store) == [("p0", "p1")]
    assert read_vacancies(store)["employer_key"].tolist() == [CODE]
    bring({}, {"credit_code": CODE}, {"credit_code": OTHER_CODE, "title": "钳工"})
    assert groups(store) == [("p0",), ("p1",), ("p2",)]


def test_a_posting_that_moves_to_another_employer_leaves_its_old_vacancy(store, bring):
    agency = {"employer": "示例人力资源有限公司", "employer_is_agency": True}
    bring({}, agency | {"end_employer": "示例装备有限公司"})
    assert groups(store) == [("p0", "p1")]
    keys = bring({}, agency, merge=False)
    merge_employers(store, keys - {"示例装备"})
    assert groups(store) == [("p0",), ("p1",)]
    assert read_vacancies(store).set_index("posting_id")["via_agency"].to_dict() == {"p0": False, "p1": True}


def test_rates_are_counted_source_by_source(store, bring):
    assert duplicate_rates(store).empty
    bring({}, {}, {"source": "乙网"}, {"source": "乙网", "title": "钳工", "duties": ""})
    rates = duplicate_rates(store).to_dict("records")
    assert rates == [
        {"source": "乙网", "postings": 2, "duplicates": 1, "rate": 0.5, "across_sources": 1},
        {"source": "甲网", "postings": 2, "duplicates": 1, "rate": 0.5, "across_sources": 0},
    ]


def test_a_split_holds_through_every_later_merge_until_it_is_undone(store, bring):
    bring({}, {})
    decide(store, "p1", "p0", same=False, by="王某", note="两个车间")
    assert groups(store) == [("p0",), ("p1",)]
    bring({}, {}, {"posted_on": DAY})
    assert len(groups(store)) == 2
    undo_decision(store, "p0", "p1", by="李某")
    assert groups(store) == [("p0", "p1", "p2")]
    changes = read_changes(store, table_name="vacancy_decision", row_key="p0/p1")
    assert [(each["actor"], each["kind"]) for each in changes] == [("王某", "split"), ("李某", "undone")]
    assert changes[0]["fields"] == {"same": [None, False], "note": [None, "两个车间"]}


def test_a_join_holds_and_a_later_word_replaces_it(store, bring):
    bring({}, {"title": "钳工", "duties": ""})
    decide(store, "p0", "p1", same=True, by="王某")
    assert groups(store) == [("p0", "p1")]
    decide(store, "p0", "p1", same=False, by="王某")
    assert groups(store) == [("p0",), ("p1",)]


def test_decisions_that_cannot_be_are_refused(store, bring):
    bring({}, {}, {}, {"employer": "示例装配有限公司"})
    with pytest.raises(InputError, match="用人单位不同") as caught:
        decide(store, "p0", "p3", same=True, by="王某")
    assert caught.value.code == "employers_differ"
    with pytest.raises(UnknownName, match="px"):
        decide(store, "p0", "px", same=True, by="王某")
    with pytest.raises(InputError, match="同一条"):
        decide(store, "p0", "p0", same=True, by="王某")
    with pytest.raises(UnknownName, match="没有关于"):
        undo_decision(store, "p0", "p1", by="王某")
    decide(store, "p0", "p1", same=True, by="王某")
    decide(store, "p1", "p2", same=True, by="王某")
    with pytest.raises(InputError, match="不能再拆分"):
        decide(store, "p0", "p2", same=False, by="王某")
    undo_decision(store, "p1", "p2", by="王某")
    decide(store, "p1", "p2", same=False, by="王某")
    with pytest.raises(InputError, match="不能再合并"):
        decide(store, "p0", "p2", same=True, by="王某")


def test_alike_names_are_mentioned_in_the_refusal(store, bring):
    bring({"employer": "营口示例装备科技有限公司"}, {"employer": "营口示范装备科技有限公司"})
    with pytest.raises(InputError) as caught:
        decide(store, "p0", "p1", same=True, by="王某")
    assert "相似" in caught.value.hint


def test_a_vacancy_is_explained_with_members_decisions_and_earlier_spells(store, bring):
    again = DAY + dt.timedelta(days=30)
    bring({"closed_on": DAY}, {"posted_on": again}, {"posted_on": again, "duties": "", "skills": ()})
    decide(store, "p1", "p2", same=True, by="王某", note="电话核实")
    last = read_vacancies(store).set_index("posting_id").loc["p1", "vacancy_id"]
    found = explain(store, last)
    assert [(each.posting_id, each.relation) for each in found.members] == [
        ("p1", "FIRST"),
        ("p2", "PARTIAL"),
    ]
    assert found.members[1].evidence["text"]["method"] == "one_sided"
    assert [(each.decided_by, each.note) for each in found.decisions] == [("王某", "电话核实")]
    assert [each.closed_on for each in found.previous] == [DAY]
    with pytest.raises(UnknownName, match="没有编号"):
        explain(store, "V0")


AGENCY, RIVAL = "ag_0000000a", "ag_0000000b"


def seen(store, owner):
    """Return the postings and heads of the vacancies that an owner sees."""
    frame = read_vacancies(store, own=True)
    with store.read() as connection:
        ids = set(
            connection.execute(sa.select(vacancy.c.vacancy_id).where(visible_to(vacancy, owner))).scalars()
        )
    kept = frame[frame["vacancy_id"].isin(ids)]
    return sorted(zip(kept["posting_ids"], kept["heads"], strict=True))


def test_a_need_of_several_owners_is_counted_once_and_each_sees_its_own(store, bring):
    mine = {"owner": AGENCY, "source": "丙网"}
    later = {"posted_on": DAY + dt.timedelta(days=1)}
    assert bring({}, mine, {"owner": RIVAL} | later) == (3, 1, {"甲网": 1, "丙网": 1})
    assert groups(store) == [("p0", "p1", "p2")]
    assert read_vacancies(store)["owner"].tolist() == [MIXED]
    assert seen(store, OFFICE) == [(("p0", "p1", "p2"), 3)]
    assert seen(store, AGENCY) == [(("p0",), 3), (("p1",), 3)]
    assert seen(store, RIVAL) == [(("p0",), 3), (("p2",), 3)]
    rates = duplicate_rates(store)
    assert (rates["postings"].sum(), rates["duplicates"].sum()) == (3, 2)
    (told,) = (check for check in check_store(store) if check.name == "vacancies")
    assert told.state is State.GOOD


def test_merging_again_with_and_without_another_owner_gives_the_same_numbers(store, bring):
    bring({"owner": AGENCY})
    alone = read_vacancies(store, own=True)
    bring({"owner": AGENCY}, {"owner": RIVAL})
    both = read_vacancies(store, own=True)
    assert set(alone["vacancy_id"]) < set(both["vacancy_id"])
    keys = bring({"owner": AGENCY}, {"owner": RIVAL, "title": "会计", "duties": ""}, merge=False)
    merge_employers(store, keys)
    again = read_vacancies(store, own=True)
    assert again["owner"].tolist().count(MIXED) == 0
    own = again[again["owner"] == AGENCY].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_a_code_that_only_another_owner_states_does_not_join_what_an_owner_sees(store, bring):
    bring({"owner": AGENCY}, {"owner": RIVAL, "credit_code": CODE})
    assert groups(store) == [("p0", "p1")]
    assert seen(store, AGENCY) == [(("p0",), 3)]
    frame = read_vacancies(store, own=True)
    assert frame[frame["owner"] == AGENCY]["employer_key"].tolist() == ["示例装备"]
