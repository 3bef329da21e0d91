"""Postings merged into vacancies: one need, counted once, every merge explained and open to correction."""

from data.vacancies.comparison import Relation
from data.vacancies.decisions import Decision
from data.vacancies.merge import Merge, merge_postings
from data.vacancies.ownership import merge_owned
from data.vacancies.titles import normalise_title

__all__ = ["Decision", "Merge", "Relation", "merge_owned", "merge_postings", "normalise_title"]
