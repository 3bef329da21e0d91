import pytest

from data.linter.patterns import DEMAND
from data.linter.rules import RULES, rule_of
from data.linter.scan import lint
from data.records import Severity

BLOCK = {
    "sex",
    "ethnicity",
    "religion",
    "marriage",
    "residence",
    "carrier",
    "disability",
    "first_degree",
}


def test_every_rule_has_a_pattern_and_every_pattern_a_rule():
    assert set(DEMAND.groupindex) == {rule.name for rule in RULES}


def test_what_the_law_forbids_blocks_and_the_rest_warns():
    assert {rule.name for rule in RULES if rule.severity is Severity.BLOCK} == BLOCK


def test_every_rule_names_its_law_or_says_that_it_is_the_product_s_own():
    for rule in RULES:
        assert "第" in rule.law or "本系统规则" in rule.law
    assert "全国性法律未列举年龄" in rule_of("age").law


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rewording_breaks_no_rule_itself(rule):
    assert lint(rule.rewording.format(degree="本科")) == ()


def test_an_unknown_rule_is_a_mistake_in_the_program():
    with pytest.raises(KeyError):
        rule_of("手相")
