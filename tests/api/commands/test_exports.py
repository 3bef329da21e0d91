"""No command writes who somebody is: names, phones, addresses and identity numbers stay at the door."""

from __future__ import annotations

import getpass
import io
import zipfile

import pytest

from data.store.profiles import read_profiles
from data.store.store import Store

PLANTED = {
    "姓名": "欧阳青禾",
    "手机": "13800001234",
    "身份证号": "21088219900101123X",
    "邮箱": "qinghe.ouyang@example.com",
    "家庭住址": "营口市老边区示例街道88号院7单元",
}
SUMMARY = "操作岸桥八年，电话13800001234，邮箱qinghe.ouyang@example.com，身份证21088219900101123X。"
ROW = [*PLANTED.values(), "岸桥司机", "岸桥；集装箱", SUMMARY, "营口"]
HEADER = [*PLANTED, "求职岗位", "能力", "个人简介", "意向地点"]


NEEDS = (
    "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
    "a1,岸桥司机,示例港口有限公司,营口市鲅鱼圈区,3,负责集装箱岸桥操作,2026-11-01\n"
    "a2,岸桥司机,示例码头有限公司,营口市鲅鱼圈区,1,负责岸桥点检,2026-11-01\n"
)


@pytest.fixture
def people(run, tmp_path):
    """Bring in a person with everything that must not come out again, and a cell that has to be reported."""
    needs, path = tmp_path / "needs.csv", tmp_path / "people.csv"
    needs.write_text(NEEDS, encoding="utf-8")
    path.write_text(f"{','.join(HEADER)},期望薪酬\n{','.join(ROW)},见13800001234\n", encoding="utf-8")
    assert run("ingest", needs).code == 0
    report = run("ingest", path, "--json").json
    assert (report["accepted"], report["rejected"]) == (1, {})
    return report


@pytest.fixture
def person(people, var):
    """Return the pseudonym of that person."""
    store = Store.from_url(f"sqlite:///{var / 'yingcai.db'}")
    (made,) = read_profiles(store)["profile_id"]
    store.engine.dispose()
    return made


def texts_of(path):
    """Return everything that a file says: of an archive, of every file in it."""
    data = path.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())


def test_nothing_that_is_written_or_shown_says_who_a_person_is(run, people, person, var, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    listed = run("allocate", "shortlists", "--json", "--out", out / "lists.json")
    assert listed.code == 0, listed.err
    shown = [str(people), listed.out]
    for command, name in (("shortlists", "lists.xlsx"), ("shortlists", "lists.csv"), ("assign", "made.xlsx")):
        done = run("allocate", command, "--out", out / name)
        assert done.code == 0, done.err
        shown.append(done.out)
    vacancy = next(iter(listed.json["shortlists"]))
    asked = (("vacancy", vacancy), ("vacancy", vacancy, "--json"), ("person", person, "--json"))
    shown += [run("match", *command).out for command in asked]
    written = {path: texts_of(path) for folder in (out, var / "reports") for path in folder.rglob("*.*")}
    assert len(written) >= 5
    assert any(person in text for text in written.values())
    for text in (*written.values(), *shown):
        for what, planted in PLANTED.items():
            assert planted not in text, what


def test_not_even_the_export_for_the_person_repeats_names_and_contacts(run, person, tmp_path):
    path = tmp_path / "own.zip"
    assert run("person", "export", person, "--out", path).code == 0
    text = texts_of(path)
    assert "岸桥司机" in text
    assert f"cli:{getpass.getuser()}" in text
    for what, planted in PLANTED.items():
        assert planted not in text, what
