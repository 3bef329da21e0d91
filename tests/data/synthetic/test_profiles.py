from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from data.synthetic import PROFILE_COLUMNS, SyntheticCity
from data.synthetic.content import Content
from data.synthetic.profiles import draw_profiles


@pytest.fixture(scope="module")
def joined(city: SyntheticCity) -> pd.DataFrame:
    truth = city.truth.profiles.rename(columns={"profile_id": "档案编号"})
    clean = ~city.profiles["档案编号"].isin(set(city.truth.cells["row_id"]))
    return city.profiles[clean].merge(truth, on="档案编号", validate="one_to_one")


def test_the_profiles_have_the_columns_of_the_template_and_are_strings(city: SyntheticCity) -> None:
    assert list(city.profiles.columns) == list(PROFILE_COLUMNS)
    assert city.profiles.map(lambda cell: isinstance(cell, str)).all().all()
    assert set(city.profiles["数据性质"]) == {"合成数据"}


def test_profiles_are_pseudonymous(city: SyntheticCity) -> None:
    ids = city.profiles["档案编号"]
    assert ids.iloc[0] == "P000001"
    assert ids.is_unique
    text = "\n".join(city.profiles.astype(str).agg("".join, axis=1))
    assert not re.search(r"男|女|岁|民族|汉族|户籍|籍贯|婚|1\d{10}|@|先生|\d{17}[\dX]", text)


def test_two_profiles_of_one_role_differ_in_wording_and_skills(joined: pd.DataFrame) -> None:
    chinese = joined[joined["text_language"] == "zh"]
    assert chinese["经历摘要"].nunique() / len(chinese) > 0.97
    assert chinese.groupby("role")["能力"].nunique().sum() / len(chinese) > 0.95


def test_no_sentence_stands_twice_in_one_summary(joined: pd.DataFrame) -> None:
    for text in joined["经历摘要"]:
        sentences = [part for part in re.split("[。；]", text) if part]
        assert len(set(sentences)) == len(sentences), text


def test_a_summary_speaks_of_the_work_that_the_person_can_do(joined: pd.DataFrame, content: Content) -> None:
    chinese = joined[(joined["text_language"] == "zh") & (joined["experience_years"] > 0)]
    for text, role in zip(chinese["经历摘要"], chinese["role"], strict=True):
        assert any(deed in text for deed in content.roles[role].deeds), text


def test_no_place_holder_is_left_in_a_text(city: SyntheticCity) -> None:
    assert not city.profiles["经历摘要"].str.contains(r"[{}]").any()
    assert not city.postings["岗位职责"].str.contains(r"[{}]").any()


def test_the_title_is_one_of_the_role_looked_for(joined: pd.DataFrame, content: Content) -> None:
    chinese = joined[joined["text_language"] == "zh"]
    for title, role in zip(chinese["求职岗位"], chinese["wanted_role"], strict=True):
        assert title in content.roles[role].titles


def test_people_who_want_other_work_say_so(joined: pd.DataFrame) -> None:
    changers = joined[joined["role"] != joined["wanted_role"]]
    assert len(changers) > 80
    assert changers["经历摘要"].str.contains("想转做|想换").all()


def test_a_few_profiles_are_in_english_or_russian(joined: pd.DataFrame) -> None:
    counts = joined["text_language"].value_counts()
    assert 5 <= counts["en"] <= 60
    assert 3 <= counts["ru"] <= 60
    english = joined[joined["text_language"] == "en"]
    assert english["求职岗位"].str.fullmatch(r"[\x00-\x7f]+").all()
    assert english["语言"].str.contains("英语").all()
    russian = joined[joined["text_language"] == "ru"]
    assert russian["经历摘要"].str.contains("[а-я]").all()
    assert russian["语言"].str.contains("俄语").all()


def test_beginners_name_a_major_or_a_place_of_training(joined: pd.DataFrame) -> None:
    beginners = joined[joined["experience_years"] == 0]
    assert set(beginners["从业年限"]) == {"0", "应届"}
    assert beginners["经历摘要"].str.contains("毕业|实习|跟岗").all()
    assert not beginners["经历摘要"].str.contains("专业，|专业毕业，在。").any()


def test_nobody_at_a_desk_says_they_work_nights(joined: pd.DataFrame, content: Content) -> None:
    desk = joined[[not content.roles[role].on_the_floor for role in joined["role"]]]
    assert not desk["经历摘要"].str.contains("倒班，随时|白班夜班|从学徒做起|技能津贴。").any()


def test_places_and_terms_are_written_as_people_write_them(joined: pd.DataFrame) -> None:
    assert joined["意向地点"].isin(["不限", "全国", "全国均可"]).mean() == pytest.approx(0.25, abs=0.04)
    assert (joined["最低月薪"] == "").mean() == pytest.approx(0.12, abs=0.03)
    assert joined["最低月薪"].str.contains("k|元|以上").mean() == pytest.approx(0.26, abs=0.05)
    assert (joined["willing_codes"] == "100000").mean() == pytest.approx(0.25, abs=0.04)


def test_nobody_makes_no_profile(content: Content) -> None:
    profiles, truth = draw_profiles(content, [], rng=np.random.default_rng(1))
    assert list(profiles.columns) == list(PROFILE_COLUMNS)
    assert len(profiles) == len(truth) == 0
