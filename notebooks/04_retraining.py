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
# # 04 重新训练：训练对、微调、比较、准入、登记
#
# 走一遍数据科学家换模型的路：训练对从哪里来、怎样划分，微调几步看损失下降，未学过的查询上与原模型比较，
# 准入关口怎样放行与拒绝，运行怎样登记。只用随产品的公开名称与代码表；真正的训练见 README 的命令，
# 这里的微调只有几步，为的是看清过程。

# %%
import dataclasses
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from data.reference import occupation_names, title_pairs
from data.settings import current_settings
from matching.bundle import read_bundle, write_bundle
from matching.encoder.build import build_packaged_model
from matching.encoder.model import PLAIN, SHIPPED_ADAPTER, build_model
from training.encoder import EncoderConfig, fit_encoder
from training.gate import Claim, Policy, Scorecard, judge
from training.metrics import mean_with_interval, reciprocal_rank
from training.pairs import Inputs, build_pairs, check_leakage
from training.runs import RunFacts, tracking_uri
from training.tracking import log_run, read_runs

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Noto Sans CJK JP", "sans-serif"]
plt.rcParams["axes.unicode_minus"] = False
settings = current_settings()

# %% [markdown]
# ## 训练对
#
# 每一对两个文本说的是同一回事，`concept` 相同的行互不作负例。按分组（小类、ESCO 职业、专业……）划分，
# 一个分组只落在一边；`check_leakage` 逐项核对，有泄漏就拒绝训练。

# %%
built = build_pairs(Inputs())
pairs = built.pairs
assert check_leakage(pairs).clean
pairs.pivot_table(index="source", columns="split", values="anchor", aggfunc="size")

# %%
pairs.groupby("source").head(1)[["source", "anchor", "positive", "concept", "split"]]

# %% [markdown]
# ## 微调几步
#
# 默认 LoRA：冻结原有权重，只学每个线性层的低秩改动，结果是几 MB 的适配器。完整训练用
# `yingcai train encoder --config titles`（600 批）；这里 6 批，只看损失是否朝对的方向走。

# %%
base = build_packaged_model(settings.cache_dir)
config = EncoderConfig(name="notebook", steps=6, batch=16, max_tokens=24, learning_rate=2e-3, mix={"translation": 1.0})
folder = Path(tempfile.mkdtemp())
fitted = fit_encoder(pairs, config, folder, base=base)
pd.DataFrame(fitted.record["dev"]).T

# %% [markdown]
# ## 在没有学过的查询上比较
#
# 随产品的适配器（`matching/encoder/titles`）与不带适配器的原模型，答同样的问题：测试部分的岗位名称找职业、
# 中文名称找英文。候选是全部职业、全部英文名称。每个查询的差值配对，区间由自助法给出。

# %%
models = {
    "原模型": build_model(settings.model_copy(update={"encoder_adapter": PLAIN})),
    "随产品的适配器": build_model(settings.model_copy(update={"encoder_adapter": ""})),
}
occupations = sorted({name for code, name in occupation_names().items() if len(code) == 10})
held = pairs[pairs["split"].eq("test")]
titles = held[held["source"].eq("occupation_title") & held["positive"].isin(occupations)]
english = title_pairs()["title_en"].drop_duplicates().tolist()
names = held[held["source"].eq("translation") & held["positive"].isin(english)]
tasks = {
    "岗位名称→职业": (titles["anchor"].tolist(), titles["positive"].tolist(), occupations, "zh"),
    "中文→英文": (names["anchor"].tolist(), names["positive"].tolist(), english, "en"),
}


# %%
def ranks(model, queries: list[str], answers: list[str], pool: list[str]) -> np.ndarray:
    scores = model.embed(queries) @ model.embed(pool).T
    order = np.argsort(-scores, axis=1, kind="stable")
    right = [pool.index(answer) for answer in answers]
    return np.array([reciprocal_rank(row == at) for row, at in zip(order, right, strict=True)])


