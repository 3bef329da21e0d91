"""A place with three industries, small enough to work out every score by hand."""

from decimal import Decimal

import pandas as pd
import pytest

from data.regions import PlanIndicator, Region

PACK = """
name_zh: 示例市
code: "990100"
codes: ["9901"]
entry_prefix: SL
source: {document: 示例条例, clause: 第一条, status: 草案征求意见稿}
districts:
  - {code: "990102", name: 东区, aliases: [东]}
key_industries:
  - name: 镁材料
    gbt4754: ["3089", "2613"]
    employer_terms: [矿业]
    strong_terms: [镁, 镁砂, 耐火]
    terms: [窑炉, 浮选]
    weak_terms: [破碎]
  - name: 石化
    gbt4754: ["26"]
    platform_industries: [化工, 石油/石化]
    employer_terms: [化学]
    strong_terms: [催化裂化]
    terms: [油品, 加氢, 电解液]
    occupation_terms: [反应釜]
    weak_terms: [DCS]
  - name: 数字
    gbt4754: ["65"]
    platform_industries: [计算机软件, 互联网]
    strong_terms: [工业互联网]
    terms: [电解液, 云平台]
    occupation_terms: [Java, C++, SQL, 软件]
    weak_terms: [测试]
other_platform_industries: [房地产]
ignored_terms: [办公软件, 上海镁]
"""


@pytest.fixture
def pack():
    return PACK


@pytest.fixture
def region():
    return Region.from_yaml(PACK, name="sample")


@pytest.fixture
def postings():
    def make(*rows):
        plain = {"title": "", "employer": "", "industry_raw": "", "skills": (), "duties": ""}
        return pd.DataFrame([{**plain, **row} for row in rows], columns=list(plain))

    return make


PLAN = """
documents:
  - {id: plan, title: 示例规划, number: 示例〔2021〕1号, text: 示例.txt, text_sha256: HASH,
     ends_on: 2025-12-31, status: 现行}
  - {id: draft, title: 示例条例（草案征求意见稿）, text: 草案.txt, text_sha256: HASH, status: 草案征求意见稿}
definitions:
  - {id: all, name: 人才, counts: 两支队伍之和, measure: 存量}
  - {id: skilled, name: 技能人才, counts: 全部技能劳动者, measure: 存量, split: 队伍, unlike: [high-skilled]}
  - {id: technical, name: 专业技术人才, counts: 有职称者, measure: 存量, split: 队伍}
  - {id: high-skilled, name: 高技能人才, counts: 高级工以上, measure: 存量}
  - {id: arrivals, name: 引进人才, counts: 期间引进的人数, measure: 期间数}
talent_categories:
  - {name: 技能人才, kind: 队伍, definition_id: skilled, document: plan, clause: 一, line: 3}
industry_lists:
  - {name: 园区产业, items: [新能源], document: plan, clause: 二, line: 5}
plan_indicators:
  - id: all
    name: 人才总量
    unit: 人
    definition_id: all
    document: plan
    parts: [skilled, technical]
    figures:
      - {year: 2020, value: 100, kind: 现状, clause: 表1, line: 10}
      - {year: 2025, value: 150, kind: 目标, clause: 表1, line: 10}
    growth:
      - {from_year: 2020, to_year: 2025, percent: 50, clause: 表1, line: 10}
  - id: skilled
    name: 技能人才
    unit: 人
    definition_id: skilled
    document: plan
    figures:
      - {year: 2020, value: 60, kind: 现状, clause: 表1, line: 11}
      - {year: 2025, value: 90, kind: 目标, clause: 表1, line: 11}
  - id: technical
    name: 专业技术人才
    unit: 人
    definition_id: technical
    document: plan
    figures:
      - {year: 2020, value: 40, kind: 现状, clause: 表1, line: 12}
      - {year: 2025, value: 60, kind: 目标, clause: 表1, line: 12}
hazards:
  - {id: H4, what: 口径不同, where: 表1, rule: 不相加}
""".replace("HASH", "a" * 64)


@pytest.fixture
def planned(pack):
    """Return a builder of a region whose plan holds; text of the pack can be replaced first."""

    def make(*changes, name="sample"):
        text = pack.replace(
            "source: {document: 示例条例, clause", "source: {document: 示例条例（草案征求意见稿）, clause"
        )
        text += PLAN
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return Region.from_yaml(text, name=name)

    return make


@pytest.fixture
def indicator():
    """Return a builder of an indicator with figures by year and one stated growth."""

    def make(figures, growth=None, **fields):
        return PlanIndicator.model_validate(
            {
                "id": "any", "name": "任一指标", "unit": "人", "definition_id": "any", "document": "plan",
                "figures": [
                    {"year": year, "value": Decimal(value), "kind": "现状", "clause": "表1", "line": 1}
                    for year, value in figures.items()
                ],
                "growth": [
                    {"from_year": 2015, "to_year": 2020, "percent": growth, "clause": "表1", "line": 1}
                ] if growth else [],
                **fields,
            }
        )  # fmt: skip

    return make
