"""Code skills: terms of the vocabulary found in text, and phrases that a list states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from data.codes import CodingKind, alias_key
from data.reference import skills
from matching.coding.candidates import Candidates
from matching.coding.codes import Code, CodeMethod, decided, looked_up, nothing
from matching.coding.levels import Case, Level
from matching.coding.nearest import NearestNames
from matching.coding.search import CalibratedSearch
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.skills import SkillLexicon, skill_terms

__all__ = ["SkillCoder"]

_KIND = CodingKind.SKILL
_LEVELS = {"能力": Level(5, 0.8)}
_SHORT = 2
"""Latin terms of so few letters (GC, MT, PS) mean too much in running text; in a list they count."""
_ALWAYS = frozenset({"c#", "5g", "4g"})


class SkillCoder:
    """Codes skills.

    Parameters
    ----------
    model
        The embedding model.
    terms
        Folded names and aliases (:func:`data.codes.alias_key`) to their skill id.
    decisions
        Folded term to the id a person gave it, or None where it is no skill; they win.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        terms: Mapping[str, str],
        *,
        decisions: Mapping[str, str | None] | None = None,
    ) -> None:
        self._decisions = dict(decisions or {})
        taught = {key: code for key, code in self._decisions.items() if code is not None}
        self._terms = {**terms, **taught}
        refused = {key for key, code in self._decisions.items() if code is None}
        self._lexicon = SkillLexicon(dict.fromkeys(self._terms.keys() - refused, 1), documents=0)
        table = skills()
        self._candidates = Candidates(
            NearestNames(model, list(self._terms)),
            list(self._terms.values()),
            list(self._terms),
            dict(zip(table["skill_id"], table["name"], strict=True)),
        )

    @classmethod
    def from_reference(
        cls, model: EmbeddingModel, *, decisions: Mapping[str, str | None] | None = None
    ) -> SkillCoder:
        """Build from the tables that the product ships."""
        table = skills()
        terms: dict[str, str] = {}
        for skill_id, name, aliases in zip(table["skill_id"], table["name"], table["aliases"], strict=True):
            for term in (name, *filter(None, aliases.split("|"))):
                terms.setdefault(alias_key(_KIND, term), skill_id)
        return cls(model, terms, decisions=decisions)

    @property
    def expected_error(self) -> dict[str, dict[str, Any]]:
        """Error of automatic ids by meaning, measured on the vocabulary's own aliases, each left out."""
        return self._search.expected_error

    def code(
        self,
        texts: Sequence[str],
        *,
        top: int = 5,
        by_meaning: bool = True,
        progress: Callable[[int, int], None] = quiet,
    ) -> list[Code]:
        """Code stated skill phrases.

        Parameters
        ----------
        texts
            One phrase each, as written; attitudes such as 吃苦耐劳 count as nothing stated.
        top
            Number of suggestions kept for each phrase that needed the embedding.
        by_meaning
            False leaves phrases without any term of the vocabulary to review, without encoding them.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        list of Code
            In the order of the texts.
        """
        known = {text: self._look_up(text) for text in dict.fromkeys(texts)}
        unknown = [text for text, code in known.items() if code is None]
        if by_meaning:
            found = self._search.code(
                [alias_key(_KIND, text) for text in unknown], top=top, progress=progress
            )
        else:
            found = [Code(None, CodeMethod.REVIEW, 0.0, 0.0)] * len(unknown)
        searched = dict(zip(unknown, found, strict=True))
        return [searched[text] if text in searched else known[text] or nothing() for text in texts]

    def scan(self, listed: Sequence[str], text: str) -> tuple[str, ...]:
        """Return the skills of one posting or profile.

        Parameters
        ----------
        listed
            Phrases of its list of skills.
        text
            Its title and duties or summary.

        Returns
        -------
        tuple of str
            Ids, those of the list first, each once.
        """
        found = dict.fromkeys(self._terms[key] for key in self._stated(listed))
        for mention in self._lexicon.mentions("\n".join((*listed, text))):
            if len(mention.term) > _SHORT or not mention.term.isascii() or mention.term in _ALWAYS:
                found.setdefault(self._terms[mention.term])
        return tuple(found)

    def _stated(self, listed: Sequence[str]) -> list[str]:
        keys = (alias_key(_KIND, phrase) for phrase in listed)
        return [key for key in keys if key in self._terms and self._decisions.get(key, "") is not None]

    def _look_up(self, text: str) -> Code | None:
        key = alias_key(_KIND, text)
        if key in self._decisions:
            return decided(_KIND, self._decisions[key])
        if not key or not skill_terms([text]):
            return nothing()
        if key in self._terms:
            return looked_up(_KIND, self._terms[key], CodeMethod.EXACT)
        inside = self.scan((), text)
        return looked_up(_KIND, inside[0], CodeMethod.TERM) if inside else None

    @cached_property
    def _search(self) -> CalibratedSearch:
        first: dict[str, str] = {}
        for key, code in self._terms.items():
            first.setdefault(code, key)
        cases = [Case(key, key, code) for key, code in self._terms.items() if first[code] != key]
        return CalibratedSearch(_KIND, self._candidates, cases, _LEVELS)
