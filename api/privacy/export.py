"""Everything held on a person as one page that a person can read, print and keep."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

__all__ = ["holdings_page"]

_PARTS: Final = {
    "identity": "姓名与联系方式（加密存放，不参与匹配）",
    "profile": "人才档案（含由系统推定的编码）",
    "raw_rows": "当初收到的原始行（联系方式已隐去）",
    "files": "这些原始行所在的文件",
    "consents": "同意记录",
    "requests": "本人提出的请求与答复",
    "shortlists": "留存的名单",
    "jobs": "为本人或显示本人的后台匹配",
    "searches": "为本人或找到本人的保存检索",
    "feedback": "对匹配结果的反馈",
    "changes": "档案的修改记录（不存修改前后的内容）",
    "accesses": "谁在何时看过本人",
    "vectors": "供检索用的向量个数",
    "objects_to_matching": "已拒绝自动匹配",
}
_STYLE: Final = (
    "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}"
)


def holdings_page(held: Mapping[str, Any], *, made_at: str) -> str:
    """Return a page of HTML that needs nothing else, not even a network.

    Parameters
    ----------
    held
        What :func:`data.store.holdings.read_holdings` returns, with requests and accesses.
    made_at
        When it was read, as it is to be shown.

    Returns
    -------
    str
        Every part in the order of importance; parts that are empty say so.
    """
    parts = [*_PARTS, *(name for name in held if name not in _PARTS and name != "profile_id")]
    shown = "".join(
        f"<h2>{escape(_PARTS.get(name, name))}</h2>{_shown(held[name])}" for name in parts if name in held
    )
    title = f"系统中保存的关于档案 {escape(str(held['profile_id']))} 的全部内容"
    synthetic = isinstance(held.get("profile"), Mapping) and held["profile"].get("synthetic")
    label = "<p><strong>合成数据：并非真实的人。</strong></p>" if synthetic else ""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{label}<p>导出于 {escape(made_at)}。"
        "您可以要求更正、提出异议、撤回同意、拒绝自动匹配或要求删除。</p>"
        f"{shown}</body></html>\n"
    )


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and value:
        rows = "".join(
            f"<tr><th>{escape(str(name))}</th><td>{_shown(each)}</td></tr>" for name, each in value.items()
        )
        return f"<table>{rows}</table>"
    if isinstance(value, (list, tuple)) and value:
        return "".join(f"<div>{_shown(each)}</div>" for each in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return escape(str(value)) if value or value == 0 else "（无）"
