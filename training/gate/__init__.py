"""The gate: a candidate is promoted only where it is not worse for anyone, and better where it claims."""

from training.gate.comparison import Comparison
from training.gate.judgement import Code, Reason, Verdict, judge
from training.gate.policy import Claim, Policy, Undecided, claim_from_text
from training.gate.scorecard import Dimension, Scorecard

__all__ = [
    "Claim",
    "Code",
    "Comparison",
    "Dimension",
    "Policy",
    "Reason",
    "Scorecard",
    "Undecided",
    "Verdict",
    "claim_from_text",
    "judge",
]
