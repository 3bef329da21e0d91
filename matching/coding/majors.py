"""Code what postings and profiles write for a major to the catalogues of the ministry of education."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process

from data.codes import CodingKind, alias_key, code_names
from data.normalise.text import is_nothing
from data.reference import graduate_majors, major_aliases, majors
from matching.coding.candidates import Candidates
from matching.coding.codes import Code, CodeMethod, Suggestion, decided, looked_up, nothing
from matching.coding.levels import Case, Level
from matching.coding.nearest import NearestNames
from matching.coding.search import CalibratedSearch
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet

__all__ = ["MajorCoder"]

_KIND = CodingKind.MAJOR
_LEVELS = {"专业类": Level(4, 0.8)}
"""An unknown name is coded to the 本科 class of majors that its likes belong to."""
_ORDER = ("普通本科", "高等职业教育专科", "高等职业教育本科", "中等职业教育")
"""Of several levels that have a major of one name, the code of the first here stands for all."""
_MIN_RATIO, _MIN_LEAD = 88.0, 3.0
"""Spelling that is taken for a slip: 机械设计制造及自动化 is 机械设计制造及其自动化."""
_SHORTEST = 4
_NOTHING = frozenset(
    {
        "不限",
        "专业不限",
        "不限专业",
        "无要求",
        "无",
        "相关",
        "其他",
        "专业",
        "理工科",
        "理工类",
        "文科",
        "工科",
    }
)


class MajorCoder:
    """Codes majors.

    Parameters
    ----------
    model
        The embedding model.
    aliases
        Short forms, by key (:func:`data.codes.alias_key`), to their code.
    decisions
        Key to the code a person gave it, or None where it means nothing; they win.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        aliases: Mapping[str, str],
        *,
        decisions: Mapping[str, str | None] | None = None,
    ) -> None:
        self._aliases = dict(aliases)
        self._decisions = dict(decisions or {})
        self._codes_of = _codes_by_name()
        self._names = list(self._codes_of)
        taught = {key: code for key, code in self._decisions.items() if code is not None}
        table = majors()
        bachelor = table[table["level"] == _ORDER[0]]
        names = dict(zip(bachelor["code"], bachelor["name"], strict=True))
        self._labels = {alias_key(_KIND, name): code for code, name in names.items()} | {
            key: code for key, code in taught.items() if code in names
        }
        self.candidates = Candidates(
            NearestNames(model, list(self._labels)),
            list(self._labels.values()),
            list(self._labels),
            dict(zip(bachelor["code"], bachelor["class_name"], strict=True)),
        )

    @classmethod
    def from_reference(
        cls, model: EmbeddingModel, *, decisions: Mapping[str, str | None] | None = None
    ) -> MajorCoder:
        """Build from the tables that the product ships."""
        given = major_aliases()
        aliases = {
            alias_key(_KIND, text): code for text, code in zip(given["alias"], given["code"], strict=True)
        }
        return cls(model, aliases, decisions=decisions)

    @property
    def expected_error(self) -> dict[str, dict[str, Any]]:
        """Error of automatic classes by meaning, measured on the names of 本科 majors, each left out."""
        return self._search.expected_error

    def code(
        self,
        texts: Sequence[str],
        *,
        top: int = 5,
        by_meaning: bool = True,
        progress: Callable[[int, int], None] = quiet,
    ) -> list[Code]:
        """Code majors.

        Parameters
        ----------
        texts
            One major each, as written.
        top
            Number of suggestions kept for each text that needed the embedding.
        by_meaning
            False leaves texts that are no name, short form or near spelling to review, without encoding them.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        list of Code
            In the order of the texts. Where several levels have a major of the name, the code is that of the
            本科 and :meth:`same_name` gives all.
        """
        known = self._look_up_all(texts)
        unknown = [text for text in dict.fromkeys(texts) if text not in known]
        if by_meaning:
            keys = [alias_key(_KIND, text) for text in unknown]
            found_now = self._search.code(keys, top=top, progress=progress)
        else:
            found_now = [Code(None, CodeMethod.REVIEW, 0.0, 0.0)] * len(unknown)
        known |= zip(unknown, found_now, strict=True)
        return [known[text] for text in texts]

    def to_encode(self, texts: Sequence[str]) -> list[str]:
        """Return the texts whose vectors :meth:`code` needs: those that are no name or near spelling."""
        known = self._look_up_all(texts)
        return [alias_key(_KIND, text) for text in dict.fromkeys(texts) if text not in known]

    def same_name(self, code: str) -> tuple[str, ...]:
        """Return all codes that have the name of this one, this one first."""
        same = self._codes_of.get(alias_key(_KIND, code_names(_KIND).get(code, "")), ())
        return (code, *(other for other in same if other != code))

    def _look_up_all(self, texts: Sequence[str]) -> dict[str, Code]:
        found = ((text, self._look_up(text)) for text in dict.fromkeys(texts))
        return {text: code for text, code in found if code is not None}

    def _look_up(self, text: str) -> Code | None:
        key = alias_key(_KIND, text)
        if key in self._decisions:
            return decided(_KIND, self._decisions[key])
        if not key or is_nothing(key) or key in _NOTHING:
            return nothing()
        forms = (key, f"{key}类", key.removesuffix("类"), f"{key}学")
        exact = [self._codes_of[form][0] for form in forms if form in self._codes_of]
        of_catalogue = [code for code in exact if not code.startswith("G")]
        if of_catalogue:
            return looked_up(_KIND, of_catalogue[0], CodeMethod.EXACT)
        short = next((self._aliases[form] for form in forms if form in self._aliases), None)
        if short is not None:
            return looked_up(_KIND, short, CodeMethod.ALIAS)
        if exact:
            return looked_up(_KIND, exact[0], CodeMethod.EXACT)
        return self._slip_of(key)

    def _slip_of(self, key: str) -> Code | None:
        """Return the major whose name is spelt almost so, if one is clearly nearest."""
        if len(key) < _SHORTEST:
            return None
        near = process.extract(key, self._names, scorer=fuzz.ratio, limit=2, score_cutoff=_MIN_RATIO)
        if not near or (len(near) > 1 and near[0][1] - near[1][1] < _MIN_LEAD):
            return None
        lead = near[0][1] - (near[1][1] if len(near) > 1 else _MIN_RATIO)
        names = code_names(_KIND)
        suggestions = tuple(
            Suggestion(self._codes_of[name][0], names[self._codes_of[name][0]], round(score / 100, 4))
            for name, score, _ in near
        )
        return looked_up(
            _KIND,
            suggestions[0].code,
            CodeMethod.RATIO,
            score=suggestions[0].score,
            margin=round(lead / 100, 4),
            suggestions=suggestions,
        )

    @cached_property
    def _search(self) -> CalibratedSearch:
        cases = [Case(key, key, code) for key, code in self._labels.items()]
        return CalibratedSearch(_KIND, self.candidates, cases, _LEVELS)


def _codes_by_name() -> dict[str, tuple[str, ...]]:
    """Return the codes of every name: majors in the order of the levels, then classes, then disciplines."""
    table, graduate = majors(), graduate_majors()
    rows = [
        (name, code)
        for level in _ORDER
        for name, code in zip(
            table["name"][table["level"] == level], table["code"][table["level"] == level], strict=True
        )
    ]
    for level in _ORDER:
        of = table[table["level"] == level]
        rows += list(dict.fromkeys(zip(of["class_name"], of["class_code"], strict=True)))
    rows += [
        (name, f"G{code}")
        for name, code in zip(graduate["name"], graduate["code"], strict=True)
        if len(code) == _SHORTEST
    ]
    found: dict[str, list[str]] = {}
    for name, code in rows:
        found.setdefault(alias_key(_KIND, name), []).append(code)
    return {key: tuple(dict.fromkeys(codes)) for key, codes in found.items()}
