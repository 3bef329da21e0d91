"""The notice (通知) that publishes an edition, as Word and PDF in the manner of GB/T 9704."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from data.catalogue.artefacts.reports import banner_of
from data.catalogue.artefacts.typeset import typeset_notice
from data.catalogue.entries import AnyCatalogue

__all__ = ["Notice", "Signature", "notice_of", "write_notice"]

_TITLE_FONT, _BODY_FONT, _HEAD_FONT, _PAGE_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
_BODY_SIZE, _TITLE_SIZE, _PAGE_SIZE = Pt(16), Pt(22), Pt(14)
_LINE = Pt(29)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Signature:
    """Who signed the document and when."""

    number: str
    """发文字号."""
    signed_on: dt.date
    """成文日期."""
    valid_from: dt.date
    """First day of validity."""
    valid_to: dt.date
    """Last day of validity."""


@dataclass(frozen=True)
class Notice:
    """The text of a notice."""

    title: str
    """Title."""
    number: str
    """发文字号, or a blank one until signed."""
    recipients: str
    """主送机关."""
    paragraphs: tuple[str, ...]
    """Body."""
    attachments: tuple[str, ...]
    """附件说明."""
    signer: str
    """发文机关, left blank for the office to fill in."""
    day: str
    """成文日期 in Arabic digits, or blank until signed."""
    banner: str
    """Label of the nature of the data; empty for real data."""
    as_of: str
    """Day on which the data stand."""


def notice_of(catalogues: Sequence[AnyCatalogue], signature: Signature | None) -> Notice:
    """Write the notice of an edition.

    Parameters
    ----------
    catalogues
        Its catalogues, at least one; they become the attachments.
    signature
        Who signed it; without one number, day and validity stay blank.

    Returns
    -------
    Notice
        The office fills in recipients and signer.
    """
    first = catalogues[0]
    names = "和".join(f"《{catalogue.region}{catalogue.kind.title}》" for catalogue in catalogues)
    counts = "，".join(f"{catalogue.kind.title}{len(catalogue.entries)}条" for catalogue in catalogues)
    term = (
        f"自{_chinese(signature.valid_from)}起施行，有效期至{_chinese(signature.valid_to)}"
        if signature
        else "施行日期和有效期在签发时填写"
    )
    label = "本件由合成数据生成，仅供演示，不代表真实情况。" if banner_of(*catalogues) else ""
    opening = (
        f"为准确反映用人单位的人才需求，现将{names}（{first.edition}版）印发给你们，请结合实际参照使用。"
    )
    basis = (
        f"本版数据截至{_chinese(first.as_of)}，列有{counts}，按方法版本{first.method_version}编制；{term}。"
        "目录反映市场需求与紧缺程度，不作为设定性别、年龄、户籍等与岗位无关条件的依据。"
    )
    return Notice(
        title=f"关于印发{names}（{first.edition}版）的通知",
        number=signature.number if signature else "（发文字号：签发时填写）",
        recipients="各县（市）区人民政府，市直各有关部门，各有关单位：",
        paragraphs=tuple(text for text in (opening, basis, label) if text),
        attachments=(*(f"{c.region}{c.kind.title}（{c.edition}版）" for c in catalogues), "编制说明"),
        signer="（发文机关署名）",
        day=_chinese(signature.signed_on) if signature else "（成文日期：签发时填写）",
        banner=banner_of(*catalogues),
        as_of=first.as_of.isoformat(),
    )


def write_notice(notice: Notice, folder: Path) -> list[Path]:
    """Write 通知.docx, to be edited and signed, and 通知.pdf.

    Parameters
    ----------
    notice
        The text.
    folder
        Folder to write to, which must be there.

    Returns
    -------
    list of Path
        Both files; the same text gives the same bytes.

    Notes
    -----
    The Word file names the fonts of the standard and embeds none: they are not free. The PDF embeds Noto
    Serif CJK (SIL Open Font License), which may be embedded.
    """
    word, pdf = folder / "通知.docx", folder / "通知.pdf"
    word.write_bytes(_same_bytes(_word(notice)))
    typeset_notice(asdict(notice), pdf)
    return [word, pdf]


def _chinese(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _word(notice: Notice) -> WordDocument:
    document = Document()
    _set_page(document, notice)
    _line(document, notice.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "")
    _line(document, notice.title, font=_TITLE_FONT, size=_TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "")
    _line(document, notice.recipients)
    for text in notice.paragraphs:
        _line(document, text, indent=2)
    _line(document, "")
    for place, name in enumerate(notice.attachments, start=1):
        _line(document, f"{'附件：' if place == 1 else '　　　'}{place}. {name}", indent=2)
    for text in ("", "", notice.signer, notice.day):
        _line(document, f"{text}　　　　" if text else "", align=WD_ALIGN_PARAGRAPH.RIGHT)
    for place, name in enumerate(notice.attachments, start=1):
        head = _line(document, f"附件{place}", font=_HEAD_FONT)
        head.paragraph_format.page_break_before = True
        _line(document, name, font=_TITLE_FONT, size=_TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
        _line(document, "（另附，见同版目录与编制说明的 PDF 和 XLSX 文件）", align=WD_ALIGN_PARAGRAPH.CENTER)
    return document


def _set_page(document: WordDocument, notice: Notice) -> None:
    """A4 with the margins of the standard, and page numbers on alternate sides."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(28)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (page.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (page.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _page_number(footer.paragraphs[0], align)
    for header in (page.header, page.even_page_header):
        header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        header.paragraphs[0].add_run(f"【{notice.banner}】" if notice.banner else "")
    properties = document.core_properties
    properties.title, properties.author, properties.language = notice.title, "", "zh-CN"
    stamp = dt.datetime.combine(dt.date.fromisoformat(notice.as_of), dt.time(), tzinfo=dt.UTC)
    properties.created = properties.modified = stamp


def _line(
    document: WordDocument,
    text: str,
    *,
    font: str = _BODY_FONT,
    size: Pt = _BODY_SIZE,
    align: WD_ALIGN_PARAGRAPH | None = None,
    indent: int = 0,
) -> Paragraph:
    """Add a paragraph on the grid of 22 lines a page, indented by whole characters."""
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    shape.first_line_indent = Pt(size.pt * indent)
    if align is not None:
        paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.font.name = size, font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    return paragraph


def _page_number(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    """Put — n — into a footer, as a field that Word counts."""
    paragraph.alignment = align
    paragraph.add_run("　— ").font.size = _PAGE_SIZE
    run = paragraph.add_run()
    run.font.size, run.font.name = _PAGE_SIZE, _PAGE_FONT
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text or None
        run._element.append(element)  # noqa: SLF001
    paragraph.add_run(" —　").font.size = _PAGE_SIZE


def _same_bytes(document: WordDocument) -> bytes:
    """Save without the clock: every part of the archive bears the same time."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _FIXED_TIME), source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
