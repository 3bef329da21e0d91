"""Typeset documents as PDF: the one door of typst."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from data.catalogue.artefacts.reports import Report
from data.errors import RefusedError

__all__ = ["typeset_notice", "typeset_report"]

_TEMPLATES = Path(__file__).parent / "templates"
_FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")


def typeset_report(report: Report, path: Path, *, pictures: Path) -> None:
    """Write a report as a tagged PDF with embedded fonts.

    Parameters
    ----------
    report
        The report.
    path
        File to write; the same report gives the same bytes.
    pictures
        Folder below which the files of its pictures lie.

    Raises
    ------
    RefusedError
        The Chinese fonts are not installed.
    """
    _typeset("report.typ", {**asdict(report), "as_of": report.as_of.isoformat()}, path, root=pictures)


def typeset_notice(content: Mapping[str, Any], path: Path) -> None:
    """Write a notice in the manner of GB/T 9704 as a tagged PDF with embedded fonts.

    Parameters
    ----------
    content
        What the template ``notice.typ`` reads, as JSON values.
    path
        File to write; the same content gives the same bytes.

    Raises
    ------
    RefusedError
        The Chinese fonts are not installed.
    """
    _typeset("notice.typ", content, path, root=_TEMPLATES)


def _typeset(template: str, content: Mapping[str, Any], path: Path, *, root: Path) -> None:
    """Compile a template; what it prints is passed as data, so that no text of it is taken as markup."""
    fonts = typst.Fonts(include_embedded_fonts=True)
    missing = [family for family in _FAMILIES if family not in fonts.families()]
    if missing:
        raise RefusedError(
            "font_missing",
            f"本机没有字体 {'、'.join(missing)}，不能排版",
            hint="安装系统软件包 fonts-noto-cjk",
        )
    compiler = typst.Compiler(
        input=(_TEMPLATES / template).read_bytes(),
        root=root,
        font_paths=fonts,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    compiler.compile(output=path, format="pdf", pdf_standards=["ua-1"], timestamp=0)
