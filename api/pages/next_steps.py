"""What somebody at a page can do about a refusal: the page for it, in place of a command of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

__all__ = ["NextStep", "next_step"]


class NextStep(NamedTuple):
    """What to do next."""

    text: str
    """In words."""
    address: str = ""
    """The page where it is done; empty where there is none for whoever looks."""
    label: str = ""
    """What that page is called."""


_EDITIONS: Final = ("/office/editions", "版次")
_PEOPLE: Final = ("/office/accounts", "账户与机构")
_AGENCIES: Final = ("/office/accounts/agencies", "机构")
_PAIRS: Final = ("/office/review/duplicates/decisions", "合并与分开的决定")
_STEPS: Final[dict[str, NextStep]] = {
    "agency_known": NextStep("已登记的机构不必再登记，在清单中打开", *_AGENCIES),
    "agency_unknown": NextStep("从清单中选择机构", *_AGENCIES),
    "anchor_invalid": NextStep("每行一个，原样粘贴存下的锚点"),
    "batch_unknown": NextStep("从已导入的文件中打开", "/office/uploads", "数据导入"),
    "catalogue_not_built": NextStep("目录编制后在此公布", "/office", "工作台"),
    "catalogue_unknown": NextStep("从清单中打开版次", *_EDITIONS),
    "columns_missing": NextStep("用导出的工作簿填写，不改表头"),
    "consent_unknown": NextStep("从清单中查找", "/office/accounts/consents", "同意记录"),
    "correct_by_erratum": NextStep("打开版次的条目，在那里勘误", *_EDITIONS),
    "csrf_refused": NextStep("这一页可能打开太久了：回到上一页，刷新后再提交"),
    "decision_contradicts": NextStep("先撤销相反的决定，再作这一决定", *_PAIRS),
    "decision_unknown": NextStep("已撤销，或还没有作过；见决定记录", *_PAIRS),
    "deed_incomplete": NextStep("补上后再办理"),
    "edition_unknown": NextStep("从清单中打开版次", *_EDITIONS),
    "entry_unknown": NextStep("核对条目编码，编码见目录"),
    "evidence_malformed": NextStep("有误的项已在表中标出，改正后再办理"),
    "forecast_not_made": NextStep("还没有做过预测；由管理员在服务器上运行后在此显示"),
    "holder_invalid": NextStep("机构的密钥在机构名下生成", *_AGENCIES),
    "key_unknown": NextStep("从清单中打开密钥", "/office/accounts/keys", "密钥"),
    "not_found": NextStep("核对地址，或从上面的栏目进入"),
    "posting_unknown": NextStep("这条招聘信息已更正或删除，刷新队列", "/office/review", "复核"),
    "release_changed": NextStep("先看新的进度，再决定是否办理", *_EDITIONS),
    "roles_apart": NextStep("机构的人只有“机构经办”一个角色；本部门的人换用其他角色"),
    "shortlist_unknown": NextStep("从清单中打开名单", "/agency/shortlists", "候选名单"),
    "user_known": NextStep("换一个用户名，或在清单中打开已有的账户", *_PEOPLE),
    "user_unknown": NextStep("从清单中打开账户", *_PEOPLE),
    "vacancy_unknown": NextStep("核对需求编号；需求可能已更正或删除"),
}
_TOLD_ELSEWHERE: Final = frozenset({"columns_missing", "posting_unknown"})
"""Codes that also refuse what comes from files or programs: only the hint with a command is replaced."""


def next_step(error: Any, desk: Iterable[Any] = ()) -> NextStep:
    """Return what to do about a refusal: its hint, or what a page offers instead of a command.

    Parameters
    ----------
    error
        A refusal with ``code`` and ``hint``.
    desk
        The links of whoever looks; a page that none of them leads to is not named.
    """
    code, hint = (
        error[name] if isinstance(error, dict) else getattr(error, name) for name in ("code", "hint")
    )
    step = _STEPS.get(code)
    if step is None or (code in _TOLD_ELSEWHERE and "yingcai " not in hint):
        return NextStep(hint)
    leads = any(step.address == each.address or step.address.startswith(f"{each.address}/") for each in desk)
    return step if leads else NextStep(step.text)
