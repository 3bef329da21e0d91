"""A small labour market in which two trades never mix, written as the seven tables are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SEEKERS, POSTINGS = 120, 60


def write_tables(folder: Path) -> Path:
    """Even seekers are tailors, odd ones sellers; both apply within their trade, mostly within a circle."""
    rng = np.random.default_rng(0)
    seekers = [f"U{one:05d}" for one in range(SEEKERS)]
    postings = [f"R{one:05d}" for one in range(POSTINGS)]
    trade, circle = np.arange(SEEKERS) % 2, np.arange(SEEKERS) % 10
    pairs = []
    for one in range(SEEKERS):
        own = [p for p in range(POSTINGS) if p % 10 == circle[one]]
        other = [p for p in range(POSTINGS) if p % 2 == trade[one]]
        chosen = {*rng.choice(own, 4, replace=False).tolist(), *rng.choice(other, 2, replace=False).tolist()}
        pairs += [(seekers[one], postings[p]) for p in sorted(chosen)]
    words = np.array(["재단;패턴", "매장 영업"])
    resumes = pd.DataFrame(
        {
            "resume_seq": seekers,
            "reg_date": "2019-01-01",
            "updated_date": pd.date_range("2020-01-01", periods=SEEKERS).strftime("%Y-%m-%d"),
            "degree": rng.integers(2, 6, SEEKERS),
            "graduate_date": 2009,
            "hope_salary": np.where(trade == 0, 2500, 0),
            "last_salary": np.where(np.arange(SEEKERS) % 4 == 1, 0, 3300),
            "text_keyword": words[trade],
            "job_code_seq1": np.where(trade == 0, "섬유", "영업"),
            "job_code_seq2": "",
            "job_code_seq3": "",
            "career_month": np.where(trade == 0, 24, 96),
            "career_job_code": "",
        }
    )
    education = pd.DataFrame(
        {
            "resume_seq": seekers,
            "hischool_gender": "여자학교",
            "univ_major": "",
            "univ_sub_major": "",
            "univ_major_type": np.where(trade == 0, 9, 3),
        }
    )
    certificates = pd.DataFrame(
        {"resume_seq": [*seekers[:40], "U99999"], "certificate_contents": "운전 면허"}
    )
    languages = pd.DataFrame({"resume_seq": seekers[1:9], "language": 2, "score": 500.0})
    at = np.arange(POSTINGS)
    offered = pd.DataFrame(
        {
            "recruitment_seq": postings,
            "address_seq1": 3.0,
            "check_box_keyword": [f"{2100 + p % 2};{2200 + p % 10}" for p in at],
            "education": rng.integers(2, 5, POSTINGS),
            "major_task": 2,
            "qualifications": 1 + at % 2,
            "text_keyword": np.where(at % 2 == 0, "재단", ""),
        }
    )
    companies = pd.DataFrame(
        {
            "recruitment_seq": postings[:30],
            "company_type_seq": 2,
            "supply_kind": 402,
            "employee": [0, 20, 90, 250, 2000] * 6,
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "apply_train": pd.DataFrame(
            [*pairs, ("U99999", postings[0])], columns=["resume_seq", "recruitment_seq"]
        ),
        "resume": resumes,
        "resume_education": education,
        "resume_certificate": certificates,
        "resume_language": languages,
        "recruitment": offered,
        "company": companies,
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    return folder


@pytest.fixture(scope="session")
def tables(tmp_path_factory) -> Path:
    """Return the folder of the tables."""
    return write_tables(tmp_path_factory.mktemp("applications"))


@pytest.fixture(scope="session")
def market(tables):
    """Return the applications as they are read."""
    from training.applications import read_applications

    return read_applications(tables)
