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
# # 01 从招聘信息到两个目录
#
# 数据是随产品的**合成营口**（合成数据，不含任何真实个人与单位）。先运行 `make demo SERVE=0`，
# 它把合成数据导入 `var/demo/yingcai.db`；本笔记本只读这个库。

# %%
import matplotlib.pyplot as plt
import pandas as pd

from data.catalogue.entries import CatalogueKind
from data.demand import read_demand, read_supply
from data.editions import read_edition
from data.regions import read_region
from data.settings import current_settings
from data.store.postings import read_postings
from data.store.store import Store

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Noto Sans CJK JP", "sans-serif"]
plt.rcParams["axes.unicode_minus"] = False
folder = current_settings().var_dir / "demo"
store = Store.from_url(f"sqlite:///{folder / 'yingcai.db'}")
region = read_region("yingkou")
postings, vacancies = read_postings(store), read_demand(store, region)
f"招聘信息 {len(postings)} 条，区域内需求 {len(vacancies)} 条，求职者 {len(read_supply(store, region))} 人"

# %% [markdown]
# ## 一条需求可能有几条招聘信息
#
# 同一单位、同名岗位、同一地点、同时在招、薪酬不矛盾、职责不相左的信息合为一条需求；人数取最大的一次陈述，绝不相加。

# %%
copies = vacancies["posting_ids"].map(len).value_counts().sort_index()
copies.rename_axis("每条需求的招聘信息数").rename("需求数").to_frame()

# %% [markdown]
# 生成器知道哪些信息其实是同一需求，所以可以核对：同一真实需求的任意两条信息，有多大比例被合并（召回）；
# 被合并的任意两条信息，有多大比例确属同一需求（精确）。机构代发的副本首版不跨单位合并，因此单独列出。

# %%
truth = pd.read_csv(folder / "synthetic" / "truth_postings.csv", dtype=str).set_index("posting_id")
merged = vacancies[["vacancy_id", "posting_ids"]].explode("posting_ids").set_index("posting_ids")["vacancy_id"]
frame = pd.DataFrame({"found": merged, "true": truth["vacancy_id"].reindex(merged.index)}).dropna()


def pairs(groups: pd.Series) -> int:
    sizes = groups.value_counts()
    return int((sizes * (sizes - 1) // 2).sum())


together = pairs(frame["found"] + "|" + frame["true"])
pd.Series(
    {
        "精确率": together / max(pairs(frame["found"]), 1),
        "召回率（含机构代发）": together / max(pairs(frame["true"]), 1),
    }
).round(3).to_frame("去重")

# %% [markdown]
# ## 职业编码对不对
#
# 别名表与语义检索给出的职业代码，与生成器的真值比较。没有把握的不给代码，进入人工复核。

# %%
codes = postings.set_index("posting_id")[["occupation_code", "occupation_method"]].join(
    truth["occupation"].rename("true")
)
codes["right"] = codes["occupation_code"] == codes["true"]
codes.groupby("occupation_method").agg(条数=("right", "size"), 正确率=("right", "mean")).round(3)

# %% [markdown]
# ## 急需紧缺人才目录
#
# 紧缺指数 0–100，50 为平衡。样本不足、单位太少或一家独大的条目不给数字。

# %%
shortage = read_edition(store, region, CatalogueKind.SHORTAGE)
table = pd.DataFrame([entry.model_dump() for entry in shortage.entries])
rated = table[table["S"].notna()].sort_values("S", ascending=False)
rated[["key_industry", "occ_name", "level", "S", "S_lo", "S_hi", "confidence", "n_spell", "n_emp"]].head(15)

# %%
top = rated.head(20).iloc[::-1]
figure, axis = plt.subplots(figsize=(8, 6))
axis.hlines(top["occ_name"], top["S_lo"], top["S_hi"], color="#0b5394")
axis.plot(top["S"], top["occ_name"], "o", color="#0b5394")
for mark in (50, 60, 70, 80):
    axis.axvline(mark, color="#ccc", zorder=0)
axis.set_xlabel("紧缺指数（80% 区间）")
axis.set_title("紧缺指数最高的职业（合成数据）")
figure.tight_layout()

# %% [markdown]
# ## 与隐藏真值对照
#
# 生成器给每个职业一个隐藏的紧张程度。指数与它的秩相关应当高；不高的地方值得追问。

# %%
roles = pd.read_csv(folder / "synthetic" / "truth_roles.csv")
tightness = roles.groupby("occupation")["tightness"].mean()
compared = rated.assign(tightness=rated["occ_code"].map(tightness)).dropna(subset=["tightness"])
correlation = compared["S"].corr(compared["tightness"], method="spearman")
f"已评级 {len(rated)} 个条目，暂不评价 {int(table['S'].isna().sum())} 个；与真值的秩相关 {correlation:.2f}"

# %%
assert correlation > 0.4, "指数应当跟得上真实的紧张程度"
