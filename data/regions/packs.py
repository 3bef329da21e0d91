"""Region packs: what the product knows of a place, read from YAML.

The packs of this folder are known by name; any other is known by the path of its file. A new region is a
new file; no code changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from data.errors import FileProblem, UnknownName
from data.records import Record
from data.reference import read_reference
from data.regions.faults import describe_faults
from data.regions.plan import PlanContents
from data.regions.terms import fold

__all__ = ["District", "KeyIndustry", "Region", "RegionSource", "read_region", "region_names"]

_SUFFIX = ".yaml"
_HINT = "请对照 data/regions 下的现有区域包修改"
_Words = tuple[Annotated[str, Field(min_length=1)], ...]


def _repeated(words: Iterable[str]) -> list[str]:
    return sorted(word for word, n in Counter(words).items() if n > 1)


class RegionSource(Record):
    """The document that names the key industries."""

    document: str
    """Title of the document."""
    clause: str
    """Where in the document."""
    status: str
    """What the document is today, such as 草案征求意见稿; it is cited with this word."""
    to_confirm: bool = False
    """True while the list is not taken word for word from the document."""
    note: str = ""
    """What the reader of the list has to know."""


class District(Record):
    """A division of the region, one level down."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    """GB/T 2260 code."""
    name: str
    """Official name."""
    aliases: tuple[str, ...] = ()
    """Other names in use, development zones and old names among them."""


class KeyIndustry(Record):
    """Industry of the region's own list (重点产业), and how to recognise it in a posting.

    A term stands in one of the lists only. Latin terms match whole words, in either case.
    """

    name: str
    """Name as the document writes it."""
    gbt4754: _Words
    """GB/T 4754-2017 codes; where industries name nested codes, the finer code counts."""
    platform_industries: _Words = ()
    """What job platforms write in their industry field for it, as a whole entry of that field. Its own
    name and the names of its GB/T 4754 codes need not be listed."""
    employer_terms: _Words = ()
    """Parts of employers' names that tell the industry, and mean nothing in a title."""
    strong_terms: _Words
    """Decide alone when they stand in a title or an employer's name."""
    terms: _Words
    """Words of the industry; count in title, skills and duties."""
    occupation_terms: _Words = ()
    """Words of work that other industries need too, such as Java or 焊接; count like ``terms``, but not
    where the platform or the employer's name tells another industry."""
    weak_terms: _Words = ()
    """So general that they only tip the scales."""

    @model_validator(mode="after")
    def _terms_once_and_codes_known(self) -> Self:
        terms = [*self.strong_terms, *self.terms, *self.occupation_terms, *self.weak_terms]
        twice = _repeated(map(fold, terms))
        if twice:
            raise ValueError(f"{self.name}的词重复：{'、'.join(twice)}")
        unknown = sorted(set(self.gbt4754) - set(read_reference("industries")["code"]))
        if unknown:
            raise ValueError(f"{self.name}的代码不在 GB/T 4754-2017 中：{'、'.join(unknown)}")
        return self


