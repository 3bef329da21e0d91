"""Speed, memory and quality of the deduplication on real postings, beside a plain baseline of the same run.

Run ``python tests/benchmarks/deduplication.py [FILE]``; it writes nothing but its table. FILE is a table of
postings; the development postings by default. The bar: less than 180 seconds and 3 GB for all of them.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from data.intake import Reading, normalise_part
from data.regions import read_region
from data.sources.columns import TableKind
from data.sources.tables import read_table
from data.vacancies import merge_postings

TODAY = dt.date(2026, 11, 21)
ROOT = Path(__file__).resolve().parents[2]
POSTINGS = ROOT / "../shared/data/postings_dev.parquet"
LABELS = ROOT / "tests/data/vacancies/labelled_pairs.csv"


class Quality(NamedTuple):
    """How a grouping agrees with pairs labelled by hand."""

    precision: float
    """Share labelled ``same`` among the labelled pairs in one vacancy."""
    recall: float
    """Share in one vacancy among the pairs labelled ``same``."""


def read_postings(path: Path) -> pd.DataFrame:
    """Read and type a table of postings, with the keys that ingest adds."""
    reading = Reading(TableKind.POSTING, read_region("liaoning"), None, b"", TODAY)
    return normalise_part(read_table(path, max_bytes=10**9), reading).frame


def quality(groups: dict[str, str], labels: pd.DataFrame) -> Quality:
    """Compare a grouping, posting to vacancy, with labelled pairs."""
    pairs = zip(labels["posting_id_left"], labels["posting_id_right"], strict=True)
    together = pd.Series([groups.get(one, one) == groups.get(other, other) for one, other in pairs])
    same = labels["label"].eq("same")
    both = int((together & same).sum())
    return Quality(both / int(together.sum()), both / int(same.sum()))


def plain_groups(frame: pd.DataFrame) -> dict[str, str]:
    """Group by employer, title and place as stated, letter for letter: the baseline."""
    exact = frame.groupby(["employer", "title", "place_raw"], sort=False)["posting_id"].transform("first")
    return dict(zip(frame["posting_id"], exact, strict=True))


def main(path: Path) -> None:
    """Measure and print."""
    frame = read_postings(path)
    labels = pd.read_csv(LABELS)
    started = time.perf_counter()
    plain = plain_groups(frame)
    plain_seconds = time.perf_counter() - started
    started = time.perf_counter()
    merge = merge_postings(frame)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    groups = dict(zip(merge.members["posting_id"], merge.members["vacancy_id"], strict=True))
    lines = [f"{len(frame)} postings, peak {peak:.2f} GB (bar 3)"]
    for name, took, found in (("exact copies", plain_seconds, plain), ("merge_postings", seconds, groups)):
        lines.append(f"{name}: {took:.1f} s, {len(set(found.values()))} vacancies, {quality(found, labels)}")
    lines.append(str(merge.members["relation"].value_counts().to_dict()))
    firsts = set(merge.vacancies["posting_id"])
    copies = (
        frame.assign(copy=~frame["posting_id"].isin(firsts)).groupby("source")["copy"].agg(["size", "mean"])
    )
    lines.append(copies.round(4).to_string())
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else POSTINGS)
