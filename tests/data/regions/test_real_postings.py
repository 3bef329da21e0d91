"""The packs on real postings, against a regular-expression hint that is no truth, and on the clock.

Ranges were recorded with ``demo_seed_pseudonymised.csv.gz``; after a change of the packs read 60
assignments again before recording new ones.
"""

from pathlib import Path

import pandas as pd
import pytest

from data.regions import KeyIndustryRule, read_region

SEED = Path(__file__).resolve().parents[3] / "../shared/data/demo_seed_pseudonymised.csv.gz"
NAMES = {
    "高端装备制造": "高端装备制造", "数字经济": "数字经济", "生物医药": "生物医药",
    "石化化工": "石化与精细化工", "新能源": "新能源", "港口物流": "港口物流",
    "节能环保": "节能环保", "镁材料/冶金建材": "镁材料深加工",
}  # fmt: skip

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEED.exists(), reason="../shared/data 不在，无法用真实招聘信息检验"),
]


@pytest.fixture(scope="module")
def seed():
    return pd.read_csv(SEED)


@pytest.fixture(scope="module")
def postings(seed):
    tags = seed["tags"].map(lambda text: tuple(text.split("|")) if isinstance(text, str) else ())
    return pd.DataFrame(
        {
            "title": seed["title"],
            "employer": seed["company"],
            "industry_raw": seed["industry_raw"],
            "skills": tags,
            "duties": seed["description"],
        }
    )


@pytest.fixture(scope="module")
def assigned(postings):
    return KeyIndustryRule.from_region(read_region("yingkou")).assign(postings)


def test_every_one_of_fourteen_thousand_postings_gets_an_answer(postings, assigned):
    assert len(assigned) == len(postings) > 14_000


def test_what_is_assigned_agrees_with_a_single_hint_nineteen_times_in_twenty(seed, assigned):
    hints = seed["key_industry_hint"].fillna("").str.split("|")
    single = (hints.map(len) == 1) & hints.map(lambda names: names[0] in NAMES)
    both = single & assigned["key_industry"].notna()
    hint = hints[both].map(lambda names: NAMES[names[0]])
    assert 0.93 <= (hint == assigned.loc[both, "key_industry"]).mean() <= 0.98
    assert 0.70 <= both.sum() / single.sum() <= 0.90


def test_most_postings_find_an_industry_and_some_are_left_open(assigned):
    assert 0.7 <= assigned["key_industry"].notna().mean() <= 0.85


def test_every_frequent_entry_of_the_industry_field_was_judged(seed):
    """Entries with 20 rows or more: key industry, none of them, or known to tell nothing."""
    tell_nothing = {
        "生产", "汽车", "无", "人力资源服务", "专业服务(咨询、人力资源、财会)", "专业技术服务", "咨询服务",
        "多元化业务集团公司", "学术/科研", "贸易", "贸易/进出口", "矿产/采掘", "新材料", "电气/电力/水利",
        "互联网/电子商务,电子技术/半导体/集成电路",
    }  # fmt: skip
    region = read_region("yingkou")
    judged = {entry for industry in region.industries for entry in industry.platform_industries}
    judged |= {*region.other_platform_industries, *tell_nothing}
    counts = seed["industry_raw"].value_counts()
    assert set(counts[counts >= 20].index) - judged == set()
