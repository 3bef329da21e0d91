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
# # 05 匹配之后：留存与复现、反馈、数据漂移
#
# 一份名单发出以后要答得出三个问题：当时为什么是这些人？结果怎么样？现在的数据还像当时吗？
# 数据是**合成营口**（合成数据）。先运行 `make demo SERVE=0`。本笔记本在副本上操作，不改动演示库。

# %%
import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pandas as pd
from IPython.display import Image, Markdown

from api.service import matching_day
from data.feedback import EventKind, FeedbackEvent, Side
from data.outcomes import outcomes
from data.regions import read_region
from data.settings import current_settings
from data.store.feedback import read_events, record_events
from data.store.shortlists import erase_from_shortlists, read_shortlist
from data.store.store import Store
from matching.bundle import Opened
from matching.coding import OccupationCoder
from matching.encoder.model import build_model
from matching.matcher import Matcher
from matching.ranker import AdditiveRanker
from matching.replay import erase_frozen, issue_list, replay_list
from training.drift import Models, measure_drift, read_month, write_drift

pd.set_option("display.max_columns", 20, "display.width", 200, "display.max_colwidth", 60)
settings = current_settings()
work = Path(tempfile.mkdtemp(prefix="yingcai-"))
shutil.copy(settings.var_dir / "demo" / "yingcai.db", work / "yingcai.db")
store = Store.from_url(f"sqlite:///{work / 'yingcai.db'}")
region = read_region("yingkou")
model = build_model(settings).with_store(store)
coder = OccupationCoder.from_reference(model)
as_of = matching_day(store, region)
matcher = Matcher.from_store(store, model, coder, as_of=as_of)
f"在招需求 {len(matcher.vacancies)} 条，人才档案 {len(matcher.profiles)} 份，数据截至 {as_of}"

# %% [markdown]
# ## 留存一份名单
#
# `issue_list` 把名单连同它所依据的**全部**数据（两侧的行、向量、字面索引、语义空间）按内容哈希冻结一次。命令行上就是
# `yingcai match vacancy … --record`。

# %%
vacancy = max(matcher.vacancies.rows, key=lambda row: (len(row["skills"]), row["id"]))["id"]
found = matcher.match_vacancy(vacancy, k=5)
pools = work / "pools"
list_id = issue_list(store, matcher, found, k=5, actor="notebook", pools=pools)
issued = read_shortlist(store, list_id)
frozen = sum(path.stat().st_size for path in pools.rglob("*") if path.is_file())
f"名单 {list_id}，依据 {issued.data_sha256[:12]}…（{frozen / 1e6:.1f} MB，内容相同只存一次）"

# %% [markdown]
# ## 复现
#
# 用冻结的数据和当时的模型包重做，逐项比较名次、三个得分与每个评分项。

# %%
def open_parts(bundle_id: str) -> Opened:
    return Opened(model, AdditiveRanker())


def compared(replay) -> pd.DataFrame:
    columns = {"rank_then": "当时名次", "rank_now": "现在名次", "score_then": "当时得分", "score_now": "现在得分"}
    return pd.DataFrame([item.model_dump() for item in replay.items])[list(columns)].rename(columns=columns)


replay = replay_list(list_id, store, pools=pools, open_parts=open_parts)
assert replay.identical
compared(replay)

# %% [markdown]
# 名单上的一个人后来要求删除：名单、冻结的数据里都不再有此人，其余的人次序与得分不变，空出的位置说明原因。

# %%
gone = found.results[1].id
with store.begin() as connection:
    erase_from_shortlists(connection, gone)
erase_frozen(pools, gone)
replay = replay_list(list_id, store, pools=pools, open_parts=open_parts)
assert replay.identical
assert replay.erased == 1
print(*replay.notes)
compared(replay)

# %% [markdown]
# ## 反馈
#
# 展示、查看、联系、面试、录用与谢绝都是事件，带位次、方案与名单编号；结果可以几周后才来。同一事件重复发送只计一次。

# %%
moment = dt.datetime.combine(as_of, dt.time(9), dt.UTC) - dt.timedelta(days=30)
stages = [EventKind.OPENED, EventKind.CONTACTED, EventKind.INTERVIEWED, EventKind.HIRED]


def event(kind: EventKind, position: int, person: str, hours: int) -> FeedbackEvent:
    return FeedbackEvent(
        event_id=f"e-{kind.value}-{position}",
        kind=kind,
        side=Side.EMPLOYER,
        vacancy_id=vacancy,
        profile_id=person,
        happened_at=moment + dt.timedelta(hours=hours),
        list_id=list_id,
        position=position,
        model_version=found.model_version,
    )


shown = [event(EventKind.SHOWN, place, each.id, 0) for place, each in enumerate(found.results, start=1)]
later = [event(kind, 1, found.results[0].id, 24 * step) for step, kind in enumerate(stages, start=1)]
first = record_events(store, [*shown, *later], actor="notebook")
again = record_events(store, shown, actor="notebook")
print(sorted({each.status.value for each in first}), sorted({each.status.value for each in again}))
reached = outcomes(read_events(store), as_of=dt.datetime.now(dt.UTC), window_days=20)
reached[["position", "stage", "censored"]]

# %% [markdown]
# ## 漂移：两个月的数据还像吗
#
# 先看变化是否超出随机波动（逐家单位随机对调两期，所以一家单位批量招聘不算市场变化），再看大小；多项同时检验控制错误发现率。
# 样本不够就说“依据不足”。命令行：`yingcai drift --from 2026-05 --to 2026-06 --out 文件夹`。

# %%
months = (read_month("2026-05"), read_month("2026-06"))
report = measure_drift(store, region, *months, models=Models(model, coder), sample=40)
files = write_drift(report, work / "drift")
head = f"**{report.before.label} → {report.after.label}：{report.verdict.value}**（合成数据）"
Markdown("\n".join([head, "", *(f"- {reason}" for reason in report.reasons)]))

# %%
pd.DataFrame([line.model_dump() for line in report.lines])[
    ["group", "label", "verdict", "before", "after", "q_value", "reason"]
]

# %%
Image(filename=str(work / "drift" / "drift.png"), width=760)

# %% [markdown]
# ## 机构那一边：经接口做同样的事
#
# 机构没有数据库，只有地址与密钥。这里在本机起一个服务，用 `api.client` 匹配、报送反馈、保留一份目录条目的副本；
# 约定见 `api/deploy/API.md`。

# %%
import socket
import threading

import uvicorn
from pydantic import SecretStr

from api.app import create_app
from api.client import Client, Copy
from api.commands.serve import server_options
from api.service import Service

served = settings.model_copy(update={"var_dir": work, "bootstrap_key": SecretStr("notebook"), "worker_threads": 0})
app = create_app(served, service=Service.from_store(store, region, served, model, matcher=matcher))
listening = socket.create_server(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, **server_options()))
thread = threading.Thread(target=server.run, args=([listening],))
thread.start()
client = Client(f"http://127.0.0.1:{listening.getsockname()[1]}", key="notebook")
told = client.match_profiles(vacancy, k=3)
pd.DataFrame(told["results"])[["rank", "id", "score"]]

# %%
answered = client.send_feedback([shown[0].model_dump(mode="json", exclude_none=True)])
copy = Copy.take(client, "entries")
print(answered["results"][0]["status"], f"副本 {len(copy.records)} 条，此后的变更 {copy.update(client)} 条")

# %%
client.close()
server.should_exit = True
thread.join()
# %%
store.engine.dispose()
shutil.rmtree(work)
