import datetime as dt

import pytest
from pydantic import ValidationError

from data.catalogue.experts import ExpertVote
from data.catalogue.lists.key_talent import (
    KeyTalentItem,
    KeyTalentKind,
    Route,
    conflicts_of,
    key_talent_document,
    listed_items,
)

DAY = dt.date(2026, 11, 21)


def item(**changed):
    fields = {
        "department": "工信部门", "number": "A-1", "kind": KeyTalentKind.TARGET, "title": "首席窑炉专家",
        "employer": "示例镁业有限公司", "target_profile": "主持过窑炉改造", "contact_desk": "人才科",
    }  # fmt: skip
    return KeyTalentItem(**(fields | changed))


def votes(item_id, ayes, noes, *, edition="2026", evidence="论证意见"):
    return [
        ExpertVote(edition=edition, occ_code=item_id, expert=f"E{i}", in_favour=i < ayes, evidence=evidence)
        for i in range(ayes + noes)
    ]


def test_a_challenge_needs_problem_metric_and_deadline():
    with pytest.raises(ValidationError, match="考核指标、截止日期"):
        item(kind=KeyTalentKind.CHALLENGE, problem="排烟温度过高")
    made = item(kind=KeyTalentKind.CHALLENGE, problem="排烟温度过高", metric="低于120度", deadline=DAY)
    assert made.prize_yuan is None


def test_an_item_is_known_by_its_department_and_number():
    assert item().item_id == item(title="别的").item_id
    assert len({item().item_id, item(number="A-2").item_id, item(department="科技部门").item_id}) == 3


def test_the_same_number_or_name_and_employer_is_flagged_and_not_merged():
    items = [item(), item(department="科技部门", title="别的岗位"), item(department="科技部门", number="B-1")]
    by_number, by_name = conflicts_of(items)
    assert by_number.departments == by_name.departments == ("工信部门", "科技部门")
    assert "编号同为 A-1" in by_number.message
    assert by_name.item_ids == (items[0].item_id, items[2].item_id)
    assert len(listed_items(items, (), edition="2026")) == 3
    assert conflicts_of([item()]) == ()


@pytest.mark.parametrize(
    ("ayes", "noes", "passes"), [(4, 0, False), (5, 0, True), (4, 2, True), (3, 2, False), (4, 1, True)]
)
def test_the_experts_route_needs_five_votes_and_two_thirds(ayes, noes, passes):
    one = item(route=Route.EXPERT)
    assert bool(listed_items([one], votes(one.item_id, ayes, noes), edition="2026")) is passes


def test_votes_without_evidence_or_of_another_edition_do_not_count():
    one = item(route=Route.EXPERT)
    assert listed_items([one], votes(one.item_id, 6, 0, evidence=" "), edition="2026") == ()
    assert listed_items([one], votes(one.item_id, 6, 0, edition="2025"), edition="2026") == ()


def test_the_document_labels_experts_conflicts_and_generated_items():
    one = item(route=Route.EXPERT, synthetic=True, problem="难题", deadline=DAY)
    document = key_talent_document("营口市", "2026", [one, item(department="科技部门")], 2, as_of=DAY)
    listed, open_questions = document.tables
    assert listed.rows[0][13:] == ("专家认定", "合成数据")
    assert listed.rows[1][13:] == ("部门推荐", "真实数据")
    assert listed.rows[0][10] == "2026-11-21"
    assert len(open_questions.rows) == 2
    assert document.title.startswith("【合成数据")
    assert "另有2条" in document.notes[-1]
    assert "另有" not in "".join(key_talent_document("营口市", "2026", [], 0, as_of=DAY).notes)
