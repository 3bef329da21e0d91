"""Two months of a store compared from end to end."""

from __future__ import annotations

import json

import pytest

from data.errors import InputError, RefusedError
from matching.coding import OccupationCoder
from matching.ranker import AdditiveRanker
from training.drift import Group, Models, Verdict, drift_markdown, measure_drift, read_month, write_drift

MAY, JUNE = read_month("2026-05"), read_month("2026-06")


@pytest.fixture(scope="session")
def models(hashing_model):
    return Models(hashing_model, OccupationCoder.from_reference(hashing_model))


def measure(store, region, **options):
    return measure_drift(store, region, MAY, JUNE, permutations=999, **options)


def line(report, name):
    return next(each for each in report.lines if each.name == name)


def test_two_equal_months_are_stable(sqlite_store, region, write_months):
    write_months(sqlite_store, {"2026-05": (120, {}), "2026-06": (120, {})})
    report = measure(sqlite_store, region)
    assert report.verdict is Verdict.STABLE
    assert report.vacancies == (120, 120)
    assert not report.synthetic
    assert report.model_version == ""
    assert {each.group for each in report.lines} == {Group.INPUT, Group.COVERAGE}


def test_a_month_that_asks_for_other_things_drifts_in_just_these(sqlite_store, region, write_months):
    others = lambda i: (  # noqa: E731
        {"education": "硕士", "salary_low": 12000.0, "salary_high": 20000.0, "synthetic": True}
        if i % 10 < 7
        else {"synthetic": True}
    )
    write_months(sqlite_store, {"2026-05": (120, {}), "2026-06": (120, others)})
    report = measure(sqlite_store, region)
    assert report.verdict is Verdict.DRIFT
    assert report.synthetic
    drifted = {each.name for each in report.lines if each.verdict is Verdict.DRIFT}
    assert drifted == {"education", "pay"}
    assert line(report, "education").moves[0].label in {"大专", "硕士"}
    assert any("学历要求" in reason for reason in report.reasons)


def test_less_stated_and_coded_is_seen_as_coverage(sqlite_store, region, write_months):
    silent = lambda i: (  # noqa: E731
        {
            "salary_low": None,
            "salary_high": None,
            "occupation_code": None,
            "occupation_method": "review",
            "title": f"Оператор крана {i}",
        }
        if i % 2
        else {}
    )
    write_months(sqlite_store, {"2026-05": (120, {}), "2026-06": (120, silent)})
    report = measure(sqlite_store, region)
    for name in ("pay_stated", "coded", "script", "unknown_words"):
        assert line(report, name).verdict is Verdict.DRIFT, name
    assert line(report, "coded").before == 1.0
    assert line(report, "coded").after == 0.5


def test_a_small_month_cries_no_wolf(sqlite_store, region, write_months):
    write_months(sqlite_store, {"2026-05": (120, {}), "2026-06": (12, {"education": "硕士"})})
    report = measure(sqlite_store, region)
    assert report.verdict is Verdict.INSUFFICIENT
    assert all(each.verdict is Verdict.INSUFFICIENT for each in report.lines)


def test_titles_not_seen_before_are_counted_where_the_data_reach_back(sqlite_store, region, write_months):
    months = {"2025-12": (40, {}), "2026-01": (40, {}), "2026-02": (40, {}), "2026-03": (40, {})}
    months |= {"2026-04": (40, {}), "2026-05": (80, {})}
    fresh = lambda i: {"title": f"新岗位{i}"} if i % 2 else {}  # noqa: E731
    write_months(sqlite_store, {**months, "2026-06": (80, fresh)}, employers=40)
    unseen = line(measure(sqlite_store, region), "unseen_titles")
    assert (unseen.before, unseen.after) == (0.0, 0.5)
    assert unseen.verdict is Verdict.DRIFT


def test_without_a_past_nothing_is_said_of_new_titles(sqlite_store, region, write_months):
    write_months(sqlite_store, {"2026-05": (80, {}), "2026-06": (80, {})})
    unseen = line(measure(sqlite_store, region), "unseen_titles")
    assert unseen.verdict is Verdict.INSUFFICIENT
    assert "回看" in unseen.reason


