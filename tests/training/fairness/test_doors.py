from __future__ import annotations

import pandas as pd
import pytest

from api.requests import ProfileIn, VacancyIn
from training.fairness.doors import POSTING_FIELDS, PROFILE_FIELDS, city_sample, with_postings
from training.fairness.words import DEMANDS, STATEMENTS


def test_a_sample_is_the_same_for_the_same_seed_and_spread_over_the_industries(sample):
    again = city_sample(sample.door.region, seed=7, vacancies=16, profiles=20)
    pd.testing.assert_frame_equal(sample.postings, again.postings)
    pd.testing.assert_frame_equal(sample.profiles, again.profiles)
    counts = pd.Series(sample.industries).value_counts()
    assert len(sample.postings) == counts.sum() == 16
    assert counts.max() - counts.min() <= 1


def test_all_vacancies_of_a_sample_are_open(sample, audited):
    assert len(audited.vacancies) == len(sample.postings)
    assert {row["id"] for row in audited.vacancies.rows} == set(sample.industries)


def test_rows_come_back_by_their_identifiers(sample):
    profiles, postings = sample.door.profiles(sample.profiles), sample.door.postings(sample.postings)
    assert profiles.keys() <= set(sample.profiles[PROFILE_FIELDS["id"]])
    assert postings.keys() == set(sample.postings[POSTING_FIELDS["id"]])


@pytest.mark.parametrize("wording", STATEMENTS[::4])
def test_a_form_and_a_file_leave_the_same_of_a_profile(sample, wording):
    texts = {"title": f"焊工（{wording.text}）", "summary": f"{wording.text}。做过五年焊接，毕业于沈阳大学。"}
    row = sample.profiles.iloc[[0]].assign(
        求职岗位=texts["title"], 经历摘要=texts["summary"], 能力="氩弧焊、90后", 资格证书=""
    )
    (file,) = sample.door.profiles(row).values()
    form = ProfileIn(**texts, skills=("氩弧焊", "90后")).to_record()
    assert (form.title, form.summary, form.skills) == (file.title, file.summary, file.skills)
    assert (form.title, form.summary, form.skills) == ("焊工", "做过五年焊接。", ("氩弧焊",))


@pytest.mark.parametrize("wording", DEMANDS[::4])
def test_a_form_and_a_file_leave_the_same_of_a_posting(sample, wording):
    texts = {"title": f"焊工（{wording.text}）", "duties": f"负责焊接，{wording.text}。"}
    row = sample.postings.iloc[[0]].assign(岗位名称=texts["title"], 岗位职责=texts["duties"])
    (file,) = sample.door.postings(row).values()
    form = VacancyIn(**texts).to_record()
    assert (form.title, form.duties) == (file.title, file.duties) == ("焊工", "负责焊接。")


def test_postings_of_a_file_with_other_headings_take_the_place_of_the_sample(sample, tmp_path):
    path = tmp_path / "real.csv"
    long = "负责镁砂浮选与电熔工艺，编制操作规程，培训班组，保证质量与安全，改进设备与流程，" * 3
    pd.DataFrame(
        {
            "title": [f"焊工{i}" for i in range(9)],
            "company": "示例企业",
            "description": [long] * 8 + ["短"],
            "source": "甲",
        }
    ).to_csv(path, index=False)
    real = with_postings(sample, path, count=5, seed=1, max_bytes=10**6)
    assert len(real.postings) == 5
    assert list(real.postings.columns) == list(sample.postings.columns)
    assert set(real.postings["岗位职责"]) == {long}
    assert len(real.door.postings(real.postings)) == 5
    assert real.profiles is sample.profiles
