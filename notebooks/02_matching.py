# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 双向匹配
#
# 先按硬性条件排除，再在允许的范围内精确检索、逐项评分。数据是**合成营口**（合成数据）。先运行 `make demo SERVE=0`。

# %%
import numpy as np
import pandas as pd

from api.service import matching_day
from data.records import Education, Profile, SkillLevel
from data.regions import read_region
from data.settings import current_settings
from data.store.store import Store
from matching.coding import OccupationCoder
from matching.encoder.model import build_model
from matching.matcher import Matcher

pd.set_option("display.max_columns", 20, "display.width", 200)
settings = current_settings()
folder = settings.var_dir / "demo"
store = Store.from_url(f"sqlite:///{folder / 'yingcai.db'}")
model = build_model(settings).with_store(store)
as_of = matching_day(store, read_region("yingkou"))
matcher = Matcher.from_store(store, model, OccupationCoder.from_reference(model), as_of=as_of)
f"在招需求 {len(matcher.vacancies)} 条，人才档案 {len(matcher.profiles)} 份，数据截至 {as_of}"

# %% [markdown]
# ## 为一个人找岗位
#
# 档案不必入库：交来一段文字即可。

# %%
person = Profile(
    profile_id="示例",
    title="镁砂窑炉热工工程师",
    summary="在大石桥从事重烧镁砂竖窑热工调试与能耗分析八年，熟悉电熔镁砂工艺与余热利用。",
    skills=("竖窑", "热工", "重烧镁砂", "电熔镁砂"),
    education=Education.COLLEGE,
    skill_level=SkillLevel.TECHNICIAN,
    experience_years=8,
    place_code="210882",
)
found = matcher.match_profile(person, k=5)


def shown(matches) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "名次": result.rank,
                "得分": result.score,
                "岗位/方向": result.item["title"],
                "地点": result.item["place"],
                **{part.label: part.score for part in result.categories},
                "未体现的能力": "、".join(each.skill for each in result.missing[:4]),
            }
            for result in matches.results
        ]
    )


shown(found)

# %% [markdown]
# 每个分数都可以拆开：各项得分乘以权重，相加即总分；每项都有一句话和原文依据。

# %%
best = found.results[0]
assert abs(sum(part.contribution for part in best.categories) - best.score) < 0.01
pd.DataFrame(
    [
        {"项": part.label, "贡献": part.contribution, "说明": part.sentence, "依据": [e.text for e in part.evidence]}
        for part in best.categories
    ]
)

# %% [markdown]
# 硬性条件的判定有三种：符合、不符合（不会出现在结果里）、未知（写明、不扣分）。

# %%
pd.DataFrame([{"条件": rule.label, "判定": rule.verdict.value, "理由": rule.reason} for rule in best.must_have])

# %%
pd.Series(found.excluded, name="被该条件排除的需求数").to_frame()

# %% [markdown]
# ## 为一个岗位找人

# %%
vacancy = max(matcher.vacancies.rows, key=lambda row: (len(row["skills"]), row["id"]))
people = matcher.match_vacancy(vacancy["id"], k=5)
print(vacancy["title"], vacancy["duties"][:120])
shown(people)

# %% [markdown]
# ## 用真值检验
#
# 生成器知道每份档案属于哪个工种、每条需求要的是哪个工种。随机取 200 条在招需求，看前五名里同工种的比例；
# 再与“在允许的人里随便挑”比较。

# %%
truth_profiles = pd.read_csv(folder / "synthetic" / "truth_profiles.csv", dtype=str).set_index("profile_id")
truth_postings = pd.read_csv(folder / "synthetic" / "truth_postings.csv", dtype=str).set_index("posting_id")
rng = np.random.default_rng(0)
rows = rng.permutation(len(matcher.vacancies))[:200]
hits, chance = [], []
for position in rows:
    row = matcher.vacancies.rows[position]
    role = truth_postings["role"].get(row["posting_id"])
    top = [truth_profiles["role"].get(result.id) == role for result in matcher.match_vacancy(row["id"], k=5).results]
    allowed = matcher.profiles.allowed(row).mask
    pool = [truth_profiles["role"].get(matcher.profiles.rows[i]["id"]) == role for i in np.flatnonzero(allowed)]
    if top:
        hits.append(np.mean(top))
        chance.append(np.mean(pool))
