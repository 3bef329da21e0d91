"""The model card of a bundle: Chinese Markdown made from facts, nothing of it typed by hand."""

from __future__ import annotations

from collections.abc import Mapping

from data.records import Record
from training.provenance import Provenance
from training.runs import RunFacts

__all__ = ["CardFacts", "model_card"]

_LIMITS = (
    "只作排序参考：硬性条件由规则执行，录用由人决定。",
    "性别、年龄、民族、户籍、院校层次等不是输入，也不得作为输入。",
    "未列出的语种、产业没有测过，不能据此推断。",
)


class CardFacts(Record):
    """What a card is made from."""

    name: str
    """Name of the model or bundle."""
    purpose: str
    """What it is for, in Chinese."""
    trained_on: dict[str, int]
    """Kinds of training data and how many examples of each."""
    parameters: dict[str, str]
    """How it was trained."""
    figures: dict[str, str]
    """Results by name, each as it is to be printed, with its interval where it has one."""
    limits: tuple[str, ...] = _LIMITS
    """What it must not be used for and where it was not measured, in Chinese."""


def model_card(facts: CardFacts, run: RunFacts, provenance: Provenance) -> str:
    """Write the card of a model.

    Parameters
    ----------
    facts
        What it is, learned from and reached.
    run
        Command, configuration and data of the run that made it.
    provenance
        Code, packages and machine.

    Returns
    -------
    str
        Markdown in Chinese; what is not known is said to be not recorded.

    Examples
    --------
    >>> facts = CardFacts(name="示例", purpose="职位名称的向量", trained_on={}, parameters={}, figures={})
    >>> made = Provenance(commit="unknown", dirty=False, packages={}, machine="x86_64")
    >>> model_card(facts, RunFacts(), made).splitlines()[0]
    '# 模型卡：示例'
    """
    code = f"`{provenance.commit}`" + ("（有未提交的改动）" if provenance.dirty else "")
    lines = [f"# 模型卡：{facts.name}", "", facts.purpose, ""]
    lines += _section("训练数据", {name: f"{count:,} 条" for name, count in facts.trained_on.items()})
    lines += [f"数据校验值：{_code(run.data_sha256)}", ""]
    lines += _section("训练设置", facts.parameters)
    lines += _section("结果", facts.figures)
    lines += ["## 使用限制", "", *(f"- {limit}" for limit in facts.limits), ""]
    lines += ["## 如何重建", "", f"- 命令：{_code(run.command)}", f"- 代码版本：{code}"]
    lines += [f"- 机器：{provenance.machine}"]
    lines += [f"- {name} {version}" for name, version in provenance.packages.items()]
    return "\n".join(lines) + "\n"


def _section(title: str, rows: Mapping[str, str]) -> list[str]:
    """Return a table of two columns under a heading."""
    if not rows:
        return [f"## {title}", "", "未记录。", ""]
    table = [f"| {_cell(name)} | {_cell(value)} |" for name, value in rows.items()]
    return [f"## {title}", "", "| 项目 | 值 |", "|---|---|", *table, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{text}`" if text else "未记录"
