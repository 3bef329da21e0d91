"""``yingcai person``: consent, what is held on a person, and erasure."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from api.console import JsonOption, Session, say, show_json
from api.looks import note_look, user_of_machine
from api.privacy.erasing import embedded_texts, erase_everywhere
from data.pseudonyms import read_key
from data.store.audit import Access, Action, read_accesses
from data.store.consents import list_consents, record_consent, withdraw_consent
from data.store.erasure import compact_erased
from data.store.holdings import read_holdings

app = typer.Typer(help="个人信息：同意、查阅、删除 / personal data", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="人才档案编号")]
By = Annotated[str, typer.Option("--by", help="经办人")]

_README = """本文件是系统中保存的关于档案 {profile_id} 的全部内容，导出于 {moment}。

内容.json 的各部分：
  profile   人才档案：规范化后的各项，含由系统推定的编码（occupation_code 等）
  raw_rows  当初收到的原始行（联系方式已隐去），batch_id 与 row 是文件批次与行号
  files     这些原始行所在的文件
  consents  同意记录：同意哪个机构、为何目的、自何日至何日、是否撤回
  shortlists 留存的名单：何时、由谁、为哪个岗位，排在第几（为本人找岗位的名单没有名次）
  feedback  用人单位或本人对匹配结果的反馈：展示、联系、面试、录用、谢绝及理由等
  changes   档案的修改记录：何时、由谁、哪些项（不存修改前后的内容）
  vectors   由档案文字算出、供检索用的向量个数
  accesses  谁在何时看过此人：为哪个岗位匹配（vacancy_id）、导出、登记同意等，含本次导出
匹配结果在查询时即时计算，系统不保存其内容，只记录谁看过谁。

您可以要求更正、撤回同意或删除：请联系人才工作部门，并提供档案编号。
"""


@app.command()
def consent(
    profile: Person,
    agency: Annotated[str, typer.Option(help="同意向哪个机构提供")],
    purpose: Annotated[str, typer.Option(help="为何目的")],
    valid_from: Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="起始日")],
    valid_to: Annotated[dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="截止日")],
    by: By,
    *,
    as_json: JsonOption = False,
) -> None:
    """登记本人的单独同意：向某机构、为某目的、在某期间提供其身份。"""
    session = Session()
    _note(session, Action.RECORD_CONSENT, profile)
    number = record_consent(
        session.store,
        profile,
        agency=agency,
        purpose=purpose,
        valid_from=valid_from.date(),
        valid_to=valid_to.date(),
        recorded_by=by,
    )
    if as_json:
        show_json({"consent_id": number})
    else:
        say(f"已登记，同意编号 {number}")


@app.command()
def withdraw(
    consent_id: Annotated[int, typer.Argument(help="同意编号")], by: By, *, as_json: JsonOption = False
) -> None:
    """撤回一项同意，自此刻起不再有效。"""
    session = Session()
    _note(session, Action.WITHDRAW_CONSENT)
    withdraw_consent(session.store, consent_id, by=by)
    if as_json:
        show_json({"consent_id": consent_id, "withdrawn": True})
    else:
        say(f"同意 {consent_id} 已撤回")


@app.command()
def consents(profile: Person, *, as_json: JsonOption = False) -> None:
    """列出一个人的全部同意，含已撤回与已过期的。"""
    session = Session()
    _note(session, Action.READ_CONSENTS, profile)
    rows = list_consents(session.store, profile)
    if as_json:
        show_json(rows)
        return
    for row in rows:
        state = f"已于 {row['withdrawn_at']:%Y-%m-%d} 撤回" if row["withdrawn_at"] else "未撤回"
        period = f"{row['valid_from']} 至 {row['valid_to']}"
        say(f"{row['consent_id']}  {row['agency']}  {row['purpose']}  {period}  {state}")
    if not rows:
        say("没有同意记录")


@app.command()
def export(
    profile: Person,
    out: Annotated[Path, typer.Option(help="写到这个 .zip（附说明）或 .json 文件")],
    *,
    as_json: JsonOption = False,
) -> None:
    """导出系统保存的关于一个人的全部内容与谁看过此人，供本人查阅。"""
    session = Session()
    key = read_key(session.settings.var_dir)
    held = read_holdings(session.store, profile, key=key, texts_of=embedded_texts)
    _note(session, Action.EXPORT_PERSON, profile)
    held["accesses"] = read_accesses(session.store, profile, key=key)
    _write(out, held)
    counts = {name: len(held[name]) for name in ("raw_rows", "consents", "accesses")}
    if as_json:
        show_json({"file": str(out), **counts})
    else:
        shown = f"原始行 {counts['raw_rows']}、同意 {counts['consents']}、查看记录 {counts['accesses']}"
        say(f"{shown}，已写到 {out}")


@app.command()
def erase(
    profile: Person,
    reason: Annotated[str, typer.Option(help="为何删除，如 本人要求")],
    by: By,
    *,
    as_json: JsonOption = False,
) -> None:
    """删除系统保存的关于一个人的全部内容；此后同一人的行不再接收，恢复旧备份也不会带回。

    正在运行的服务在下一次刷新时不再显示此人；此前导出的文件与备份须另行处理。
    """
    session = Session()
    folder = session.settings.var_dir
    _note(session, Action.ERASE_PERSON, profile)
    erased = erase_everywhere(
        session.store, session.settings, profile, key=read_key(folder), actor=by, reason=reason
    )
    compact_erased(session.store, folder / "compacted")
    if as_json:
        show_json(erased)
        return
    shown = "，".join(f"{_ERASED[name]} {count}" for name, count in erased.items())
    say(f"已删除：{shown}")


_ERASED = {
    "profiles": "档案",
    "raw_rows": "原始行",
    "consents": "同意记录",
    "feedback": "反馈记录",
    "shortlists": "留存名单中的位置",
    "job_queries": "后台任务中的查询",
    "searches": "保存的检索及其所得",
    "vectors": "向量",
    "reviews": "待审文字",
    "report_files": "问题清单文件",
    "frozen_pools": "留存名单的数据",
}


def _note(session: Session, action: Action, profile_id: str | None = None) -> None:
    """Note who does this to whom before it is done; the user of the machine stands for the person."""
    access = Access(actor=user_of_machine(), action=action, results=1, profile_id=profile_id)
    note_look(session.store, session.settings, access)


def _write(path: Path, held: Mapping[str, Any]) -> None:
    """Write what is held, readable by its owner only; a zip gets an explanation."""
    content = json.dumps(held, ensure_ascii=False, indent=2, default=str)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    if path.suffix.lower() != ".zip":
        path.write_text(content + "\n", encoding="utf-8")
        return
    moment = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("说明.txt", _README.format(profile_id=held["profile_id"], moment=moment))
        archive.writestr("内容.json", content)
