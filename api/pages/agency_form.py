"""What somebody of an agency typed about a vacancy or a person, and the match request that it makes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, ImmutableMultiDict

from api.pages.fields import is_number
from api.problems import field_message
from api.requests import ProfileIn, ProfileMatchRequest, VacancyIn, VacancyMatchRequest
from data.errors import InputError
from data.normalise.languages import parse_languages
from data.normalise.place import parse_place, parse_places
from data.normalise.terms import split_licences, split_majors, split_terms
from matching.features import FEATURES
from matching.ranker import suggested_weights
from matching.results import RankBy

__all__ = ["LENGTHS", "RANKINGS", "Slider", "Typed", "read_model", "typed_vacancy"]

M = TypeVar("M", bound=BaseModel)

LENGTHS: Final = (10, 20, 50, 100)
"""Lengths of lists that the page offers."""
RANKINGS: Final = {
    RankBy.FORWARD: "对提问一方最合适",
    RankBy.MUTUAL: "双方都合适",
    RankBy.REVERSE: "对另一方最合适",
}
"""Orders that the page offers."""
_NEAR: Final = 5
_FULL: Final = 100
_LISTED: Final = frozenset({"engagement"})
_LABELS: Final = {
    "title": "岗位", "duties": "职责与要求", "summary": "经历", "skills": "能力", "majors": "专业",
    "education": "学历", "skill_level": "技能等级", "experience_low": "最少年限",
    "experience_high": "最多年限", "experience_years": "工作年限", "place_code": "地点",
    "willing_codes": "愿去的地方", "salary_low": "月薪下限", "salary_high": "月薪上限",
    "pay_floor": "最低月薪", "engagement": "引才方式", "start_by": "最迟到岗", "available_on": "可到岗",
    "licences": "资格证书", "languages": "语言", "k": "条数", "vacancy_id": "需求编号",
    "profile_id": "档案编号",
}  # fmt: skip
_PLAIN: Final = ("title", "duties", "summary", "education", "skill_level", "start_by", "available_on")
_TERMS: Final = {"skills": split_terms, "majors": split_majors, "licences": split_licences}
_NUMBERS: Final = (
    "experience_low", "experience_high", "experience_years", "salary_low", "salary_high", "pay_floor",
)  # fmt: skip


@dataclass(frozen=True)
class Slider:
    """One weight that can be moved."""

    name: str
    """The feature."""
    label: str
    """Its name in Chinese."""
    value: int
    """Where it stands, in hundredths."""
    suggested: int
    """Where it stands unless somebody moves it."""


@dataclass(frozen=True)
class Typed:
    """A form as it was filled in; nothing of it is lost where something cannot be read."""

    values: Mapping[str, str]
    """Text of each field."""
    engagement: tuple[str, ...]
    """Forms of engagement that were ticked."""
    weights: Mapping[str, int]
    """Hundredths by feature; only those that were sent."""
    for_vacancy: bool
    """True where people are looked for."""

    @classmethod
    def of(cls, form: FormData | ImmutableMultiDict[str, Any], *, for_vacancy: bool) -> Self:
        """Take what a form sent; a file is nothing here."""
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        names = {each.name for each in FEATURES}
        kept = form.get("weights") != "default"
        weights = {
            name: int(texts[f"w-{name}"]) for name in names if kept and is_number(texts.get(f"w-{name}", ""))
        }
        values = {name: text for name, text in texts.items() if name in _LABELS or name in {"place", "text"}}
        values |= {name: texts[name] for name in ("willing", "rank_by") if name in texts}
        ticked = tuple(str(each) for each in form.getlist("engagement"))
        return cls(values, ticked, {name: min(each, _FULL) for name, each in weights.items()}, for_vacancy)

    def get(self, name: str) -> str:
        """Return the text of a field; empty where nothing was sent."""
        return self.values.get(name, "")

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """The weights, in the order in which scores are explained."""
        suggested = suggested_weights(for_vacancy=self.for_vacancy)
        return tuple(
            Slider(each.name, each.label, self.weights.get(each.name, own), own)
            for each in FEATURES
            for own in (round(_FULL * suggested[each.name]),)
        )

    @property
    def moved(self) -> bool:
        """Whether a weight is another than the suggested one."""
        return any(each.value != each.suggested for each in self.sliders)

    @property
    def options(self) -> dict[str, Any]:
        """Length, order and weights of the request."""
        length = self.get("k") or str(LENGTHS[0])
        weights = {each.name: float(each.value) for each in self.sliders} if self.moved else None
        k = int(length) if is_number(length) else length
        return {"k": k, "weights": weights, "rank_by": self.get("rank_by") or RankBy.FORWARD}

    def vacancy(self, codes: Sequence[str]) -> VacancyIn:
        """Return the vacancy that was filled in."""
        return read_model(VacancyIn, self.content(VacancyIn, codes))

    def vacancy_request(self, codes: Sequence[str], **changes: Any) -> VacancyMatchRequest:
        """Return the request for people: for a stored vacancy where one is named.

        Parameters
        ----------
        codes
            GB/T 2260 codes of the region, for names of places that are ambiguous.
        **changes
            Fields of the request that are to be others.

        Raises
        ------
        InputError
            A field cannot be read.
        """
        stored = self.get("vacancy_id")
        asked = {"vacancy_id": stored} if stored else {"vacancy": self.vacancy(codes)}
        return read_model(VacancyMatchRequest, {**asked, **self.options, "near": _NEAR, **changes})

    def profile_request(self, codes: Sequence[str]) -> ProfileMatchRequest:
        """Return the request for vacancies: for a stored person where one is named.

        Parameters
        ----------
        codes
            GB/T 2260 codes of the region, for names of places that are ambiguous.

        Raises
        ------
        InputError
            A field cannot be read.
        """
        stored = self.get("profile_id")
        if stored:
            return read_model(ProfileMatchRequest, {"profile_id": stored, **self.options})
        person = read_model(ProfileIn, self.content(ProfileIn, codes))
        return read_model(ProfileMatchRequest, {"profile": person, **self.options})

    def content(self, model: type[BaseModel], codes: Sequence[str]) -> dict[str, Any]:
        """Return what was filled in for the fields of a model, read as cells of a file are."""
        given: dict[str, Any] = {name: self.get(name).strip() for name in _PLAIN}
        given |= {name: split(self.get(name)) for name, split in _TERMS.items()}
        given |= {name: _number(name, self.get(name)) for name in _NUMBERS}
        given["place_code"] = parse_place(self.get("place"), region_codes=codes)
        given["willing_codes"] = parse_places(self.get("willing"), region_codes=codes)
        given["languages"] = parse_languages(self.get("languages"))
        given["engagement"] = self.engagement
        return {
            name: value
            for name, value in given.items()
            if name in model.model_fields and (value not in ("", None, ()) or name == "title")
        }


def typed_vacancy(row: Mapping[str, Any], place: str) -> Typed:
    """Return a vacancy of the store as if somebody had filled it in."""
    texts = {name: row.get(name) for name in (*_PLAIN, *_NUMBERS) if row.get(name) not in (None, "")}
    values = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in texts.items()}
    values |= {name: "、".join(row.get(name) or ()) for name in (*_TERMS, "languages")}
    return Typed({**values, "place": place}, tuple(row.get("engagement") or ()), {}, for_vacancy=True)


def read_model(model: type[M], given: Mapping[str, Any]) -> M:
    """Read a request; what is wrong is told by the names that the page gives the fields.

    Parameters
    ----------
    model
        What to read.
    given
        Values by field.

    Raises
    ------
    InputError
        ``request_malformed``: names every field that is wrong.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    told = [f"{_label(fault['loc'])}{field_message(fault)}" for fault in faults]
    raise InputError("request_malformed", "；".join(told), hint="改正后再提交，其余内容都还在")


def _label(place: Sequence[Any]) -> str:
    names = [_LABELS[part] for part in place if part in _LABELS]
    return f"“{names[-1]}”" if names else ""


def _number(name: str, text: str) -> float | None:
    text = text.strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError("request_malformed", f"“{_LABELS[name]}”应为数字", hint="只写数字，如 3 或 8000")
    return value
