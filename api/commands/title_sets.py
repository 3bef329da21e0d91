"""Title sets in folders: ``queries``, ``corpus_elements`` and ``qrels.tsv``, as TalentCLEF has them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.commands.rank import read_pairs
from data.errors import FileProblem

if TYPE_CHECKING:
    from training.evaluate import TitleSet

__all__ = ["CORPUS", "QRELS", "QUERIES", "read_title_sets"]

QUERIES, CORPUS, QRELS = "queries", "corpus_elements", "qrels.tsv"
"""Names of the files of a set."""


def read_title_sets(folder: Path) -> list[TitleSet]:
    """Read the set in a folder and those in the folders within it, each named after its own folder."""
    from training.evaluate import TitleSet, read_qrels

    places = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    found = [
        TitleSet(
            place.name,
            *read_pairs(place / QUERIES),
            *read_pairs(place / CORPUS),
            read_qrels(place / QRELS),
        )
        for place in places
        if (place / QUERIES).is_file()
    ]
    if not found:
        raise FileProblem(
            "file_missing",
            f"{folder} 里没有评价集",
            hint=f"其本身或子文件夹须有 {QUERIES}、{CORPUS}、{QRELS}",
        )
    return found
