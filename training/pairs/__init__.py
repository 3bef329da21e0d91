"""Training pairs: texts that belong together, where each comes from, and what each may be used for."""

from training.pairs.build import BuiltPairs, Inputs, PairsConfig, build_pairs
from training.pairs.judged import decision_pairs, feedback_pairs
from training.pairs.leakage import LeakageReport, check_leakage, overlap
from training.pairs.postings import (
    declared_pairs,
    description_pairs,
    read_declared,
    read_posting_file,
    skill_pairs,
    work_text,
)
from training.pairs.reference import (
    alias_pairs,
    esco_pairs,
    major_pairs,
    occupation_pairs,
    translation_pairs,
)
from training.pairs.source import COLUMNS, Pair, PairSource, Split, check_columns, pairs_frame, text_key
from training.pairs.splits import split_pairs
from training.pairs.talentclef import read_test_titles, read_title_pairs

__all__ = [
    "COLUMNS",
    "BuiltPairs",
    "Inputs",
    "LeakageReport",
    "Pair",
    "PairSource",
    "PairsConfig",
    "Split",
    "alias_pairs",
    "build_pairs",
    "check_columns",
    "check_leakage",
    "decision_pairs",
    "declared_pairs",
    "description_pairs",
    "esco_pairs",
    "feedback_pairs",
    "major_pairs",
    "occupation_pairs",
    "overlap",
    "pairs_frame",
    "read_declared",
    "read_posting_file",
    "read_test_titles",
    "read_title_pairs",
    "skill_pairs",
    "split_pairs",
    "text_key",
    "translation_pairs",
    "work_text",
]
