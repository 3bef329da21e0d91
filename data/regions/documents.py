"""The documents a region pack rests on: what they are today, and how a place in them is cited."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from data.records import Record

__all__ = ["Document", "DocumentStatus", "Identifier", "Text"]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
"""Identifier inside a pack: small letters, digits and hyphens."""
Text = Annotated[str, Field(min_length=1)]
"""A text that must not be empty."""


class DocumentStatus(StrEnum):
    """What a document is on a given day."""

    IN_FORCE = "现行"
    """It applies."""
    DRAFT = "草案征求意见稿"
    """Published for comment; it is cited as a draft and never as in force."""
    EXPIRED = "已到期"
    """The period it was made for is over: evidence of what was planned, no target of today."""


class Document(Record):
    """A document that a pack takes lists and figures from."""

    id: Identifier
    """Identifier inside the pack."""
    title: Text
    """Title as the document bears it; that of a draft says so."""
    number: str = ""
    """Document number, such as 辽委办发〔2018〕25号; empty where it has none."""
    issued_on: dt.date | None = None
    """Day of issue; None where the text gives none."""
    effective_on: dt.date | None = None
    """Day from which it applies; None where the text gives none."""
    ends_on: dt.date | None = None
    """Last day of the period it plans for; None where it states no period."""
    status: DocumentStatus
    """What it is; where ``ends_on`` is given, the day decides between 现行 and 已到期."""
    note: str = ""
    """What a reader who cites it has to know."""
    text: Text
    """Name of the text that was read; lines are counted in it, from 1."""
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of that text."""

    @model_validator(mode="after")
    def _a_draft_says_so(self) -> Self:
        if self.status is DocumentStatus.DRAFT and "草案" not in self.title:
            raise ValueError("草案的题名须写明“草案”，引用时才不会被当作现行文件")
        return self

    @property
    def citation(self) -> str:
        """Title and number as cited in print."""
        return f"《{self.title}》（{self.number}）" if self.number else f"《{self.title}》"

    def status_on(self, day: dt.date) -> DocumentStatus:
        """Tell what the document is on a day.

        Parameters
        ----------
        day
            The day asked for.

        Returns
        -------
        DocumentStatus
            A draft stays a draft, whatever the day.
        """
        if self.status is DocumentStatus.DRAFT or self.ends_on is None:
            return self.status
        return DocumentStatus.EXPIRED if day > self.ends_on else DocumentStatus.IN_FORCE

    def cite(self, clause: str, line: int) -> str:
        """Cite a place in the document.

        Parameters
        ----------
        clause
            Article, section or table.
        line
            Line of the text that was read.

        Returns
        -------
        str
            Such as ``海委发〔2022〕17号 表1（文本第48行）``.
        """
        return f"{self.number or self.title} {clause}（文本第{line}行）"
