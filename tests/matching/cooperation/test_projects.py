from __future__ import annotations

import datetime as dt

import pytest

from data.reference import skill_names
from matching.cooperation import Laboratory, Project, match_projects, project_document

DAY = dt.date(2026, 10, 31)


@pytest.fixture
def projects():
    kiln = {"title": "竖窑余热回收", "text": "竖窑余热回收系统", "skills": ("余热回收", "热工计算")}
    water = {"title": "废水脱盐", "text": "膜法废水脱盐", "skills": ("膜分离",)}
    return [
        Project(number="XM-1", terms=("窑炉",), **kiln),
        Project(number="XM-2", engagement=("项目合作",), **water),
    ]


@pytest.fixture
def laboratories():
    kiln = {"title": "窑炉热工团队", "text": "竖窑余热利用", "skills": ("余热回收", "热工计算")}
    water = {"title": "水处理团队", "text": "膜法水处理", "skills": ("膜分离", "蒸发结晶")}
    works = {"title": "水厂团队", "text": "膜法废水脱盐", "skills": ("膜分离",)}
    return [
        Laboratory(number="SY-1", terms=("窑炉", "冶金"), synthetic=True, **kiln),
        Laboratory(number="SY-2", engagement=("挂职",), **water),
        Laboratory(number="SY-3", engagement=("项目合作",), **works),
    ]


def by_pair(found):
    return {(pair.project, pair.laboratory): pair for pair in found}


def test_the_laboratory_that_shows_the_skills_comes_first_with_its_evidence(
    projects, laboratories, hashing_model
):
    pairs = by_pair(match_projects(projects, laboratories, hashing_model))
    best = pairs["XM-1", "SY-1"]
    assert best.rank_for_project == 1
    assert [each.evidence.text for each in best.shared_skills] == ["余热回收", "热工计算"]
    assert (best.missing_skills, best.shared_terms, best.synthetic) == ((), ("窑炉",), True)
    assert "所需2项能力中具备2项" in best.sentence
    assert best.score > pairs["XM-1", "SY-3"].score


def test_each_side_ranks_the_other_by_its_own_score(projects, laboratories, hashing_model):
    found = match_projects(projects, laboratories, hashing_model)
    for project in projects:
        own = [pair for pair in found if pair.project == project.number]
        assert [pair.rank_for_project for pair in own] == list(range(1, len(own) + 1))
        assert [pair.score for pair in own] == sorted((pair.score for pair in own), reverse=True)
    for laboratory in laboratories:
        own = sorted(
            (p for p in found if p.laboratory == laboratory.number), key=lambda p: p.rank_for_laboratory
        )
        assert [pair.score_reverse for pair in own] == sorted(
            (pair.score_reverse for pair in own), reverse=True
        )


def test_forms_of_cooperation_that_do_not_meet_rule_a_pair_out(projects, laboratories, hashing_model):
    pairs = by_pair(match_projects(projects, laboratories, hashing_model))
    assert ("XM-2", "SY-2") not in pairs
    assert {("XM-2", "SY-3"), ("XM-2", "SY-1"), ("XM-1", "SY-2")} <= set(pairs)


def test_what_nobody_states_counts_one_half(hashing_model):
    (pair,) = match_projects(
        [Project(number="1", title="项目")], [Laboratory(number="2", title="团队")], hashing_model
    )
    assert (pair.score, pair.score_reverse, pair.nearness) == (0.5, 0.5, None)
    assert pair.sentence == "项目未写明所需能力；内容未写全，未作比较"


def test_an_empty_side_gives_nothing(projects, hashing_model):
    assert match_projects(projects, [], hashing_model) == ()


def test_the_document_has_both_directions_and_the_banner(projects, laboratories, hashing_model):
    found = match_projects(projects, laboratories, hashing_model)
    document = project_document(found, projects, laboratories, as_of=DAY, k=1)
    assert document.title == "【合成数据，仅供演示】校企项目撮合"
    forward, back = document.tables
    assert [row[0] for row in forward.rows] == ["XM-1", "XM-2"]
    assert [row[0] for row in back.rows] == ["SY-1", "SY-2", "SY-3"]
    assert all(len(row) == len(forward.columns) for table in document.tables for row in table.rows)


@pytest.mark.model
def test_a_near_skill_is_shown_with_the_words_it_was_read_from(model, monkeypatch):
    few = dict(list(skill_names().items())[::8])
    monkeypatch.setattr("matching.teams.coverage.skill_names", lambda: few)
    project = Project(number="1", title="浮选提质", skills=("矿物浮选工艺",))
    laboratory = Laboratory(number="2", title="选矿团队", skills=("矿物浮选技术", "记账"))
    (pair,) = match_projects([project], [laboratory], model)
    (shared,) = pair.shared_skills
    assert shared.evidence.text == "矿物浮选技术"
    assert 0 < shared.strength < 1
    assert "（见“矿物浮选技术”）" in pair.sentence
