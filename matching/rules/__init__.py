"""Hard rules: what an employer requires and a person sets, judged before anything is ranked.

Every rule is one plain function of a requirement and an offer; the same function judges a pair and filters
a pool.
"""

from matching.rules.columns import Allowed, RuleColumns
from matching.rules.rule import Judgement, Rule, Side, Verdict
from matching.rules.table import RULES, judge_pair

__all__ = ["RULES", "Allowed", "Judgement", "Rule", "RuleColumns", "Side", "Verdict", "judge_pair"]
