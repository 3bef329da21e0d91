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
# # 03 需求预测
#
# 一座城市有三年月度数据时，能预测什么、不能预测什么。依次看：季节与春节、一族方法中谁在哪里赢、区间在历史上罩住了多少
# （包括没罩住的地方）、哪些单元拒绝给数字、供需两侧齐全时的短缺，以及与最简单方法的比较。
#
# 数据是**合成营口**（合成数据）：由同一类机制生成，这里的好成绩不能当作真实营口的成绩；真实数据上的结果见 README。
# 先运行 `make demo SERVE=0`。

# %%
import datetime as dt

import pandas as pd
from IPython.display import SVG

from data.demand import latest_day, read_adverts, read_demand
from data.forecasts import Cell, KeptRun, coverage_chart, fan_chart, fan_of, ratio_chart
from data.forecasts.employers import employer_listing, record_listing
from data.forecasts.listings import shortage_listing
from data.forecasts.scores import scores_by_class, scores_by_target, verdict
from data.forecasts.skills import skill_listing
from data.forecasts.words import LEVELS, STATUSES, cell_name, method_name, reason_texts
from data.regions import read_region
from data.settings import current_settings
from data.store.documents import current_forecast
from data.store.moments import beijing_today
from data.store.self_forecasts import read_self_forecast_rows
from data.store.store import Store
from training.forecast import monthly_demand
from training.forecast.demand_series import series_of
from training.forecast.employers import employer_section
from training.forecast.holidays import festival_shares, spring_festival
from training.forecast.shortage import region_shortage
from training.forecast.skills import forecast_skills

folder = current_settings().var_dir / "demo"
store = Store.from_url(f"sqlite:///{folder / 'yingcai.db'}")
region = read_region("yingkou")
run = KeptRun.from_row(current_forecast(store, "yingkou"))
vacancies = read_demand(store, region)
demand = monthly_demand(vacancies, end=latest_day(vacancies, today=beijing_today()))
f"第 {run.run_id} 次运行，{run.method}；{len(demand.index)} 个序列，{demand.months[0]} 至 {demand.months[-1]}；人数为插补的占 {demand.imputed_share:.1%}"

# %% [markdown]
# ## 季节与春节
#
# 春节在 1 月 21 日到 2 月 20 日之间移动，节前三周到节后一周招聘停歇。只按月份算季节，会把“今年的 1 月”当成“去年的 1 月”。
# 下表是每年 1、2 月里停歇日所占的比例：同一个月，各年相差很大。

# %%
years = range(demand.months[0].year + 1, demand.months[-1].year + 1)
pd.DataFrame(
    {
        "春节": [spring_festival(year) for year in years],
        "1月停歇": [festival_shares(dt.date(year, 1, 1), 2)[0] for year in years],
        "2月停歇": [festival_shares(dt.date(year, 1, 1), 2)[1] for year in years],
        "1月需求": [demand.total[demand.months.index(dt.date(year, 1, 1))] for year in years],
        "2月需求": [demand.total[demand.months.index(dt.date(year, 2, 1))] for year in years],
    },
    index=[f"{year} 年" for year in years],
).round(2)

# %% [markdown]
# 季节由全市合计估计、所有序列共用：单个产业或职业的历史太短太吵，各估各的季节会更差。下面是 1 月到 12 月的季节因子（春节效应另计，1 为平均）。

# %%
factors = run.document["index"]
pd.Series(factors, index=[f"{month} 月" for month in range(1, 13)], name="季节因子").round(2).to_frame().T

# %% [markdown]
# ## 预测
#
# 全市的扇形图：从最后一个实际月份展开；纵轴从 0 起；两条虚线是最简单的方法。

# %%
SVG(fan_chart(fan_of(run, Cell("city"))))

# %%
sums = [*run.sums("city"), *run.sums("industry")]
pd.DataFrame(
    {
        "单元": [cell_name(row, region=run.region_name) for row in sums],
        "三个月合计": [row["mean"] for row in sums],
        "80% 下限": [row["lo80"] for row in sums],
        "80% 上限": [row["hi80"] for row in sums],
        "方法": [method_name(row.get("basis", "")) for row in sums],
        "状态": [STATUSES[row["status"]] for row in sums],
    }
).round(0)

# %% [markdown]
# ## 谁在哪里赢
#
# 逐月退回到过去，每个起点只用当时已知的数据，一族方法在同样的序列上比较（WAPE：绝对误差合计 ÷ 实际合计，越小越好）。
# 公布的是“按历史误差选定的组合”：它只能用起点以前的误差来选，因此不会总是最小的一列——事后最好的那个，事前并不知道。

# %%
totals = [score for score in scores_by_target(run) if score.row["target"] == "sum"]
methods = pd.DataFrame(
    {
        LEVELS[score.row["level"]]: {
            method_name(row["method"]): row["wape"] for row in (score.row, *score.others.values())
        }
        for score in totals
    }
)
methods.round(3)

# %%
pd.DataFrame({"事后最小": methods.idxmin(), "它的误差": methods.min(), "公布的误差": methods.iloc[0]}).round(3)

# %% [markdown]
# ## 与最简单的方法比
#
# 1 的左边优于基线，右边劣于基线。

