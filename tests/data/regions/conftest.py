"""A place with three industries, small enough to work out every score by hand."""

import pandas as pd
import pytest

from data.regions import Region

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
