"""The fields of a posting or profile that is typed on a page: what they are called, how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from api.problems import field_message
from api.routes.record_requests import PostingIn, ProfileRecordIn
from data.errors import CellError, YingcaiError
from data.normalise.place import parse_places
from data.normalise.terms import split_licences, split_majors, split_terms
from data.sources.columns import TableKind

__all__ = ["FIELDS", "Field", "Read", "faults_of", "read_fields"]

_LONG: Final = 8_000
_SHORT: Final = 200


class Field(NamedTuple):
    """One field."""

    name: str
    """Its name, as in the request of the API."""
    label: str
    """What the page calls it."""
    help: str = ""
    """How it is written."""
    kind: str = "text"
    """``text``, ``long`` or ``date``."""
    required: bool = False
    """Whether it must be filled in."""

    @property
    def longest(self) -> int:
        """Most characters."""
        return _LONG if self.kind == "long" else _SHORT


class Read(NamedTuple):
    """A form as it was read."""

    given: PostingIn | ProfileRecordIn | None
    """The record; None where something is wrong."""
    faults: Mapping[str, str]
    """What is wrong, by field."""


_OWN: Final = Field("reference", "自己的编号", "可不填，由系统编号；填了不能与已有的相同")
_LISTED: Final = "几项用顿号分开"
_BOTH: Final = (
    Field("skills", "能力", _LISTED),
    Field("majors", "专业", _LISTED),
    Field("education", "学历", "如 大专及以上、不限"),
    Field("skill_level", "技能等级", "如 高级工"),
    Field("licences", "资格证书", _LISTED),
)
FIELDS: Final[Mapping[TableKind, tuple[Field, ...]]] = {
    TableKind.POSTING: (
        Field("employer", "用人单位", "与营业执照一致", required=True),
        Field("title", "岗位名称", "只写岗位", required=True),
        Field("duties", "职责与要求", kind="long"),
        Field("place", "工作地点", "如 营口市鲅鱼圈区"),
        Field("headcount", "需求人数", "整数；若干的不填"),
        Field("salary", "薪酬", "如 6000-8000元/月、年薪15万、面议"),
        Field("experience", "工作年限", "如 3-5年、不限"),
        *_BOTH,
        Field("industry", "所属行业"),
        Field("posted_on", "发布日期", kind="date"),
        Field("start_by", "最迟到岗", kind="date"),
        Field("valid_until", "有效期至", kind="date"),
        _OWN,
    ),
    TableKind.PROFILE: (
        Field("title", "求职方向", "只写岗位", required=True),
        Field("summary", "经历", "不写姓名、电话、证件号；写了也会去除", kind="long"),
        Field("place", "所在地", "如 营口市鲅鱼圈区"),
        Field("willing_codes", "愿去的地方", "几处用顿号分开；哪里都行写“全国”"),
        Field("experience_years", "工作年限", "只写数字"),
        Field("pay_floor", "最低月薪（元）", "只写数字"),
        *_BOTH,
        Field("available_on", "可到岗日期", kind="date"),
        _OWN,
    ),
}
"""Fields of the two forms, in their order."""

_MODELS: Final[Mapping[TableKind, type[PostingIn | ProfileRecordIn]]] = {
    TableKind.POSTING: PostingIn,
    TableKind.PROFILE: ProfileRecordIn,
}


def read_fields(
    kind: TableKind, typed: Mapping[str, str], engagement: Sequence[str], *, region_codes: Sequence[str]
) -> Read:
    """Read what was typed as the request that a program would send.

    Parameters
    ----------
    kind
        Posting or profile.
    typed
        Text of each field.
    engagement
        Forms of engagement that were ticked.
    region_codes
        GB/T 2260 codes of the region, for names of places that are ambiguous.
    """
    readers: dict[str, Callable[[str], Any]] = {
        "skills": split_terms,
        "majors": split_majors,
        "licences": split_licences,
        "headcount": _number,
        "experience_years": _number,
        "pay_floor": _number,
        "willing_codes": partial(parse_places, region_codes=region_codes),
    }
    given: dict[str, Any] = {"engagement": tuple(engagement)} if engagement else {}
    faults: dict[str, str] = {}
    for field in FIELDS[kind]:
        text = typed.get(field.name, "").strip()
        try:
            if text:
                given[field.name] = readers.get(field.name, str)(text)
            elif field.required:
                faults[field.name] = "没有填写"
        except (CellError, ValueError) as error:
            faults[field.name] = str(error)
    if faults:
        return Read(None, faults)
    try:
        return Read(_MODELS[kind].model_validate(given), {})
    except ValidationError as error:
        return Read(None, {str(item["loc"][0]): field_message(item) for item in error.errors()})


def faults_of(kind: TableKind, error: YingcaiError) -> dict[str, str]:
    """Return what a refusal says of a field, by the field that its code names; empty where of none."""
    named = [field.name for field in FIELDS[kind] if error.code.startswith(f"{field.name}_")]
    return dict.fromkeys(named[:1], error.message)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError("应为数字") from error
    return int(value) if value.is_integer() else value
