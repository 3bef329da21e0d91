from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from data.synthetic.content import Content, Role

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT / "../shared"
COUNTIES = {"210802", "210803", "210804", "210811", "210881", "210882"}
KEY_INDUSTRIES = {
    "石化与精细化工",
    "镁材料深加工",
    "港口物流",
    "高端装备制造",
    "生物医药",
    "新能源",
    "节能环保",
    "数字经济",
}


def read_names(shipped: str, shared: tuple[str, ...], column: str, **wanted: str) -> set[str]:
    paths = [ROOT / "data/reference" / shipped]
    if not paths[0].exists():
        paths = [SHARED / "taxonomy" / name for name in shared]
    if not all(path.exists() for path in paths):
        pytest.skip(f"没有代码表 {shipped}")
    names = set()
    for path in paths:
        with path.open(encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            names |= {row[column] for row in rows if all(row[key] == value for key, value in wanted.items())}
    return names


def test_there_are_six_roles_or_more_in_each_of_the_eight_key_industries(content: Content) -> None:
    homes = [role.home for role in content.roles.values()]
    assert len(homes) >= 60
    assert set(homes) == KEY_INDUSTRIES == set(content.industries)
    assert min(homes.count(industry) for industry in KEY_INDUSTRIES) >= 6


def test_every_role_has_a_code_of_the_finest_level_of_the_occupation_table(content: Content) -> None:
    codes = read_names("occupations.csv", ("occupation_dadian_2022.csv",), "code", level="细类")
    assert {role.code for role in content.roles.values()} <= codes


def test_every_major_stands_in_the_table_of_majors(content: Content) -> None:
    names = read_names("majors.csv", ("major_ug_voc.csv", "major_graduate_2022.csv"), "name")
    assert {major for role in content.roles.values() for major in role.majors} <= names


def test_every_industry_class_of_an_employer_stands_in_the_industry_table(content: Content) -> None:
    codes = read_names("industries.csv", ("industry_gbt4754_2017.csv",), "code")
    assert {employer.gb_code for employer in content.employers} <= codes


def test_roles_that_share_a_code_share_their_tightness(content: Content) -> None:
    tightness: dict[str, set[float]] = {}
    for role in content.roles.values():
        tightness.setdefault(role.code, set()).add(role.tightness)
    assert all(len(values) == 1 for values in tightness.values())


def check_role(content: Content, role: Role) -> None:
    assert 2 <= len(role.titles) <= 5
    assert 8 <= len(set(role.skills)) == len(role.skills) <= 15
    assert 5 <= len(set(role.duties)) == len(role.duties) <= 8
    assert len(set(role.deeds)) == len(role.deeds) >= 4
    assert sum(role.industries.values()) == pytest.approx(1)
    assert set(role.industries) <= set(content.industries)
    assert set(role.near) <= set(content.roles) - {role.id}
    assert role.near
    assert 2500 <= role.pay[0] < role.pay[1] <= 30000
    assert -1.5 <= role.tightness <= 1.5


def test_every_role_is_complete(content: Content) -> None:
    for role in content.roles.values():
        check_role(content, role)


def test_only_trades_have_skill_levels(content: Content) -> None:
    levelled = [role for role in content.roles.values() if role.level is not None]
    assert all(role.code[0] in "46" for role in levelled)
    assert len(levelled) > 30


def test_no_sentence_is_used_by_two_roles(content: Content) -> None:
    duties = [duty for role in content.roles.values() for duty in role.duties]
    deeds = [deed for role in content.roles.values() for deed in role.deeds]
    assert len(set(duties)) == len(duties)
    assert len(set(deeds)) == len(deeds)


def test_every_employer_is_clearly_invented(content: Content) -> None:
    pattern = re.compile(r"(营口|大石桥|鲅鱼圈|盖州|老边|仙人岛)示例[一-鿿]+有限公司（合成）")
    names = [employer.name for employer in content.employers] + list(content.phrases.agencies)
    assert len(content.employers) >= 48
    assert len(set(names)) == len(names)
    assert all(pattern.fullmatch(name) for name in names)


def test_employers_sit_in_the_counties_of_the_city_where_their_trade_is(content: Content) -> None:
    assert {employer.district for employer in content.employers} == COUNTIES
    magnesia = [e.district for e in content.employers if e.industry == "镁材料深加工"]
    port = [e.district for e in content.employers if e.industry == "港口物流"]
    assert magnesia.count("210882") == len(magnesia)
    assert port.count("210804") == len(port)


def test_every_role_finds_an_employer_in_the_full_city(content: Content) -> None:
    for role in content.roles.values():
        lines = set(role.lines)
        able = [
            employer
            for employer in content.employers[:48]
            if employer.industry in role.industries and (not lines or lines & set(employer.lines))
        ]
        assert able, role.id


def test_every_line_of_business_has_two_workplaces(content: Content) -> None:
    lines = {line for role in content.roles.values() for line in role.lines}
    lines |= {line for employer in content.employers for line in employer.lines}
    assert lines == set(content.workplaces)
    assert min(len(places) for places in content.workplaces.values()) >= 2


def test_the_short_name_of_an_employer_has_no_legal_form(content: Content) -> None:
    assert content.employers[0].short == "营口示例镁业一厂"


def test_no_summary_phrase_asks_for_a_protected_attribute(content: Content) -> None:
    phrases = content.phrases
    texts = [*phrases.leads, *phrases.middles, *phrases.closings, *phrases.shop_leads, *phrases.shop_closings]
    texts += [line for lines in phrases.requirements.values() for line in lines]
    assert not [text for text in texts if re.search("男|女|岁|民族|户籍|籍贯|婚", text)]


@pytest.mark.real
def test_no_duty_or_deed_stands_in_the_real_postings(content: Content) -> None:
    path = SHARED / "data/demo_seed_pseudonymised.csv.gz"
    if not path.exists():
        pytest.skip("没有 ../shared/data：真实招聘数据不在本机")
    import pandas as pd

    text = "\n".join(pd.read_csv(path, usecols=["description"], dtype=str)["description"].dropna().unique())
    own = [line for role in content.roles.values() for line in (*role.duties, *role.deeds)]
    assert [line for line in own if line in text] == []
