"""Write reports as web pages that need no script, no network and no other file."""

from __future__ import annotations

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data.catalogue.artefacts.reports import Report

__all__ = ["write_page"]

_TEMPLATES = Path(__file__).parent / "templates"


def write_page(report: Report, path: Path, *, pictures: Path) -> None:
    """Write a report as one HTML file with its pictures inside.

    Parameters
    ----------
    report
        The report.
    path
        File to write; the same report gives the same bytes.
    pictures
        Folder below which the files of its pictures lie.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    files = [picture.file for section in report.sections for picture in section.pictures]
    images = {file: _inline((pictures / file).read_bytes()) for file in files}
    text = environment.get_template("report.html").render(report=report, images=images)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _inline(image: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(image).decode("ascii")
