"""Type the rows of a file part by part, ahead of whoever takes them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from data.employers import employer_key, is_agency, named_employer
from data.execution import Executor
from data.normalise.postings import normalise_postings, normalise_profiles
from data.normalise.rows import Normalised
from data.owners import OFFICE
from data.regions import Region
from data.sources.columns import TableKind
from data.sources.raw import RawTable

__all__ = ["Reading", "normalise_ahead", "normalise_part"]


@dataclass(frozen=True)
class Reading:
    """How the rows of a file are to be read."""

    kind: TableKind
    """What its rows are."""
    region: Region
    """Decides ambiguous places and tells which rows lie outside."""
    mapping: Mapping[str, str | None] | None
    """What a person said of the columns."""
    pseudonym_key: bytes
    """Key of the pseudonyms that replace personal identifiers, and of the tombstones."""
    today: dt.date
    """The day, for dates without a year."""
    owner: str = OFFICE
    """Whose rows they are: an agency's, or the office's where it is empty."""

    @property
    def id_column(self) -> str:
        """Column that identifies a row."""
        return f"{self.kind.value}_id"


def normalise_part(table: RawTable, reading: Reading) -> Normalised:
    """Type the rows of a part.

    Parameters
    ----------
    table
        The rows as received.
    reading
        How they are to be read.

    Returns
    -------
    Normalised
        Of postings with the columns employer_key, employer_is_agency, end_employer and end_employer_key.

    Raises
    ------
    FileProblem
        A required column is missing.
    """
    if reading.kind is TableKind.PROFILE:
        return normalise_profiles(
            table,
            region_codes=reading.region.place_codes,
            today=reading.today,
            mapping=reading.mapping,
            pseudonym_key=reading.pseudonym_key,
        )
    normalised = normalise_postings(
        table, region_codes=reading.region.place_codes, today=reading.today, mapping=reading.mapping
    )
    return replace(normalised, frame=_with_employers(normalised.frame))


def normalise_ahead(
    tables: Iterable[RawTable], reading: Reading, *, executor: Executor
) -> Iterator[tuple[RawTable, Normalised]]:
    """Type the rows of several parts, the next ones while the caller is busy with one.

    Parameters
    ----------
    tables
        The parts; a few of them are held at a time.
    reading
        How they are to be read.
    executor
        Where it is done.

    Yields
    ------
    tuple of RawTable and Normalised
        Each part with its typed rows, in the order given.
    """
    waiting: deque[RawTable] = deque()

    def parts() -> Iterator[RawTable]:
        for table in tables:
            waiting.append(table)
            yield table

    for normalised in executor.map(_normalise, parts(), shared=reading):
        yield waiting.popleft(), normalised


def _normalise(reading: Reading, table: RawTable) -> Normalised:
    return normalise_part(table, reading)


def _with_employers(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the employer's key, and whose need it is where an agency's text names the employer."""
    names, codes = frame["employer"].tolist(), frame["credit_code"].tolist()
    keys = [employer_key(name, credit_code=code) for name, code in zip(names, codes, strict=True)]
    agencies = {name: is_agency(name) for name in set(names)}
    ends = [
        named_employer(name, title, duties)
        for name, title, duties in zip(names, frame["title"], frame["duties"], strict=True)
    ]
    return frame.assign(
        employer_key=keys,
        employer_is_agency=[agencies[name] for name in names],
        end_employer=pd.Series(ends, dtype=object, index=frame.index),
        end_employer_key=[
            key if end is None else employer_key(end) for key, end in zip(keys, ends, strict=True)
        ],
    )