found = {
    (task, name): ranks(model, *given[:3]) for task, given in tasks.items() for name, model in models.items()
}
rng = np.random.default_rng(0)
table = pd.DataFrame(
    {"任务": task, "模型": name, **mean_with_interval(values, rng)._asdict()}
    for (task, name), values in found.items()
).round(3)
table

# %%
gains = pd.DataFrame(
    {
        "任务": task,
        **mean_with_interval(found[task, "随产品的适配器"] - found[task, "原模型"], rng)._asdict(),
    }
    for task in tasks
).round(3)
gains

# %%
figure, axis = plt.subplots(figsize=(6, 2.2))
axis.errorbar(
    gains["mean"], gains["任务"], xerr=[gains["mean"] - gains["low"], gains["high"] - gains["mean"]], fmt="o"
)
axis.axvline(0, color="grey", linewidth=1)
axis.set_xlabel("MRR 之差（适配器 − 原模型），95% 区间")
figure.tight_layout()

# %% [markdown]
# ## 准入
#
# 关口只看数字：候选在每一组上都不能更差，声称更好的地方区间须高于零，公平与时延不能变差。用上面的结果做两张
# 成绩单：适配器挑战原模型应放行，反过来应拒绝，并说出是哪一组。（公平与时延这里用相同的数；
# 正式的 `yingcai gate judge` 会实测。）


# %%
def scorecard(name: str) -> Scorecard:
    rows = [
        ("MRR", dimension, part, f"{task}/{query}", value)
        for task, given in tasks.items()
        for query, value in enumerate(found[task, name])
        for dimension, part in (("overall", "全部"), ("language", given[3]))
    ]
    quality = pd.DataFrame(rows, columns=["metric", "dimension", "slice", "query", "value"])
    return Scorecard(name, quality, {"impact/性别": 0.99, "swap/人才档案": 0.0}, {"p50": 50.0, "p95": 90.0})


old, new = scorecard("原模型"), scorecard("随产品的适配器")
policy = Policy(claims=(Claim(metric="MRR"),), min_queries=20)
accepted, refused = judge(new, old, policy), judge(old, new, policy)
assert accepted.passed
assert not refused.passed
[reason.message for reason in refused.reasons]

# %%
slow = judge(dataclasses.replace(new, latency_ms={"p50": 80.0, "p95": 300.0}), old, policy)
[reason.message for reason in slow.reasons]

# %% [markdown]
# ## 模型包与登记
#
# 启用的单位是模型包：一个带清单与校验值的目录，只有 safetensors、JSON、Parquet、Markdown，装载时不运行任何代码。
# 运行登记在 MLflow（默认 SQLite 加文件；`YINGCAI_MLFLOW_URI` 指向任何服务器）。

# %%
bundle = write_bundle(folder / "bundles", {"adapter.safetensors": SHIPPED_ADAPTER}, name="titles", card="# 说明卡\n")
assert read_bundle(folder / "bundles" / bundle.bundle_id).bundle_id == bundle.bundle_id
bundle.manifest.model_dump(mode="json")

# %%
uri = tracking_uri(settings.var_dir)
metrics = {f"{row['任务']}/{row['模型']}": row["mean"] for row in table.to_dict("records")}
facts = RunFacts(command="notebooks/04_retraining.py", data_sha256=fitted.record["data_sha256"])
log_run(uri, "笔记本", bundle.bundle_id, parameters={"steps": config.steps}, metrics=metrics, facts=facts)
read_runs(uri, "笔记本").head(3).T

# %% [markdown]
# 之后的步骤是命令：`yingcai bundle create` 组成模型包，`yingcai gate freeze` 与 `judge` 在冻结的评测集上比较，
# `yingcai bundle promote` 启用，`yingcai bundle rollback` 退回，`yingcai bundle history` 核对更换记录。
