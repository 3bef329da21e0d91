"""The tables of the applications: checked at the door, reduced to what may be used."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import FileProblem

__all__ = ["LEFT_OUT", "Applications", "read_applications"]

_SEEKER, _POSTING = "resume_seq", "recruitment_seq"
_USED: dict[str, tuple[str, ...]] = {
    "apply_train.csv": (_SEEKER, _POSTING),
    "resume.csv": (
        _SEEKER,
        "updated_date",
        "degree",
        "hope_salary",
        "last_salary",
        "text_keyword",
        "job_code_seq1",
        "job_code_seq2",
        "job_code_seq3",
        "career_month",
        "career_job_code",
    ),
    "resume_education.csv": (_SEEKER, "univ_major", "univ_sub_major", "univ_major_type"),
    "resume_certificate.csv": (_SEEKER, "certificate_contents"),
    "resume_language.csv": (_SEEKER, "language"),
    "recruitment.csv": (
        _POSTING,
        "check_box_keyword",
        "education",
        "major_task",
        "qualifications",
        "text_keyword",
    ),
    "company.csv": (_POSTING, "company_type_seq", "supply_kind", "employee"),
}
"""Columns that are read, by file; every other column stays on the disk."""

LEFT_OUT: dict[str, str] = {
    "hischool_gender": "女校/男校：性别的替代",
    "hischool_type_seq, hischool_special_type, hischool_nation": "中学类型：学校层次的替代",
    "hischool_location_seq": "中学所在地：籍贯的替代",
    "univ_type_seq1, univ_type_seq2, univ_transfer": "大学类型、编入：学校层次与第一学历的替代",
    "univ_location": "大学所在地：学校的替代，不是求职者的住址",
    "univ_score": "成绩：学历类条件，与岗位无对应字段",
    "graduate_date": "毕业年份：年龄的替代",
    "reg_date": "简历首次登记日：年龄的替代",
    "exam_name, score": "外语考试与分数：岗位无对应字段，只用语种",
    "address_seq1–3": "岗位地址：97%为同一地区，求职者一方没有地址",
    "career_start, career_end": "全部为0",
}
"""What is not read and why."""

Tokens = list[list[str]]


@dataclass(frozen=True)
class Applications:
    """Applications with what is known of both sides; seekers and postings are positions from 0."""

    seeker: NDArray[np.int64]
    """Seeker of each application."""
    posting: NDArray[np.int64]
    """Posting of each application."""
    updated_on: NDArray[np.datetime64]
    """Day on which each seeker last changed the résumé: the only date there is."""
    work: Tokens
    """Each seeker's own keywords, wished occupations and trades worked in."""
    majors: Tokens
    """Each seeker's fields of study."""
    certificates: Tokens
    """Each seeker's certificates and languages."""
    seeker_words: Tokens
    """Each seeker's keywords without a prefix, comparable with :attr:`posting_words`."""
    degree: NDArray[np.float64]
    """Each seeker's degree, 2 (school) to 6 (doctorate)."""
    career_months: NDArray[np.float64]
    """Each seeker's months of work."""
    pay: NDArray[np.float64]
    """Pay that each seeker hopes for, else the last one, 10,000 won a year; nan where neither is stated."""
    requirements: Tokens
    """Each posting's codes: kinds of work, task, experience asked for, education, keywords."""
    companies: Tokens
    """Each posting's kind, trade and size of company; empty where the company is unknown."""
    posting_words: Tokens
    """Each posting's keywords."""
    education: NDArray[np.float64]
    """Degree each posting asks for, on the scale of :attr:`degree`."""
    sha256: str
    """Over the contents of all files read."""

    @property
    def seekers(self) -> int:
        """Number of seekers."""
        return len(self.work)

    @property
    def postings(self) -> int:
        """Number of postings."""
        return len(self.requirements)


