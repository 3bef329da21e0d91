"""What employers and people did with a match, as they tell it: one event each, checked before it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from data.errors import InputError
from data.normalise.clauses import split_excluded
from data.normalise.contacts import mask_contacts
from data.normalise.persons import without_person
from data.normalise.text import clean_prose
from data.records import Finding, Record

__all__ = [
    "JOINT_KINDS",
    "STAGES",
    "DeclineReason",
    "EventKind",
    "FeedbackEvent",
    "Side",
    "event_from",
    "usable_note",
]

_EARLIEST, _LATEST = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2000, 2100))
_LONGEST_NOTE = 500
_PRINTED = r"^[^\x00-\x1f\x7f]+$"

_Id = Annotated[str, Field(min_length=1, max_length=64, pattern=_PRINTED)]
_Tag = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:\-]+$")]


class EventKind(StrEnum):
    """What happened to a match, from the first sight to the end."""

    SHOWN = "shown"
    """It stood on a list that somebody saw."""
    OPENED = "opened"
    """Somebody looked at its details."""
    SHORTLISTED = "shortlisted"
    """Somebody put it on a list of their own."""
    CONTACTED = "contacted"
    """One side got in touch with the other."""
    INTERVIEWED = "interviewed"
    """They met."""
    HIRED = "hired"
    """The person took up the work, in whichever form of engagement."""
    DECLINED = "declined"
    """One side said no, with a reason."""

    @property
    def chinese(self) -> str:
        """Name on screens."""
        return _KINDS[self]


_KINDS = {
    EventKind.SHOWN: "展示",
    EventKind.OPENED: "查看",
    EventKind.SHORTLISTED: "入围",
    EventKind.CONTACTED: "联系",
    EventKind.INTERVIEWED: "面试",
    EventKind.HIRED: "录用",
    EventKind.DECLINED: "谢绝",
}


STAGES: Final = tuple(kind for kind in EventKind if kind is not EventKind.DECLINED)
"""How far a match can come, in order."""
JOINT_KINDS: Final = frozenset({EventKind.CONTACTED, EventKind.INTERVIEWED, EventKind.HIRED})
"""What happens to both sides at once, whoever tells it."""


class Side(StrEnum):
    """Whose doing an event is."""

    EMPLOYER = "employer"
    """The employer, or the agency that works for it: people were ranked for a vacancy."""
    PERSON = "person"
    """The person: vacancies were ranked for them."""

    @property
    def chinese(self) -> str:
        """Name on screens."""
        return "用人单位" if self is Side.EMPLOYER else "人才"


class DeclineReason(StrEnum):
    """Why a match came to nothing; what may not count has no place here."""

    SKILLS = "skills"
    """能力不符: skills or the field of work do not fit."""
    EXPERIENCE = "experience"
    """经验不符: too little or other experience."""
    QUALIFICATION = "qualification"
    """资格不符: a licence or certificate that the work legally needs is missing."""
    PAY = "pay"
    """薪酬不合: no agreement on pay."""
    PLACE = "place"
    """地点不合: too far, or no wish to move."""
    TIME = "time"
    """时间不合: start, hours or months do not fit."""
    ENGAGEMENT = "engagement"
    """引才方式不合: no agreement on the form of engagement."""
    TAKEN = "taken"
    """已有人选或去处: the place is filled, or the person has found another one."""
    UNREACHABLE = "unreachable"
    """联系不上: nobody answered."""
    WITHDRAWN = "withdrawn"
    """需求或求职取消: the vacancy was cancelled or the person no longer looks."""
    OTHER = "other"
    """其他: anything else; say it in the note."""

    @property
    def chinese(self) -> str:
        """Name on screens."""
        return _REASONS[self]


_REASONS = {
    DeclineReason.SKILLS: "能力不符",
    DeclineReason.EXPERIENCE: "经验不符",
    DeclineReason.QUALIFICATION: "资格不符",
    DeclineReason.PAY: "薪酬不合",
    DeclineReason.PLACE: "地点不合",
    DeclineReason.TIME: "时间不合",
    DeclineReason.ENGAGEMENT: "引才方式不合",
    DeclineReason.TAKEN: "已有人选或去处",
    DeclineReason.UNREACHABLE: "联系不上",
    DeclineReason.WITHDRAWN: "需求或求职取消",
    DeclineReason.OTHER: "其他",
}


class FeedbackEvent(Record):
    """One event as its sender tells it."""

    event_id: _Tag = Field(examples=["e-20260301-0001"])
    """发送方自编的事件编号，同一发送方内不重复；重复发送同一事件不会重复计入."""
    kind: EventKind = Field(examples=["shown"])
    """发生了什么：依次为展示、查看、入围、联系、面试、录用，以及谢绝."""
    side: Side = Field(examples=["employer"])
    """谁做的：employer 用人单位（或其代理），person 人才本人."""
    vacancy_id: _Id = Field(examples=["V0123456789abcdef"])
    """需求编号."""
    profile_id: _Id = Field(examples=["P000001"])
    """人才档案编号（化名）."""
    happened_at: AwareDatetime = Field(examples=["2026-03-01T09:30:00+08:00"])
    """发生的时间，须带时区；可以早于发送很久."""
    list_id: _Id | None = Field(default=None, examples=["L01"])
    """所在名单的编号."""
    position: int | None = Field(default=None, ge=1, le=10_000, examples=[3])
    """在名单中的位次，从 1 起."""
    propensity: float | None = Field(default=None, gt=0, le=1, examples=[0.5])
    """这一位次被看到的概率，大于 0、不大于 1."""
    variant: _Tag | None = Field(default=None, examples=["curves-a"])
    """试验中的方案名."""
    model_version: str | None = Field(
        default=None, min_length=1, max_length=200, pattern=_PRINTED, examples=["additive-1"]
    )
    """给出名单的模型版本，取自匹配结果的 model_version."""
    reason: DeclineReason | None = Field(default=None, examples=["pay"])
    """谢绝的理由，仅用于 declined."""
    note: str = Field(default="", max_length=_LONGEST_NOTE, examples=["薪酬差两千"])
    """对理由的补充，仅用于 declined；联系方式与不得作为条件的内容会被删去，也不用于训练."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if not _EARLIEST <= self.happened_at < _LATEST:
            raise ValueError("发生时间不在 2000 至 2099 年之间")
        declined = self.kind is EventKind.DECLINED
        if declined and self.reason is None:
            raise ValueError("谢绝须写明理由 reason")
        if not declined and (self.reason is not None or self.note):
            raise ValueError("理由 reason 与补充 note 只用于谢绝（declined）")
        return self


