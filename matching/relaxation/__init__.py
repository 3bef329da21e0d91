"""Which of its own requirements an employer could relax, and what each relaxation would bring."""

from matching.relaxation.advice import OneStepShort, Relaxation, Scores, advise, binding_rule, near_misses
from matching.relaxation.changes import Change

__all__ = ["Change", "OneStepShort", "Relaxation", "Scores", "advise", "binding_rule", "near_misses"]