f"前五名同工种 {np.mean(hits):.2f}；随机 {np.mean(chance):.2f}"

# %%
assert np.mean(hits) > 5 * np.mean(chance)

# %% [markdown]
# ## 中文、英文、俄文
#
# 同一个人用三种语言写，前三个结果应当讲同一件事。未经微调的小模型在跨语言时分数低得多，能找到同类工种，
# 未必是同一工种；微调之后应重看这张表。

# %%
versions = {
    "中文": ("岸桥司机", "在集装箱码头操作岸桥五年，熟悉船舶装卸作业。"),
    "English": ("Quay crane operator", "Five years operating ship-to-shore cranes at a container terminal."),
    "русский": ("Оператор причального крана", "Пять лет управления контейнерным краном в морском порту."),
}
pd.DataFrame(
    {
        language: [
            result.item["title"]
            for result in matcher.match_profile(
                Profile(profile_id="示例", title=title, summary=text, place_code="210804"), k=3
            ).results
        ]
        for language, (title, text) in versions.items()
    }
)

# %% [markdown]
# ## 十个真实岗位库里的例子
#
# 上面都是合成数据。下面用真实招聘信息（辽宁、与重点产业相近的近 500 条；只在本机读取，不随产品发布）检验：
# 十个**虚构的**求职者，中、英、俄三种语言，各看前三名与理由。没有 `../shared/data` 时跳过。

# %%
import tempfile
from pathlib import Path

from data.records import Engagement
from matching.coding import Coders
from matching.ingest import Intake, ingest_file

seed = Path("../shared/data/demo_seed_pseudonymised.csv.gz")
PEOPLE = [
    Profile(profile_id="1", title="化工工艺工程师", skills=("催化裂化", "工艺优化"), experience_years=6,
            summary="在炼厂从事催化裂化装置工艺管理六年，做过开停工方案与能耗优化。", place_code="210200"),
    Profile(profile_id="2", title="电气工程师", skills=("PLC", "变频器"), experience_years=5,
            summary="自动化产线电气设计与 PLC 编程，负责现场调试。", place_code="210100"),
    Profile(profile_id="3", title="焊工", skills=("氩弧焊", "压力容器焊接"), experience_years=10,
            skill_level=SkillLevel.TECHNICIAN, summary="压力容器与管道焊接十年。", place_code="210200"),
    Profile(profile_id="4", title="镁砂窑炉热工工程师", skills=("竖窑", "重烧镁砂"), experience_years=8,
            summary="重烧镁砂竖窑热工调试与能耗分析。", place_code="210882", willing_codes=("210000",)),
    Profile(profile_id="5", title="集装箱岸桥司机", skills=("岸桥",), experience_years=5,
            summary="集装箱码头岸桥操作。", place_code="210804", willing_codes=("210000",)),
    Profile(profile_id="6", title="药品质量管理", skills=("GMP", "验证"), experience_years=4,
            summary="药厂质量保证，GMP 体系与偏差管理。", place_code="210100"),
    Profile(profile_id="7", title="Java developer", skills=("Java", "Spring", "MySQL"), experience_years=3,
            summary="Three years of backend development with Spring and MySQL.", place_code="210200"),
    Profile(profile_id="8", title="Инженер-конструктор машин", skills=("SolidWorks",), experience_years=7,
            summary="Проектирование станков и оснастки, семь лет.", place_code="210200"),
    Profile(profile_id="9", title="退休工程技术专家", skills=("设备管理", "安全评价"), experience_years=35,
            engagement=(Engagement.ADVISORY, Engagement.RETIRED), summary="化工设备管理与安全评价三十五年。", place_code="210100"),
    Profile(profile_id="10", title="会计", skills=("总账", "成本核算"), experience_years=2,
            education=Education.SECONDARY, summary="生产企业成本会计。", place_code="210100"),
]


