"""Code titles to occupations of the 大典 2022: decision, alias, exact name, then nearest by meaning.

Fuzzy string matching is not used: on occupation titles it sends 化工工艺工程师 to 药师. What the nearest
labelled titles and names tell becomes a calibrated probability for the 细类, else the 小类, else
the 中类; what is sure enough on none of them goes to the review queue with its best suggestions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from data.codes import CodingKind
from data.normalise.text import clean
from data.reference import market_titles, occupations, title_pairs, trade_titles, work_types
from data.vacancies import normalise_title
from matching.coding.candidates import Candidates
from matching.coding.codes import Code, CodeMethod, Suggestion, decided, looked_up, nothing
from matching.coding.levels import Case, Level
from matching.coding.nearest import NearestNames
from matching.coding.search import CalibratedSearch, listed
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet

__all__ = ["OccupationCoder"]

_LEVELS = {"细类": Level(10, 0.75), "小类": Level(7, 0.75), "中类": Level(4, 0.8)}
"""Levels a title may be coded to, the finest first.

Recorded 2026-11 with the packaged model on 1,239 market titles that were left out with their spellings and
translations: 细类 68 % coded, 7.3 % of those wrong; 小类 76 % and 7.3 %; 中类 78 % and 5.0 %
(``tests/matching/coding``). Real postings are messier than the table.
"""
_RANK = re.compile(
    r"^(资深|高级|中级|初级|助理|见习|实习|储备|总|首席|兼职|急聘)+|(实习生|储备干部|储备人才|管培生|学徒)$|\((.*?)\)"
)
_TAIL = re.compile(r"[-_—:(（【\[ ]")
_SHORTEST_HEAD = 3
_BLOCK = 512
_CALIBRATED_ON = 2200


class OccupationCoder:
    """Codes titles.

    Parameters
    ----------
    model
        The embedding model.
    aliases
        Normalised title to occupation code.
    exact
        Normalised occupation name to its code.
    decisions
        Normalised title to the code a person gave it, or None where it means nothing; they win.
    twins
        Normalised title in another language to the Chinese one it translates.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        aliases: Mapping[str, str],
        exact: Mapping[str, str],
        *,
        decisions: Mapping[str, str | None] | None = None,
        twins: Mapping[str, str] | None = None,
    ) -> None:
        self.aliases = dict(aliases)
        self.exact = dict(exact)
        self._model = model
        self._decisions = dict(decisions or {})
        self._twins = dict(twins or {})
        taught = {key: code for key, code in self._decisions.items() if code is not None}
        self._labels = {**self.exact, **self.aliases, **taught}
        table = occupations()
        names = dict(zip(table["code"], table["name"], strict=True))
        fine = table[table["level"].isin(["细类", "小类"])]
        paths = {
            code: f"{name} {names[parent]}"
            for code, name, parent in zip(fine["code"], fine["name"], fine["parent"], strict=True)
        }
        self.candidates = Candidates(
            NearestNames(model, list(self._labels)),
            list(self._labels.values()),
            [self.group(key) for key in self._labels],
            paths,
        )

    @classmethod
    def from_reference(
        cls, model: EmbeddingModel, *, decisions: Mapping[str, str | None] | None = None
    ) -> OccupationCoder:
        """Build from the tables that the product ships.

        Parameters
        ----------
        model
            The embedding model.
        decisions
            Decisions of people, by normalised title.

        Returns
        -------
        OccupationCoder
            Nothing is encoded until a title needs it.
        """
        table = occupations()
        detailed = table[table["level"] == "细类"]
        exact = {
            normalise_title(name): code for name, code in zip(detailed["name"], detailed["code"], strict=True)
        }
        aliases: dict[str, str] = {}
        for source in (work_types(), market_titles()):
            aliases |= {
                normalise_title(title): code
                for title, code in zip(source["title"], source["occupation_code"], strict=True)
            }
        twins: dict[str, str] = {}
        for chinese, foreign in _translations():
            key, other = normalise_title(chinese), normalise_title(foreign)
            code = aliases.get(key) or exact.get(key)
            if code and other not in aliases:
                aliases[other] = code
                twins[other] = key
        return cls(model, aliases, exact, decisions=decisions, twins=twins)

    def group(self, key: str) -> str:
        """Return what the spellings and translations of one labelled title share."""
        return _bare(self._twins.get(key, key))

    def without(self, groups: Collection[str]) -> OccupationCoder:
        """Return a coder that does not know the aliases of these groups, to measure with."""
        kept = {key: code for key, code in self.aliases.items() if self.group(key) not in groups}
        twins = {key: chinese for key, chinese in self._twins.items() if key in kept}
        return OccupationCoder(self._model, kept, self.exact, decisions=self._decisions, twins=twins)

    @property
    def expected_error(self) -> dict[str, dict[str, Any]]:
        """Error of automatic codes by level, measured on labelled titles that were left out.

        The held-out titles are market titles of the product's own table: real postings are messier.
        """
        return self._search.expected_error

    def code(
        self,
        titles: Sequence[str],
        *,
        top: int = 5,
        by_meaning: bool = True,
        progress: Callable[[int, int], None] = quiet,
    ) -> list[Code]:
        """Code titles.

        Parameters
        ----------
        titles
            Titles as written.
        top
            Number of suggestions kept for each title that needed the embedding.
        by_meaning
            False leaves titles that no table knows to review, without encoding them.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        list of Code
            In the order of the titles.
        """
        known = self._look_up_all(titles)
        open_titles = [title for title in dict.fromkeys(titles) if title not in known]
        if by_meaning:
            found_now = self._search.code([_bare(title) for title in open_titles], top=top, progress=progress)
        else:
            found_now = [Code(None, CodeMethod.REVIEW, 0.0, 0.0)] * len(open_titles)
        known |= zip(open_titles, found_now, strict=True)
        return [known[title] for title in titles]

    def to_encode(self, titles: Sequence[str]) -> list[str]:
        """Return the texts whose vectors :meth:`code` needs: those of titles that no table knows."""
        known = self._look_up_all(titles)
        return [_bare(title) for title in dict.fromkeys(titles) if title not in known]

    def rank(
        self, titles: Sequence[str], *, k: int = 10, progress: Callable[[int, int], None] = quiet
    ) -> list[tuple[Suggestion, ...]]:
        """Rank occupations for titles, whether they are known or not.

        Parameters
        ----------
        titles
            Titles as written, in any language.
        k
            Number of occupations for each.
        progress
            Called with the number of titles ranked and their total.

        Returns
        -------
        list of tuple of Suggestion
            Best first; a title that a person or a table knows has that code first with score 1.
        """
        ranked: list[tuple[Suggestion, ...]] = []
        for start in range(0, len(titles), _BLOCK):
            block = titles[start : start + _BLOCK]
            evidence = self.candidates.evidence([_bare(title) for title in block])
            for title, row in zip(block, evidence.scores, strict=True):
                known = self._look_up(title)
                first = known.code if known else None
                ranked.append(listed(CodingKind.OCCUPATION, evidence.codes, row, k, first=first))
            progress(start + len(block), len(titles))
        return ranked

    def _look_up_all(self, titles: Sequence[str]) -> dict[str, Code]:
        found = ((title, self._look_up(title)) for title in dict.fromkeys(titles))
        return {title: code for title, code in found if code is not None}

    def _look_up(self, title: str) -> Code | None:
        key = normalise_title(title)
        found = self._known(key)
        if found is None and key:
            bare = _RANK.sub("", key)
            found = self._known(bare) if bare and bare != key else None
        return found or self._known_head(title)

    def _known_head(self, title: str) -> Code | None:
        """Look up what stands before the first dash, bracket or blank: Java开发工程师-物流线."""
        head = _bare(_TAIL.split(clean(title), maxsplit=1)[0])
        code = None if len(head) < _SHORTEST_HEAD or head in self._decisions else self._labels.get(head)
        return None if code is None else looked_up(CodingKind.OCCUPATION, code, CodeMethod.TERM, margin=0.5)

    def _known(self, key: str) -> Code | None:
        if key in self._decisions:
            return decided(CodingKind.OCCUPATION, self._decisions[key])
        if key in self.aliases:
            return looked_up(CodingKind.OCCUPATION, self.aliases[key], CodeMethod.ALIAS)
        if key in self.exact:
            return looked_up(CodingKind.OCCUPATION, self.exact[key], CodeMethod.EXACT)
        return None if key else nothing()

    @cached_property
    def _search(self) -> CalibratedSearch:
        keys = [key for key in self.aliases if key not in self._twins]
        keys = keys[:: max(1, len(keys) // _CALIBRATED_ON)]
        cases = [Case(_bare(key), self.group(key), self.aliases[key]) for key in keys]
        return CalibratedSearch(CodingKind.OCCUPATION, self.candidates, cases, _LEVELS)


def _translations() -> list[tuple[str, str]]:
    """Return Chinese titles with their name in another language."""
    pairs, trades = title_pairs(), trade_titles()
    return [
        *zip(trades["title_zh"], trades["title_en"], strict=True),
        *zip(trades["title_zh"], trades["title_ru"], strict=True),
        *zip(pairs["title_zh"], pairs["title_en"], strict=True),
    ]


def _bare(title: str) -> str:
    """Return the normalised title without rank words and brackets; the title itself if nothing is left."""
    key = normalise_title(title)
    return _RANK.sub("", key) or key
