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
# 一个城市级季节指数，加每个序列自己的平滑水平（α = 0.5）；区间直接在要公布的量上用历史误差校准。
# 依据不足的单元只写原因，不给数字。数据是**合成营口**（合成数据）。先运行 `make demo SERVE=0`。

# %%
import matplotlib.pyplot as plt
import pandas as pd

from data.demand import latest_day, read_demand
from data.regions import read_region
from data.settings import current_settings
from data.store.store import Store
from training.forecast import forecast_demand, monthly_demand

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Noto Sans CJK JP", "sans-serif"]
plt.rcParams["axes.unicode_minus"] = False
folder = current_settings().var_dir / "demo"
store = Store.from_url(f"sqlite:///{folder / 'yingcai.db'}")
vacancies = read_demand(store, read_region("yingkou"))
as_of = latest_day(vacancies, today=pd.Timestamp.now().date())
demand = monthly_demand(vacancies, end=as_of)
run = forecast_demand(demand, horizon=3, as_of=as_of)
f"{len(demand.index)} 个序列，{demand.months[0]} 至 {demand.months[-1]}；人数为插补的占 {demand.imputed_share:.1%}"

# %% [markdown]
# ## 季节指数
#
# 春节前后的低谷与节后、毕业季的高峰来自全市合计；36 个月只见过三个春节，指数向 1 收缩。

# %%
pd.Series(run.index, index=[f"{month} 月" for month in range(1, 13)], name="季节指数").round(2).to_frame().T

# %% [markdown]
# ## 三个月合计

# %%
columns = ["level", "key_industry", "occupation_code", "mean", "lo80", "hi80", "lo95", "hi95", "status"]
run.sums[columns].head(12)

# %%
run.sums["status"].value_counts().to_frame("单元数")

# %%
reasons = run.sums.loc[run.sums["status"] == "refused", "reasons"].map(lambda found: found[0]["message"])
reasons.str.replace(r"\d+(\.\d+)?", "…", regex=True).value_counts().head(5).to_frame("单元数")

# %% [markdown]
# ## 全市扇形图

# %%
city = run.table[run.table["level"] == "city"]
history = pd.Series(demand.total, index=pd.to_datetime(list(demand.months)))
figure, axis = plt.subplots(figsize=(9, 3.6))
axis.plot(history.index, history, color="#333", label="实际")
months = pd.to_datetime(city["month"])
axis.fill_between(months, city["lo95"].astype(float), city["hi95"].astype(float), alpha=0.2, color="#0b5394", label="95%")
axis.fill_between(months, city["lo80"].astype(float), city["hi80"].astype(float), alpha=0.35, color="#0b5394", label="80%")
axis.plot(months, city["mean"].astype(float), "o-", color="#0b5394", label="预测")
axis.plot(months, city["mean3"].astype(float), ":", color="#a15c00", label="近三月均值")
axis.set_ylim(0)
axis.set_ylabel("人")
axis.set_title("全市月度需求人数与三个月预测（合成数据）")
axis.legend(ncols=5, fontsize=8)
figure.tight_layout()

# %% [markdown]
# ## 回测：与基线比
#
# 滚动起点，只用起点之前的数据。WAPE 越低越好；区间覆盖率应接近名义值。合成数据由同一类机制生成，
# 这里的好成绩不能当作真实营口的成绩；真实数据上的结果见 README。

# %%
whole = run.backtest[(run.backtest["target"] == "sum") & (run.backtest["volume_class"] == "all")]
whole[["level", "method", "wape", "coverage80", "coverage95", "n_origins"]].round(3)
