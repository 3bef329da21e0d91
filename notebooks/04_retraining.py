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
# # 04 重新训练：现在能做到哪一步
#
# 编码器的微调、排序模型与准入关口还没有做。已经有的是评测与登记：在固定的一组数据上比较编码器的几种设置，
# 带置信区间，并把每次结果登记到 MLflow。换一个模型（`YINGCAI_ENCODER`）后重跑本笔记本，就能和现在的比较。
#
# 数据只用随产品的公开事实：1,017 对中英文职位名称，以及 940 个工种与其职业名称。

# %%
import numpy as np
import pandas as pd

from data.reference import occupation_names, title_pairs, work_types
from data.settings import current_settings
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import build_model
from matching.lexical import LexicalIndex
from matching.rank import standardise
from training.metrics import mean_with_interval, reciprocal_rank
from training.tracking import log_run, read_runs, tracking_uri

settings = current_settings()
model = build_model(settings)
model.details["name"]

# %%
pairs = title_pairs().drop_duplicates("title_zh").drop_duplicates("title_en")
types = work_types()
types = types[types["occupation_code"].map(occupation_names()).ne(types["title"])]
names = sorted({occupation_names()[code] for code in types["occupation_code"]})
tasks = {
    "中文找英文": (pairs["title_zh"].tolist(), pairs["title_en"].tolist(), np.arange(len(pairs))),
    "工种找职业": (
        types["title"].tolist(),
        names,
        np.array([names.index(occupation_names()[code]) for code in types["occupation_code"]]),
    ),
}
{name: (len(queries), len(corpus)) for name, (queries, corpus, _) in tasks.items()}

# %%
def cosines(queries: list[str], corpus: list[str], *, components: int | None) -> np.ndarray:
    left, right = model.encoder.encode(queries), model.encoder.encode(corpus)
    if components is None:
        return left @ right.T
    correction = LanguageCorrection.fit(np.vstack([left, right]), [*queries, *corpus], components=components)
    return correction.apply(left, queries) @ correction.apply(right, corpus).T


def lexical(queries: list[str], corpus: list[str]) -> np.ndarray:
    return LexicalIndex.from_texts(corpus).scores(queries)


variants = {
    "字面": lexical,
    "原样": lambda q, c: cosines(q, c, components=None),
    "只平移": lambda q, c: cosines(q, c, components=0),
    "平移并去两个主方向": lambda q, c: cosines(q, c, components=2),
    "平移加字面 .1": lambda q, c: standardise(cosines(q, c, components=0)) + 0.1 * standardise(lexical(q, c)),
}
rng = np.random.default_rng(0)
rows = []
for task, (queries, corpus, answers) in tasks.items():
    for name, score in variants.items():
        ranked = np.argsort(-score(queries, corpus), axis=1, kind="stable")
        ranks = [reciprocal_rank(order == answer) for order, answer in zip(ranked, answers, strict=True)]
        rows.append({"任务": task, "设置": name, **mean_with_interval(np.array(ranks), rng)._asdict()})
results = pd.DataFrame(rows).round(3)
results

# %% [markdown]
# ## 登记

# %%
uri = tracking_uri(settings.var_dir)
for name, group in results.groupby("设置", sort=False):
    metrics = {f"mrr_{task}": mean for task, mean in zip(("zh_en", "work_type"), group["mean"], strict=True)}
    log_run(uri, "编码器设置", name, parameters={"encoder": model.encoder.name, "setting": name}, metrics=metrics)
read_runs(uri, "编码器设置").head(5)

# %%
best = results[results["任务"] == "中文找英文"].set_index("设置")["mean"]
assert best["只平移"] > best["原样"], "语言校正应当有用"
