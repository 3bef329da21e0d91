"""The tables are checked at the door, and what nobody may be judged by stays outside."""

from __future__ import annotations

import shutil
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from data.errors import FileProblem
from training.applications import LEFT_OUT, Applications, read_applications


@pytest.fixture
def copied(tables, tmp_path):
    return shutil.copytree(tables, tmp_path / "copy")


def test_both_sides_are_read_with_their_applications(market):
    assert (market.seekers, market.postings) == (120, 60)
    # The application of somebody unknown is dropped.
    assert market.seeker.max() < 120
    assert market.work[0] == ["text_keyword:재단", "text_keyword:패턴", "job_code_seq1:섬유"]
    assert market.seeker_words[1] == ["매장영업"]
    assert market.majors[0] == ["univ_major_type:9"]
    assert market.certificates[1] == ["certificate_contents:운전면허", "language:2"]
    assert market.certificates[119] == []
    assert market.requirements[1][:2] == ["check_box_keyword:2101", "check_box_keyword:2201"]


def test_pay_is_what_is_hoped_for_else_the_last_else_unknown(market):
    # Seeker 0 hopes for 2,500; seeker 3 had 3,300; seeker 1 says nothing.
    np.testing.assert_array_equal(market.pay[[0, 3, 1]], [2500, 3300, np.nan])


def test_an_unknown_company_has_no_tokens_and_a_size_of_nothing_is_unknown(market):
    assert market.companies[59] == []
    assert market.companies[0] == ["company_type_seq:2", "supply_kind:402"]
    assert market.companies[4][-1] == "employee:1000-"


def test_sex_age_and_school_are_never_read(copied, market):
    for name, columns in {
        "resume_education.csv": ["hischool_gender"],
        "resume.csv": ["graduate_date", "reg_date"],
    }.items():
        table = pd.read_csv(copied / name, dtype=str, encoding="utf-8-sig", keep_default_na=False)
        table[columns] = table[columns].sample(frac=1, random_state=0).to_numpy() + "x"
        table.to_csv(copied / name, index=False, encoding="utf-8-sig")
    changed = read_applications(copied)
    for field in fields(Applications):
        if field.name != "sha256":
            assert list(map(str, getattr(changed, field.name))) == list(
                map(str, getattr(market, field.name))
            ), field.name
    assert changed.sha256 != market.sha256
    assert {"hischool_gender", "graduate_date"} <= set(LEFT_OUT)


def test_a_missing_file_or_column_is_refused_by_name(copied):
    table = pd.read_csv(copied / "company.csv", encoding="utf-8-sig").drop(columns="employee")
    table.to_csv(copied / "company.csv", index=False)
    with pytest.raises(FileProblem, match=r"company\.csv 缺少列 employee"):
        read_applications(copied)
    (copied / "company.csv").unlink()
    with pytest.raises(FileProblem, match="没有文件") as missing:
        read_applications(copied)
    assert missing.value.code == "file_missing"


def test_a_file_that_is_no_text_is_refused(copied):
    (copied / "company.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(FileProblem) as unreadable:
        read_applications(copied)
    assert unreadable.value.code == "file_unreadable"


def test_applications_of_nobody_known_are_refused(copied):
    (copied / "apply_train.csv").write_text("resume_seq,recruitment_seq\nU9,R9\n", "utf-8")
    with pytest.raises(FileProblem) as nobody:
        read_applications(copied)
    assert nobody.value.code == "no_application"


@pytest.mark.real
def test_the_real_tables_are_read(real_data):
    read = read_applications(real_data / "dacon_kr_applications")
    assert (len(read.seeker), read.seekers, read.postings) == (57_946, 8_482, 6_695)
