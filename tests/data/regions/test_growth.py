"""Growth computed again: exact, possible by rounding, impossible, or without a base."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.regions.growth import Agreement, half_unit, percent_growth, recompute_growth
from data.regions.plan import PlanIndicator


@pytest.mark.parametrize(
    ("base", "reached", "stated", "computed", "agreement"),
    [
        ("0.6", "0.63", "5", "5.0", Agreement.EXACT),
        ("81", "100", "23.5", "23.5", Agreement.EXACT),  # 19 / 81 = 23.457
        ("3.4", "4.1", "20.5", "20.6", Agreement.ROUNDING),  # .7 / 3.4 = 20.588, cut off instead of rounded
        ("7.33", "12.96", "76.7", "76.8", Agreement.ROUNDING),
        ("100", "150", "60", "50.0", Agreement.DIFFERENT),
        ("100", "150", "40", "50.0", Agreement.DIFFERENT),
        ("0.4", "900", "7", "224900.0", Agreement.DIFFERENT),
        ("0", "5", "7", None, Agreement.NO_BASE),
    ],
)
def test_a_stated_growth_is_held_against_its_figures(indicator, base, reached, stated, computed, agreement):
    (found,) = recompute_growth(indicator({2015: base, 2020: reached}, stated))
    assert found.computed == (None if computed is None else Decimal(computed))
    assert found.agreement is agreement


@pytest.mark.parametrize("years", [{2015: "1"}, {2020: "1"}, {2025: "1"}])
def test_a_growth_without_both_figures_cannot_be_computed(indicator, years):
    (found,) = recompute_growth(indicator(years, "5"))
    assert (found.computed, found.agreement) == (None, Agreement.NO_BASE)


def test_an_indicator_that_states_no_growth_has_none(indicator):
    assert recompute_growth(indicator({2015: "1", 2020: "2"})) == ()


@pytest.mark.parametrize(("printed", "half"), [("8.51", "0.005"), ("100", "0.5"), ("0.0005", "0.00005")])
def test_half_a_unit_is_what_rounding_can_have_moved(printed, half):
    assert half_unit(Decimal(printed)) == Decimal(half)


@given(st.decimals("1", "1000", places=2), st.decimals("1", "1000", places=2))
def test_a_growth_that_was_computed_from_the_figures_always_agrees(base, reached):
    stated = percent_growth(base, reached)
    figures = [
        {"year": year, "value": value, "kind": "现状", "clause": "表", "line": 1}
        for year, value in ((2015, base), (2020, reached))
    ]
    growth = [{"from_year": 2015, "to_year": 2020, "percent": stated, "clause": "表", "line": 1}]
    made = PlanIndicator(
        id="any", name="任一", unit="人", definition_id="any", document="plan", figures=figures, growth=growth
    )
    assert recompute_growth(made)[0].agreement is Agreement.EXACT