def test_scores_and_meaning_drift_where_the_work_is_another(
    sqlite_store, region, write_months, write_people, models
):
    other = {"title": "远洋渔船轮机员", "skills": ["轮机维护"], "duties": "远洋作业。"}
    write_months(sqlite_store, {"2026-05": (100, {}), "2026-06": (100, other)})
    write_people(sqlite_store)
    done = []
    report = measure(sqlite_store, region, models=models, sample=60, step=lambda *each: done.append(each))
    assert line(report, "best_score").verdict is Verdict.DRIFT
    assert line(report, "best_score").after < line(report, "best_score").before
    assert line(report, "titles").verdict is Verdict.DRIFT
    assert line(report, "served").verdict is Verdict.STABLE
    assert report.people == 30
    assert report.model_version == f"{models.model.encoder.name}+{AdditiveRanker.version}"
    assert {name for name, *_ in done} >= {"比较各项分布", "匹配两期的需求样本", "编码标题"}


def test_a_ranker_of_a_bundle_is_used(sqlite_store, region, write_months, write_people, models):
    class Other(AdditiveRanker):
        version = "other-1"

    write_months(sqlite_store, {"2026-05": (40, {}), "2026-06": (40, {})})
    write_people(sqlite_store)
    other = Models(models.model, models.coder, Other())
    assert measure(sqlite_store, region, models=other, sample=5).model_version.endswith("other-1")


def test_without_people_or_enough_titles_scores_and_meaning_are_not_judged(
    sqlite_store, region, write_months, models
):
    write_months(sqlite_store, {"2026-05": (40, {}), "2026-06": (10, {})})
    report = measure(sqlite_store, region, models=models)
    assert line(report, "best_score").verdict is Verdict.INSUFFICIENT
    assert line(report, "titles").verdict is Verdict.INSUFFICIENT


def test_the_same_rows_and_seed_give_the_same_report(sqlite_store, region, write_months):
    write_months(sqlite_store, {"2026-05": (60, {}), "2026-06": (60, {})})
    assert measure(sqlite_store, region) == measure(sqlite_store, region)


def test_vacancies_without_an_employer_stand_for_themselves(sqlite_store, region, write_months):
    nobody = {"employer": "", "employer_key": "", "end_employer_key": ""}
    write_months(sqlite_store, {"2026-05": (60, nobody), "2026-06": (60, nobody)})
    assert line(measure(sqlite_store, region), "education").employers == (60, 60)


def test_months_and_days_are_read_and_others_refused():
    assert read_month("2024-02").last_on.day == 29
    assert read_month("2026-05-03/2026-06-10").label == "2026-05-03 至 2026-06-10"
    assert MAY.label == "2026-05"
    for text in ("五月", "2026-13", "2026-06-10/2026-05-03", "2026-05-01"):
        with pytest.raises(InputError, match="不是一个月份"):
            read_month(text)


def test_periods_that_overlap_and_empty_ones_are_refused(sqlite_store, region, write_months):
    with pytest.raises(InputError, match="重叠"):
        measure_drift(sqlite_store, region, JUNE, MAY)
    with pytest.raises(RefusedError, match="没有需求"):
        measure(sqlite_store, region)


def test_a_report_is_written_for_programs_and_for_people(sqlite_store, region, write_months, tmp_path):
    write_months(
        sqlite_store, {"2026-05": (120, {}), "2026-06": (120, {"education": "硕士", "synthetic": True})}
    )
    report = measure(sqlite_store, region)
    names = {path.name for path in write_drift(report, tmp_path / "out")}
    assert {"drift.json", "drift.md", "drift.png", "drift-moves.svg", "drift.csv"} <= names
    again = json.loads((tmp_path / "out" / "drift.json").read_text("utf-8"))
    assert again["verdict"] == "漂移"
    text = (tmp_path / "out" / "drift.md").read_text("utf-8")
    assert "合成数据" in text
    assert "drift-moves.png" in text
    assert (tmp_path / "out" / "drift.png").read_bytes()[:4] == b"\x89PNG"


def test_a_calm_report_has_one_chart_and_no_banner(sqlite_store, region, write_months, tmp_path):
    write_months(sqlite_store, {"2026-05": (120, {}), "2026-06": (120, {})})
    report = measure(sqlite_store, region)
    assert not [path for path in write_drift(report, tmp_path) if "moves" in path.name]
    assert "合成数据" not in drift_markdown(report)
