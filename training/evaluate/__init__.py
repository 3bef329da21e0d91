"""Quality on anyone's data, next to plain baselines of the same run, with bootstrap intervals."""

from training.evaluate.majors import evaluate_declared, evaluate_majors
from training.evaluate.matching import evaluate_matching, read_judged_pairs, read_truth_pairs
from training.evaluate.postings import evaluate_postings, posting_task, read_posting_table
from training.evaluate.results import Evaluation, Measure, write_evaluation
from training.evaluate.titles import TitleSet, evaluate_titles, read_qrels

__all__ = [
    "Evaluation",
    "Measure",
    "TitleSet",
    "evaluate_declared",
    "evaluate_majors",
    "evaluate_matching",
    "evaluate_postings",
    "evaluate_titles",
    "posting_task",
    "read_judged_pairs",
    "read_posting_table",
    "read_qrels",
    "read_truth_pairs",
    "write_evaluation",
]
