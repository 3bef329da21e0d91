"""Code employers to industries of GB/T 4754-2017: by the stated industry, then by the words of the name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from data.codes import CodingKind, alias_key
from data.normalise.text import clean, is_nothing
from data.reference import industries, industry_aliases, industry_terms
from data.word_scan import WordScanner
from matching.coding.candidates import Candidates
from matching.coding.codes import Code, CodeMethod, decided, looked_up, nothing
from matching.coding.levels import Case, Level
from matching.coding.nearest import NearestNames
from matching.coding.search import CalibratedSearch
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet

__all__ = ["IndustryCoder"]

_KIND = CodingKind.INDUSTRY
_LEVELS = {"大类": Level(2, 0.75)}
"""An unknown text is coded to the 大类 only: its words hardly ever tell more."""
_VAGUE = frozenset({"64", "C", "F", "G", "L", "M", "O"})
"""What platforms add to nearly everything: used only where a cell names nothing else."""
_NOTHING = frozenset({"其他", "其它", "其他行业", "其它行业", "不限", "行业不限", "综合"})


class IndustryCoder:
    """Codes stated industries and employers' names.

    Parameters
    ----------
    model
        The embedding model.
    aliases
        What platforms write, by key (:func:`data.codes.alias_key`), to its code.
    terms
        Words of employers' names to their code.
    decisions
        Key to the code a person gave it, or None where it means nothing; they win.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        aliases: Mapping[str, str],
        terms: Mapping[str, str],
        *,
        decisions: Mapping[str, str | None] | None = None,
    ) -> None:
        table = industries()
        # A 小类 that is alone in its 中类 repeats the name: the wider code stands.
        pairs = list(zip(table["name"], table["code"], strict=True))
        self._exact = {alias_key(_KIND, name): code for name, code in reversed(pairs)}
        self._aliases = dict(aliases)
        self._decisions = dict(decisions or {})
        self._sections = dict(zip(table["code"], table["section"], strict=True))
        self._terms = dict(terms)
        self._words = list(self._terms)
        self._scanner = WordScanner(self._words)
        taught = {key: code for key, code in self._decisions.items() if code is not None}
        self._labels = {**self._exact, **self._aliases, **taught}
        self.candidates = Candidates(
            NearestNames(model, list(self._labels)),
            list(self._labels.values()),
            list(self._labels),
            {code: name for name, code in pairs},
        )

    @classmethod
    def from_reference(
        cls, model: EmbeddingModel, *, decisions: Mapping[str, str | None] | None = None
    ) -> IndustryCoder:
        """Build from the tables that the product ships."""
        given, words = industry_aliases(), industry_terms()
        aliases = {
            alias_key(_KIND, text): code for text, code in zip(given["alias"], given["code"], strict=True)
        }
        terms = dict(zip(words["term"], words["code"], strict=True))
        return cls(model, aliases, terms, decisions=decisions)

    @property
    def expected_error(self) -> dict[str, dict[str, Any]]:
        """Error of automatic codes by meaning, measured on the product's aliases, each left out in turn."""
        return self._search.expected_error

    def code(
        self,
        texts: Sequence[str],
        *,
        employers: Sequence[str] | None = None,
        top: int = 5,
        by_meaning: bool = True,
        progress: Callable[[int, int], None] = quiet,
    ) -> list[Code]:
        """Code stated industries, with the employers' names where they tell more.

        Parameters
        ----------
        texts
            Industries as stated; an empty one leaves the name to decide.
        employers
            The employer of each.
        top
            Number of suggestions kept for each text that needed the embedding.
        by_meaning
            False leaves texts that no table knows to review, without encoding them.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        list of Code
            In the order of the texts.
        """
        found = self._look_up_all(texts, employers)
        unknown = list(dict.fromkeys(text for text, code in zip(texts, found, strict=True) if code is None))
        if by_meaning:
            keys = [alias_key(_KIND, text) for text in unknown]
            found_now = self._search.code(keys, top=top, progress=progress)
        else:
            found_now = [Code(None, CodeMethod.REVIEW, 0.0, 0.0)] * len(unknown)
        searched = dict(zip(unknown, found_now, strict=True))
        return [searched[text] if code is None else code for text, code in zip(texts, found, strict=True)]

    def to_encode(self, texts: Sequence[str], *, employers: Sequence[str] | None = None) -> list[str]:
        """Return the texts whose vectors :meth:`code` needs: those that neither table nor name tells."""
        pairs = zip(texts, self._look_up_all(texts, employers), strict=True)
        return [
            alias_key(_KIND, text) for text in dict.fromkeys(text for text, code in pairs if code is None)
        ]

    def _look_up_all(self, texts: Sequence[str], employers: Sequence[str] | None) -> list[Code | None]:
        names = list(employers) if employers is not None else [""] * len(texts)
        stated = {text: self.stated(text) for text in dict.fromkeys(texts)}
        named = {name: self.named(name) for name in dict.fromkeys(names)}
        return [self._best(stated[text], named[name]) for text, name in zip(texts, names, strict=True)]

    def stated(self, text: str) -> Code | None:
        """Return the code of a stated industry that the tables know; None for one that they do not.

        A cell with several industries gets the first that says something; its margin is then 0.5.
        """
        key = alias_key(_KIND, text)
        if key in self._decisions:
            return decided(_KIND, self._decisions[key])
        if not key or is_nothing(clean(text)) or key in _NOTHING:
            return nothing()
        for code in (key.upper(), key[1:]):  # C, 26 and C26 are codes
            if code in self._sections and key[:1].isascii():
                return looked_up(_KIND, code, CodeMethod.EXACT)
        whole = self._known(key)
        return whole or self._part_of(key.split("/"))

    def named(self, employer: str) -> Code | None:
        """Return the code that the last word of an employer's name tells, if one does."""
        found = self._scanner.find(employer)
        if not found:
            return None
        index, _, _ = max(found, key=lambda match: match[2])
        return looked_up(_KIND, self._terms[self._words[index]], CodeMethod.TERM)

    def _known(self, key: str) -> Code | None:
        if key in self._decisions:
            return decided(_KIND, self._decisions[key])
        if key in self._aliases:
            return looked_up(_KIND, self._aliases[key], CodeMethod.ALIAS)
        if key in self._exact:
            return looked_up(_KIND, self._exact[key], CodeMethod.EXACT)
        return None

    def _part_of(self, parts: Sequence[str]) -> Code | None:
        """Find the longest known runs of parts, and take the first that is not vague."""
        found: list[Code] = []
        start = 0
        while start < len(parts):
            for end in range(len(parts), start, -1):
                code = self._known("/".join(parts[start:end]))
                if code is not None:
                    found.append(code)
                    start = end - 1
                    break
            start += 1
        codes = [code for code in found if code.code is not None]
        if not codes:
            return None
        first = next((code for code in codes if code.code not in _VAGUE), codes[0])
        alone = len({code.code for code in codes}) == 1
        return looked_up(_KIND, str(first.code), first.method, margin=1.0 if alone else 0.5)

    def _best(self, stated: Code | None, named: Code | None) -> Code | None:
        """Take the stated industry, or the name's where that is finer or nothing usable is stated."""
        if named is None or (stated is not None and stated.method is CodeMethod.DECISION):
            return stated
        if stated is None or stated.method is CodeMethod.NONE:
            return named
        wide, fine = str(stated.code), str(named.code)
        inside = fine.startswith(wide) or self._sections[fine] == wide
        return named if inside and fine != wide else stated

    @cached_property
    def _search(self) -> CalibratedSearch:
        cases = [Case(key, key, code) for key, code in self._aliases.items() if code.isdigit()]
        return CalibratedSearch(_KIND, self.candidates, cases, _LEVELS)
