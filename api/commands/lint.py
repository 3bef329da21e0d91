"""``yingcai lint``: find in a posting what it may not demand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, say, show_json
from data.errors import FileProblem
from data.linter.rules import rule_of
from data.linter.scan import scan
from data.normalise.contacts import mask_contacts
from data.normalise.text import clean_prose
from data.records import Finding, Severity

_LABELS = {Severity.BLOCK: "不得发布", Severity.WARN: "建议修改"}


def run(
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT…", help="招聘信息的文字；不写则读标准输入，整段为一条")
    ] = None,
    *,
    file: Annotated[Path | None, typer.Option(help="UTF-8 文本文件，整个文件为一条")] = None,
    as_json: JsonOption = False,
) -> None:
    """查招聘信息里不能作为条件的要求（性别、年龄、户籍等），给出依据和改写；有不得发布的，退出码为 1。"""
    given = [mask_contacts(clean_prose(text)) for text in _texts(texts, file)]
    scans = [scan(text, "text") for text in given]
    if as_json:
        show_json(
            [
                {
                    "text": text,
                    "kept": found.kept,
                    "findings": [finding.model_dump(mode="json") for finding in found.findings],
                }
                for text, found in zip(given, scans, strict=True)
            ]
        )
    else:
        for text, found in zip(given, scans, strict=True):
            _show(text, found.findings, found.kept)
    if any(finding.severity is Severity.BLOCK for found in scans for finding in found.findings):
        raise typer.Exit(1)


def _texts(texts: list[str] | None, file: Path | None) -> list[str]:
    """Return what is to be read: the arguments, a file, or standard input."""
    if file is None:
        return texts or [sys.stdin.read()]
    try:
        return [*(texts or []), file.read_text(encoding="utf-8-sig")]
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(
            "file_unreadable", f"无法读取文件 {file.name}", hint="请给出 UTF-8 编码的文本文件"
        ) from error


def _show(text: str, findings: tuple[Finding, ...], kept: str) -> None:
    head = text.splitlines()[0][:30] if text else ""
    if not findings:
        say(f"{head}：没有发现不能采用的要求")
        return
    say(f"{head}：发现 {len(findings)} 处")
    for finding in findings:
        say(f"  [{_LABELS[finding.severity]}] {rule_of(finding.rule).title}：“{finding.text}”")
        say(f"    依据：{finding.law}")
        say(f"    改写：{finding.rewording or '删去'}")
    say(f"  采用的文字：{kept or '（无）'}")
