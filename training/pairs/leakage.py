"""Look for anything of the test that could have been learned, with means of its own.

The division (:mod:`training.pairs.splits`) is made so that there is nothing to find; this says whether that
is so for any frame, also for one that was put together by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from training.pairs.source import Split, check_columns, pair_keys, text_key
from training.pairs.splits import tied_texts

__all__ = ["LeakageReport", "check_leakage", "overlap"]

_SHOWN = 20


@dataclass(frozen=True)
class LeakageReport:
    """What stands in more than one split."""

    groups: tuple[str, ...]
    """Groups with pairs in more than one split."""
    employers: tuple[str, ...]
    """Employers with pairs in more than one split."""
    texts: tuple[str, ...]
    """Keys of tied texts in more than one split."""
    pairs: tuple[str, ...]
    """Keys of pairs in more than one split, whichever of their texts asks."""
    late: int
    """Pairs to learn from that are known only from the first day of the test on; 0 where no day was given."""

    @property
    def clean(self) -> bool:
        """True when nothing was found."""
        return not (self.groups or self.employers or self.texts or self.pairs or self.late)

    def to_json(self) -> dict[str, object]:
        """Return counts, and the first twenty of each kind."""
        kinds = {
            "groups": self.groups,
            "employers": self.employers,
            "texts": self.texts,
            "pairs": self.pairs,
        }
        return {
            "clean": self.clean,
            "late": self.late,
            **{name: {"count": len(found), "first": list(found[:_SHOWN])} for name, found in kinds.items()},
        }


def check_leakage(pairs: pd.DataFrame, *, test_since: pd.Timestamp | None = None) -> LeakageReport:
    """Find what stands in more than one split.

    Parameters
    ----------
    pairs
        Pairs with their split.
    test_since
        First day of the test where it was divided by time.

    Returns
    -------
    LeakageReport
        Clean for a frame without rows.

    Raises
    ------
    InputError
        The frame lacks a column.
    """
    check_columns(pairs)
    splits = pairs["split"]
    ties = tied_texts(pairs)
    late = 0
    if test_since is not None:
        late = int(((pairs["on"] >= test_since) & (splits != Split.TEST.value)).sum())
    return LeakageReport(
        groups=_crossing(pairs["group"], splits),
        employers=_crossing(pairs["employer"][pairs["employer"] != ""], splits),
        texts=_crossing(pd.Series(ties.key, dtype=object), splits.iloc[ties.row].reset_index(drop=True)),
        pairs=_crossing(pair_keys(pairs), splits),
        late=late,
    )


def overlap(pairs: pd.DataFrame, texts: Collection[str]) -> pd.Series:
    """Tell which pairs hold one of some texts, such as the titles of a test from outside.

    Parameters
    ----------
    pairs
        Pairs.
    texts
        Texts that nothing may be learned of; marks, case and width make no difference.

    Returns
    -------
    pandas.Series
        True for each pair with such a text on either side; all False for no texts.
    """
    keys = {text_key(text) for text in texts} - {""}
    found: pd.Series = pairs["anchor"].map(text_key).isin(keys) | pairs["positive"].map(text_key).isin(keys)
    return found


def _crossing(keys: pd.Series, splits: pd.Series) -> tuple[str, ...]:
    """Return the keys that stand in more than one split, in order."""
    number = splits.loc[keys.index].groupby(keys).nunique()
    return tuple(sorted(str(key) for key in number.index[number > 1]))
