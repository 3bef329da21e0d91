"""``yingcai match nearest``: the people nearest in meaning for every open vacancy at once, into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.match import load_matcher
from api.console import RegionOption, Session, note, progress_bar, say
from api.looks import note_people
from data.errors import InputError
from data.execution import executor_of
from data.store.audit import Action

if TYPE_CHECKING:
    import pandas as pd

    from matching.index import Hits
    from matching.matcher import Matcher

__all__ = ["run"]

_ENDINGS = (".csv", ".parquet")


def run(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="写到这里（.csv 或 .parquet）")],
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="每个岗位几人")] = 10,
    shared_index: Annotated[
        bool,
        typer.Option("--shared-index", help="集群的每台机器以同一路径看到索引文件夹：各自读取，不经本机发送"),
    ] = False,
    region: RegionOption = None,
) -> None:
    """为全部在招岗位一次找出语义最近的人：先按硬性条件排除，再按语义相似度排列，不逐项评分。

    设置了 YINGCAI_DASK 时按档案分片在集群上检索，结果与本机逐位相同。
    """
    if out.suffix.lower() not in _ENDINGS:
        raise InputError(
            "format_unknown", f"不会写 {out.name} 这种文件", hint=f"文件名以 {'、'.join(_ENDINGS)} 结尾"
        )
    from matching.bulk import nearest_profiles
    from matching.kept import profiles_file

    session = Session(region=region)
    matcher = load_matcher(session)
    stored = None
    if shared_index:
        count = matcher.profiles.index.size
        stored = profiles_file(session.settings.index_dir, matcher.index_version, count)
        if stored is None:
            note("索引没有写在磁盘上，向量由本机发送")
    with executor_of(session.settings) as executor, progress_bar() as steps:
        hits = nearest_profiles(
            matcher.vacancies,
            matcher.profiles,
            k=k,
            progress=steps.bar("检索各岗位"),
            executor=executor,
            stored=stored,
        )
    table = _table(matcher, hits)
    shown = sorted(set(table["profile_id"]))
    note_people(session.store, session.settings, Action.EXPORT_SHORTLISTS, shown)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() == ".csv":
        table.to_csv(out, index=False)
    else:
        table.to_parquet(out, index=False)
    label = "（含合成数据）" if bool(table["synthetic"].any()) else ""
    found = table["vacancy_id"].nunique()
    say(f"{len(hits.positions)} 个岗位，其中 {found} 个有人选，共 {len(table)} 行{label}，已写入 {out}")


def _table(matcher: Matcher, hits: Hits) -> pd.DataFrame:
    """Lay the hits out, a row for each vacancy and person."""
    import numpy as np
    import pandas as pd

    rows, ranks = np.nonzero(hits.positions >= 0)
    members = np.flatnonzero(matcher.vacancies.index.alive)
    vacancies = [matcher.vacancies.rows[at] for at in members[rows].tolist()]
    people = [matcher.profiles.rows[at] for at in hits.positions[rows, ranks].tolist()]
    pairs = zip(vacancies, people, strict=True)
    return pd.DataFrame(
        {
            "vacancy_id": [each["id"] for each in vacancies],
            "rank": ranks + 1,
            "profile_id": [each["id"] for each in people],
            "similarity": hits.scores[rows, ranks],
            "synthetic": [bool(vacancy["synthetic"] or person["synthetic"]) for vacancy, person in pairs],
        }
    )
