from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.synthetic import POSTING_COLUMNS, SyntheticCity
from data.synthetic.content import Content
from data.synthetic.postings import draw_postings

END = "2026-10-31"


@pytest.fixture(scope="module")
def joined(city: SyntheticCity) -> pd.DataFrame:
    truth = city.truth.postings.rename(columns={"posting_id": "信息编号"})
    clean = ~city.postings["信息编号"].isin(set(city.truth.cells["row_id"]))
    return city.postings[clean].merge(truth, on="信息编号", validate="one_to_one")


def test_the_postings_have_the_columns_of_the_template_and_are_strings(city: SyntheticCity) -> None:
    assert list(city.postings.columns) == list(POSTING_COLUMNS)
    assert city.postings.map(lambda cell: isinstance(cell, str)).all().all()
    assert set(city.postings["数据性质"]) == {"合成数据"}


def test_ids_are_unique_and_follow_the_day_of_posting(city: SyntheticCity) -> None:
    ids = city.truth.postings["posting_id"]
    assert ids.is_unique
    assert city.truth.postings["posted_on"].is_monotonic_increasing
    assert list(city.postings["信息编号"]) == list(ids)


def test_every_vacancy_has_one_original(city: SyntheticCity) -> None:
    relations = city.truth.postings.groupby("vacancy_id")["relation"].apply(lambda r: (r == "original").sum())
    assert (relations == 1).all()
    assert set(city.truth.postings["vacancy_id"]) == set(city.truth.vacancies["vacancy_id"])


def test_reposts_and_copies_are_as_frequent_as_promised(city: SyntheticCity) -> None:
    counts = city.truth.postings["relation"].value_counts() / len(city.truth.vacancies)
    assert counts["repost"] == pytest.approx(0.08, abs=0.02)
    assert counts[["repeat", "reworded", "agency"]].sum() == pytest.approx(0.10, abs=0.02)


def test_no_posting_of_a_vacancy_comes_before_its_original(city: SyntheticCity) -> None:
    first = city.truth.postings.groupby("vacancy_id")["posted_on"].min()
    originals = city.truth.postings.query("relation == 'original'").set_index("vacancy_id")["posted_on"]
    assert (originals.reindex(first.index) == first).all()


def test_a_repeat_only_differs_in_its_number_days_and_outcome(joined: pd.DataFrame) -> None:
    same = ["岗位名称", "用人单位", "薪酬", "岗位职责", "能力要求", "需求人数", "到岗日期", "工作地点"]
    originals = joined[joined["relation"] == "original"].set_index("vacancy_id")
    repeats = joined[joined["relation"] == "repeat"].set_index("vacancy_id")
    repeats = repeats[repeats.index.isin(originals.index)]
    assert len(repeats) > 100
    assert (repeats[same] == originals.loc[repeats.index, same]).all().all()


def test_a_reworded_copy_states_the_same_employer_and_vacancy_in_other_words(joined: pd.DataFrame) -> None:
    originals = joined[joined["relation"] == "original"].set_index("vacancy_id")
    copies = joined[joined["relation"] == "reworded"].set_index("vacancy_id")
    copies = copies[copies.index.isin(originals.index)]
    before = originals.loc[copies.index]
    assert (copies["用人单位"] == before["用人单位"]).all()
    assert (copies["heads"].fillna(-1) == before["heads"].fillna(-1)).all()
    assert (copies["岗位职责"] != before["岗位职责"]).mean() > 0.99


def test_agency_copies_name_an_agency_and_some_name_the_employer(
    joined: pd.DataFrame, content: Content
) -> None:
    agency = joined[joined["relation"] == "agency"]
    assert set(agency["用人单位"]) == set(content.phrases.agencies)
    named = [name in text for name, text in zip(agency["employer"], agency["岗位职责"], strict=True)]
    assert 0.3 < np.mean(named) < 0.7


def test_an_agency_copy_does_not_repeat_what_the_employer_says_of_itself(
    joined: pd.DataFrame, content: Content
) -> None:
    agency = joined[joined["relation"] == "agency"]
    first_lines = agency["岗位职责"].str.split("\n").str[0]
    rest = [text[len(line) :] for text, line in zip(agency["岗位职责"], first_lines, strict=True)]
    assert not [text for text in rest if "因扩产招人" in text or "现面向社会招聘" in text]
    assert content.phrases.agency_openings


def test_nothing_is_posted_or_closed_after_the_end(joined: pd.DataFrame) -> None:
    assert (joined["posted_on"] <= END).all()
    iso = joined[joined["发布日期"].str.fullmatch(r"\d{4}-\d\d-\d\d")]
    closed = iso[iso["关闭日期"] != ""]
    assert (closed["关闭日期"] <= END).all()
    assert (closed["关闭日期"] >= closed["发布日期"]).all()
    assert (iso["有效期至"] >= iso["发布日期"]).all()


def test_open_postings_have_no_closing_day_and_some_outcomes_are_not_reported(joined: pd.DataFrame) -> None:
    assert set(joined["招聘结果"]) == {"已招满", "未招满", "取消", "招聘中", ""}
    assert (joined.loc[joined["招聘结果"].isin(["招聘中", ""]), "关闭日期"] == "").all()
    assert (joined["招聘结果"] == "").mean() == pytest.approx(0.05, abs=0.02)


def test_pay_and_headcounts_are_left_open_as_often_as_promised(joined: pd.DataFrame) -> None:
    assert joined["pay_low"].isna().mean() == pytest.approx(0.10, abs=0.02)
    assert joined["heads"].isna().mean() == pytest.approx(0.06, abs=0.02)
    assert joined.loc[joined["heads"].isna(), "需求人数"].str.contains("若干").all()


def test_the_many_notations_of_pay_are_all_in_use(joined: pd.DataFrame) -> None:
    for sign in (
        r"千-[\d.]+万/月",
        r"元/月",
        r"年薪[\d.]+-[\d.]+万",
        r"K·13薪",
        "面议",
        "[０-９]",
        "元/天",
        "税后",
    ):
        assert joined["薪酬"].str.contains(sign).sum() > 20, sign


def test_a_forbidden_clause_stands_in_the_text_of_its_posting(joined: pd.DataFrame) -> None:
    flagged = joined[joined["clause"] != ""]
    assert len(flagged) > 60
    assert all(clause in text for clause, text in zip(flagged["clause"], flagged["岗位职责"], strict=True))


def test_the_part_of_the_employer_stands_behind_the_title(joined: pd.DataFrame, city: SyntheticCity) -> None:
    unit = joined["vacancy_id"].map(city.truth.vacancies.set_index("vacancy_id")["unit"])
    named = joined[unit != ""]
    assert len(named) > 1000
    assert all(
        title.endswith(f"（{part}）") for title, part in zip(named["岗位名称"], unit[unit != ""], strict=True)
    )


def test_every_employer_of_every_posting_is_an_example(city: SyntheticCity) -> None:
    assert city.postings["用人单位"].str.contains("示例").all()


def test_the_languages_of_the_port_are_asked_for(joined: pd.DataFrame) -> None:
    assert joined["语言要求"].str.contains("英语").sum() > 100
    assert joined["语言要求"].str.contains("俄语").sum() > 10
    assert not joined["语言要求"].str.contains("俄语四级").any()


def test_no_vacancies_make_no_postings(content: Content) -> None:
    postings, truth = draw_postings(content, [], end=dt.date(2026, 10, 31), rng=np.random.default_rng(1))
    assert list(postings.columns) == list(POSTING_COLUMNS)
    assert len(postings) == len(truth) == 0
    assert "vacancy_id" in truth.columns