class Region(PlanContents):
    """A place that the product works for, and its own list of key industries."""

    name: str
    """Identifier, the name of its file."""
    name_zh: str
    """Name in print."""
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    """GB/T 2260 code."""
    codes: _Words
    """Beginnings of the place codes that belong to it, such as ``2108``."""
    entry_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    """First part of its catalogue entries' identifiers."""
    source: RegionSource
    """Where the list of key industries comes from."""
    districts: tuple[District, ...]
    """Its divisions, in the order of their codes."""
    industries: Annotated[tuple[KeyIndustry, ...], Field(validation_alias="key_industries", min_length=1)]
    """Key industries in the order of the document; ``key_industries`` in the file."""
    other_platform_industries: _Words = ()
    """What job platforms write for industries that are none of the key ones."""
    ignored_terms: _Words = ()
    """Phrases that hold a term but tell nothing, such as 办公软件; nothing is found inside them."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        strong = [fold(term) for industry in self.industries for term in industry.strong_terms]
        twice = _repeated(self.key_industries) + _repeated(strong)
        if twice:
            raise ValueError(f"重点产业或决定词重复：{'、'.join(twice)}")
        outside = [district.name for district in self.districts if not self.contains(district.code)]
        if outside:
            raise ValueError(f"区县不在本区域代码范围内：{'、'.join(outside)}")
        named = [(document.title, document.status) for document in self.documents]
        if named and (self.source.document, self.source.status) not in named:
            given = f"{self.source.document}（{self.source.status}）"
            raise ValueError(f"source 的题名与状态须与 documents 中的一份文件相同：{given}")
        return self

    @classmethod
    def from_yaml(cls, text: str, *, name: str) -> Region:
        """Build from the text of a pack.

        Parameters
        ----------
        text
            YAML with the fields of this record.
        name
            Identifier, the file's name without its ending.

        Raises
        ------
        FileProblem
            The text is no YAML, or not a region; the message names every field that is wrong.
        """
        try:
            return cls.model_validate({"name": name, **yaml.safe_load(text)})
        except yaml.MarkedYAMLError as error:
            line = f"，第 {error.problem_mark.line + 1} 行" if error.problem_mark else ""
            message = f"区域包 {name} 不是有效的 YAML{line}：{error.problem}"
            raise FileProblem("region_pack_invalid", message, hint=_HINT) from error
        except (yaml.YAMLError, TypeError) as error:
            raise FileProblem("region_pack_invalid", f"区域包 {name} 不是有效的 YAML", hint=_HINT) from error
        except ValidationError as error:
            message = f"区域包 {name} 有误：{describe_faults(error)}"
            raise FileProblem("region_pack_invalid", message, hint=_HINT) from error

    @property
    def key_industries(self) -> tuple[str, ...]:
        """The key industries' names, in the order of the document."""
        return tuple(industry.name for industry in self.industries)

    @property
    def place_codes(self) -> tuple[str, ...]:
        """Codes within which an ambiguous place name is meant: its divisions, itself where it has none."""
        return tuple(district.code for district in self.districts) or (self.code,)

    def contains(self, place_code: object) -> bool:
        """Tell whether a place lies in the region.

        Parameters
        ----------
        place_code
            GB/T 2260 code; None or a missing value is nowhere.

        Examples
        --------
        >>> read_region("yingkou").contains("210882"), read_region("yingkou").contains("210200")
        (True, False)
        """
        return isinstance(place_code, str) and place_code.startswith(self.codes)


def region_names() -> tuple[str, ...]:
    """Return the identifiers of the packs that exist, sorted."""
    found = (file.name for file in files("data.regions").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def read_region(name: str) -> Region:
    """Read a region pack.

    Parameters
    ----------
    name
        One of :func:`region_names`, or the path of a pack elsewhere, which ends in ``.yaml``. The file's
        name without its ending is the region's identifier.

    Returns
    -------
    Region
        The same record at every call with a name; a path is read anew.

    Raises
    ------
    UnknownName
        There is no such pack.
    FileProblem
        The pack is broken or cannot be read; the message names the file and every field that is wrong.

    Examples
    --------
    >>> read_region("yingkou").name_zh
    '营口市'
    """
    if name.endswith(_SUFFIX) and Path(name).is_file():
        return _read_file(Path(name))
    if name not in region_names():
        known = "、".join(region_names())
        hint = f"现有区域包：{known}；也可给出区域包文件（{_SUFFIX}）的路径"
        raise UnknownName("region_unknown", f"没有区域包“{name}”", hint=hint)
    return _read_shipped(name)


@cache
def _read_shipped(name: str) -> Region:
    text = files("data.regions").joinpath(name + _SUFFIX).read_text(encoding="utf-8")
    return Region.from_yaml(text, name=name)


def _read_file(path: Path) -> Region:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "检查文件权限，并存为 UTF-8 编码"
        raise FileProblem("region_pack_unreadable", f"读不了区域包文件 {path}", hint=hint) from error
    try:
        return Region.from_yaml(text, name=path.stem)
    except FileProblem as error:
        raise FileProblem(error.code, f"{path}：{error.message}", hint=error.hint) from error