def read_applications(folder: Path) -> Applications:
    """Read the seven tables of the applications.

    Parameters
    ----------
    folder
        Holds ``apply_train.csv``, ``resume.csv``, ``resume_education.csv``, ``resume_certificate.csv``,
        ``resume_language.csv``, ``recruitment.csv`` and ``company.csv``.

    Returns
    -------
    Applications
        Without anything in :data:`LEFT_OUT`; an application of an unknown seeker or posting is dropped.

    Raises
    ------
    FileProblem
        A file or column is missing, or no application is left.
    """
    tables = {name: _read(folder / name, columns) for name, columns in _USED.items()}
    resumes = tables["resume.csv"].sort_values(_SEEKER).drop_duplicates(_SEEKER)
    postings = tables["recruitment.csv"].sort_values(_POSTING).drop_duplicates(_POSTING)
    seeker_ids, posting_ids = pd.Index(resumes[_SEEKER]), pd.Index(postings[_POSTING])
    pairs = tables["apply_train.csv"].drop_duplicates()
    seeker = seeker_ids.get_indexer(pd.Index(pairs[_SEEKER]))
    posting = posting_ids.get_indexer(pd.Index(pairs[_POSTING]))
    known = (seeker >= 0) & (posting >= 0)
    if not known.any():
        raise FileProblem("no_application", f"{folder} 里没有可用的应聘记录", hint="检查各表的编号是否一致")
    companies = postings[[_POSTING]].merge(
        tables["company.csv"].drop_duplicates(_POSTING), on=_POSTING, how="left"
    )
    education = _joined(tables["resume_education.csv"], seeker_ids)
    hoped, last = (_number(resumes[name]) for name in ("hope_salary", "last_salary"))
    return Applications(
        seeker=seeker[known].astype(np.int64),
        posting=posting[known].astype(np.int64),
        updated_on=pd.to_datetime(resumes["updated_date"]).to_numpy("datetime64[D]"),
        work=_tokens(resumes, ("text_keyword", "job_code_seq1", "job_code_seq2", "job_code_seq3"))
        .add(_tokens(resumes, ("career_job_code",)))
        .tolist(),
        majors=_tokens(education, ("univ_major", "univ_sub_major", "univ_major_type")).tolist(),
        certificates=_listed(tables["resume_certificate.csv"], "certificate_contents", seeker_ids)
        .add(_listed(tables["resume_language.csv"], "language", seeker_ids))
        .tolist(),
        seeker_words=_words(resumes["text_keyword"]),
        degree=_number(resumes["degree"]),
        career_months=_number(resumes["career_month"]),
        pay=np.where(hoped > 0, hoped, np.where(last > 0, last, np.nan)),
        requirements=_tokens(
            postings, ("check_box_keyword", "major_task", "qualifications", "education", "text_keyword")
        ).tolist(),
        companies=_tokens(
            companies.assign(employee=_bands(companies["employee"])),
            ("company_type_seq", "supply_kind", "employee"),
        ).tolist(),
        posting_words=_words(postings["text_keyword"]),
        education=_number(postings["education"]),
        sha256=_digest([folder / name for name in sorted(_USED)]),
    )


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read the named columns as text, empty where nothing stands."""
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except FileNotFoundError as error:
        raise FileProblem(
            "file_missing", f"没有文件 {path}", hint="--applications 给出七张表所在的文件夹"
        ) from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FileProblem("file_unreadable", f"{path.name} 不是 UTF-8 的 CSV", hint="另存为 CSV") from error
    missing = [column for column in columns if column not in table]
    if missing:
        raise FileProblem("columns_missing", f"{path.name} 缺少列 {'、'.join(missing)}", hint="补上这些列")
    return table[list(columns)]


def _number(texts: pd.Series) -> NDArray[np.float64]:
    """Return numbers, nan where there is none."""
    numbers: NDArray[np.float64] = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
    return numbers


def _split(text: object) -> list[str]:
    """Return the parts of a list joined by semicolons, without blanks, in lower case; nan has none."""
    if not isinstance(text, str):
        return []
    parts = ("".join(part.split()).lower() for part in text.split(";"))
    return [part for part in parts if part]


def _words(texts: pd.Series) -> Tokens:
    """Return the keywords of each row."""
    return [_split(text) for text in texts]


def _tokens(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Return each row's parts, marked with the name of their column."""
    rows = [
        [f"{column}:{part}" for column in columns for part in _split(row[column])]
        for row in table[list(columns)].to_dict("records")
    ]
    return pd.Series(rows, dtype=object)


def _joined(table: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return one row an id, empty where the table has none."""
    return table.drop_duplicates(_SEEKER).set_index(_SEEKER).reindex(ids, fill_value="")


def _listed(table: pd.DataFrame, column: str, ids: pd.Index) -> pd.Series:
    """Return for each id the parts of all its rows."""
    listed: dict[str, list[str]] = {}
    for one, text in zip(table[_SEEKER], table[column], strict=True):
        listed.setdefault(one, []).extend(f"{column}:{part}" for part in _split(text))
    return pd.Series([sorted(set(listed.get(one, []))) for one in ids], dtype=object)


def _bands(employees: pd.Series) -> pd.Series:
    """Return the size of each company in words, empty where unknown."""
    counts = pd.to_numeric(employees, errors="coerce").where(lambda counts: counts > 0)
    labels = ["-10", "-50", "-100", "-300", "-1000", "1000-"]
    bands = pd.cut(counts, [0, 10, 50, 100, 300, 1000, np.inf], labels=labels)
    return bands.astype(object).where(bands.notna(), "")


def _digest(paths: list[Path]) -> str:
    """Return the digest over names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