def real_matcher(folder: Path) -> Matcher:
    rows = pd.read_csv(seed, dtype=str)
    rows = rows[rows["liaoning_city"].notna() & rows["key_industry_hint"].notna()]
    rows.groupby("source").head(120).to_csv(folder / "liaoning.csv", index=False)
    own = Store.from_url(f"sqlite:///{folder / 'real.db'}")
    coders = Coders.from_reference(model)
    region = read_region("liaoning")
    intake = Intake(own, coders, region, folder / "reports", max_bytes=10**9, today=as_of)
    ingest_file(intake, folder / "liaoning.csv")
    return Matcher.from_store(own, model, coders.occupation, as_of=matching_day(own, region))


def told(found) -> list[dict]:
    return [
        {
            "求职者": found.query["title"],
            "允许": f"{found.allowed}/{found.pool}",
            "名次": result.rank,
            "得分": round(result.score, 1),
            "岗位": result.item["title"],
            "地点": result.item["place"],
            "因为": result.reasons[0].sentence if result.reasons else "",
            "未体现": result.missing[0].sentence if result.missing else "",
            "待核实": "；".join(rule.reason for rule in result.must_have if rule.verdict == "unknown"),
        }
        for result in found.results
    ]


# %%
if seed.is_file():
    with tempfile.TemporaryDirectory() as temporary:
        real = real_matcher(Path(temporary))
        answers = [real.match_profile(each, k=3) for each in PEOPLE]
else:
    real, answers = None, []
    print("没有 ../shared/data，跳过真实岗位的例子")
pd.set_option("display.max_colwidth", 60, "display.max_rows", 40)
pd.DataFrame([line for answer in answers for line in told(answer)])

# %% [markdown]
# 逐个挑剔地看：
#
# - **对的**：化工工艺、电气、焊工、药品质量、Java（英文写的档案找到中文岗位）、机械设计（俄文写的档案）、会计，
#   第一名都是同一职业，理由落在职业、年限、能力上，去掉之后名次确实后退。
# - **镁砂窑炉（失败）**：真实数据里没有镁材料岗位，第一名是沾边的化工工艺，第二、三名（标注、销售）毫不相干。它们靠“说不清的
#   按 0.5 计”得到四十分出头：职业没编上、没写能力和年限的岗位反而不吃亏。名次没有意义时分数会低，使用者应先看分数；
#   要不要给出“没有合适的”的界线，须有真实结果才能定。
# - **岸桥司机**：没有港口岗位，第一名叉车工是同一职业小类，可以接受；其后的车辆运营只沾一个“车”字。
# - **退休专家**：真实招聘信息都只写全职，本人只接受顾问与返聘，于是一个也不允许。硬性条件没有错，缺的是柔性岗位；
#   这样的落空会记入人才目录的“落空的搜索”。
# - **会计**：档案只有中专学历，要求大专以上的岗位被排除，写明“或同等技能等级”；会计没有技能等级可替代，这一条对
#   从业者偏严，办法是岗位自己放宽（`yingcai match relax`）。
# - 许多岗位没写能力，“能力”一项只能按不知道处理，于是名称与职业说了算；岗位写得越全，排序越可信。
# - 岗位大多发布于数年前，“时效”一项普遍很低，对所有人一样，不影响名次。

# %%
if real is not None:
    seen = {answer.query["title"]: answer for answer in answers}
    assert all(rule.verdict != "fail" for answer in answers for result in answer.results for rule in result.must_have)
    assert not seen["退休工程技术专家"].results
    assert "Java" in seen["Java developer"].results[0].item["title"]
    assert seen["镁砂窑炉热工工程师"].results[0].score < seen["化工工艺工程师"].results[0].score