# %%
SVG(ratio_chart(scores_by_target(run), name="ratio"))

# %%
[verdict(score) for score in totals]

# %% [markdown]
# ## 区间：罩住了多少，没罩住的在哪里
#
# 区间直接在要公布的量（三个月合计）上用历史误差校准，不是把逐月区间相加。名义 80% 的区间应当约有八成罩住实际数。
# 空心点是最差的一个起点：全市一起波动时，各单元同时落在区间外，平均数看不出来。

# %%
SVG(coverage_chart(scores_by_target(run), nominal=80, width=760, name="coverage"))

# %% [markdown]
# 按规模看，偏离名义值最远的几档（有效样本是起点个数，不是序列个数）：

# %%
classes = [score for level in LEVELS for score in scores_by_class(run, level)]
held = pd.DataFrame(
    {
        "层级": [LEVELS[score.row["level"]] for score in classes],
        "规模": [score.part for score in classes],
        "80% 覆盖": [score.figure("coverage80") for score in classes],
        "最差一期": [score.figure("coverage80_worst") for score in classes],
        "预测次数": [score.row["n_forecasts"] for score in classes],
        "起点": [score.row["n_origins"] for score in classes],
    }
).dropna(subset="80% 覆盖")
held.loc[(held["80% 覆盖"] - 0.8).abs().sort_values(ascending=False).index].head(6).round(2)

# %% [markdown]
# ## 拒绝
#
# 依据不足的单元没有数字，只有原因。产业×职业绝大多数如此：月均不足 20 人的单元，误差常常大过它自己。

# %%
pd.Series([STATUSES[row["status"]] for row in run.document["sums"]]).value_counts().to_frame("单元数")

# %%
refused = [message for row in run.document["sums"] if row["status"] == "refused" for message in reason_texts(row["reasons"])]
pd.Series(refused).str.replace(r"\d+(\.\d+)?", "…", regex=True).value_counts().to_frame("单元数")

# %% [markdown]
# 被拒绝的单元仍画出历史（涉及单位过少的除外），预测期写“暂不评价”。

# %%
below = next(row for row in run.document["sums"] if row["status"] == "refused" and not run.held_back(Cell.of(row)))
SVG(fan_chart(fan_of(run, Cell.of(below)), height=280))

# %% [markdown]
# ## 短缺
#
# 短缺要看供需两侧：缺口 = 需求 − 供给，需求与供给的历史误差成对抽取、联合模拟。供给没有够长的历史时，
# 缺口、供需比与概率一律暂不评价，只给需求一侧、现有求人倍率与招聘时长——绝不以 0 代替。

# %%
shortage = region_shortage(store, region, quarters=1)
told = shortage_listing(
    KeptRun.from_row({**current_forecast(store, "yingkou"), "document": {**run.document, "shortage": shortage.to_records()}}),
    level="industry",
    quarter=1,
)
pd.DataFrame(
    [(*line.cells, STATUSES[line.status], "；".join(line.reasons)) for line in told.lines],
    index=[line.name for line in told.lines],
    columns=[*told.heads, "状态", "原因"],
)

# %%
list(told.notes)

# %% [markdown]
# ## 能力
#
# 同样的方法与规则也用于每一项能力：数的是提到它的需求条数，不是人数。**同一需求可含多项能力，不可相加。**
# 月均不足 20 条、或只有一两家单位提到的，没有数字。

# %%
told_of = lambda section, name: KeptRun.from_row(  # noqa: E731
    {**current_forecast(store, "yingkou"), "document": {**run.document, name: section}}
)
series = series_of(vacancies, read_adverts(store, vacancies), as_of=run.as_of)
skills = skill_listing(told_of(forecast_skills(series, vacancies, horizon=3), "skills"), unrated=8)
pd.DataFrame(
    [(*line.cells, STATUSES[line.status], "；".join(line.reasons)) for line in skills.lines],
    index=[line.name for line in skills.lines],
    columns=[*skills.heads, "状态", "原因"],
)

# %%
list(skills.notes)

# %% [markdown]
# ## 单位自报
#
# 用人单位自己报下一季度要招多少人：按产业汇总（不足三家或一家占六成以上的不公布），与统计预测并列。
# 历史上自报的误差更小、且至少有四个季度可以核对的，才合并；这里的自报是合成数据。

# %%
reports = read_self_forecast_rows(store, "yingkou")
own = told_of(employer_section(reports, vacancies, as_of=run.as_of), "employers")
pd.DataFrame(
    [
        (listing.title, line.name, *line.cells, "；".join(line.reasons))
        for listing in (employer_listing(own),)
        if listing is not None
        for line in listing.lines
    ]
)

# %% [markdown]
# 过去自报得准不准，只看汇总：

# %%
pd.DataFrame([(line.name, *line.cells) for listing in (record_listing(own),) if listing is not None for line in listing.lines])

# %% [markdown]
# ## 公布
#
# `yingcai forecast report OUT_DIR` 把预测与回测写成 PDF、HTML、XLSX、CSV、JSON；回测与预测同时公布，同一次运行写出的内容逐字节相同。
# 网页在 `/forecasts`，接口在 `/v1/forecasts`。