def event_from(content: object) -> FeedbackEvent:
    """Read an event that somebody sent.

    Parameters
    ----------
    content
        What was sent: a mapping with the fields of :class:`FeedbackEvent`.

    Returns
    -------
    FeedbackEvent
        The event.

    Raises
    ------
    InputError
        ``event_invalid``: names every field that is wrong, and none of the values given.

    Examples
    --------
    >>> sent = {"event_id": "1", "side": "person", "vacancy_id": "V1", "profile_id": "P1", "position": 0}
    >>> try:
    ...     event_from(sent | {"happened_at": "2026-03-01T09:30:00+08:00"})
    ... except InputError as error:
    ...     print(error.message)
    缺 kind；position 应不小于 1
    """
    try:
        return FeedbackEvent.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    missing = [str(fault["loc"][0]) for fault in faults if fault["type"] == "missing"]
    told = [f"缺 {'、'.join(missing)}"] if missing else []
    told += [_told(fault) for fault in faults if fault["type"] != "missing"]
    raise InputError("event_invalid", "；".join(told), hint="对照 /openapi.json 中 FeedbackEvent 的说明修改")


def usable_note(note: str) -> tuple[str, tuple[Finding, ...]]:
    """Return what of a note may be kept.

    Parameters
    ----------
    note
        Free text about why a match came to nothing.

    Returns
    -------
    tuple of str and tuple of Finding
        The text without contacts, names and what nobody may be judged by, and the demands that were taken
        out; empty and nothing for empty input.

    Examples
    --------
    >>> usable_note("薪酬谈不拢，电话13812345678")[0]
    '薪酬谈不拢，电话［已隐去］'
    """
    kept, findings = split_excluded(mask_contacts(clean_prose(note)), "note")
    return without_person(kept), findings


_MESSAGES: Mapping[str, str] = {
    "extra_forbidden": "没有这个字段",
    "string_type": "应为字符串",
    "string_too_short": "不能为空",
    "string_too_long": "至多 {max_length} 个字符",
    "string_pattern_mismatch": "含有不可用的字符（事件编号与方案名只用字母、数字和 . _ : -）",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数值",
    "float_parsing": "应为数值",
    "finite_number": "应为有限的数值",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "enum": "只能是 {expected}",
    "timezone_aware": "须带时区，如 2026-03-01T09:30:00+08:00",
    "datetime_type": "应为带时区的时间，如 2026-03-01T09:30:00+08:00",
    "datetime_parsing": "应为带时区的时间，如 2026-03-01T09:30:00+08:00",
    "datetime_from_date_parsing": "应为带时区的时间，如 2026-03-01T09:30:00+08:00",
    "model_type": "应为一个对象",
    "value_error": "{error}",
}


def _told(fault: Mapping[str, Any]) -> str:
    """Return one fault in Chinese; the value given may name a person and is left out."""
    context = dict(fault.get("ctx", {}))
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", ", ").replace(", ", "、")
    message = _MESSAGES.get(fault["type"], "不符合要求").format_map(context)
    named = str(fault["loc"][0]) if fault["loc"] else ""
    return f"{named} {message}" if named else message
