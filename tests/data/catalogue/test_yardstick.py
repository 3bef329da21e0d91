import datetime as dt

import numpy as np
import pytest

from data.catalogue.cells import gather_cells
from data.catalogue.frames import read_spells
from data.catalogue.period import Period
from data.catalogue.spells import add_timing
from data.catalogue.yardstick import (
    MAX_CREDIBLE_RATIO,
    CityReference,
    own_references,
    pooled_kappas,
    ratio_refusal,
)
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))


@pytest.fixture
def timed(make_vacancies):
    def of(*rows):
        return add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD)

    return of


def reference_of(spells, supply, other):
    values, mean_heads = own_references(spells, supply, period=PERIOD)
    refusal = ratio_refusal(values, supply, other, mean_heads)
    return CityReference(values, None if refusal else values.theta0, refusal, mean_heads)


def filled(days, **row):
    start = dt.date(2026, 8, 1)
    return {
        "opened_on": start, "closed_on": start + dt.timedelta(days=days), "outcome": Outcome.FILLED, **row
    }  # fmt: skip


def test_the_reference_ratio_is_places_per_seeker_in_the_city(timed):
    # mean of the stated places 3, three vacancies, 9 places; 45 seekers: .2
    reference = reference_of(timed({"heads": 2}, {"heads": 4}, {"heads": np.nan}), 45, 0)
    assert (reference.ratio_now, reference.mean_heads) == (pytest.approx(0.2), 3)
    assert reference.ratio_is_credible


def test_a_ratio_above_four_says_more_about_the_register_than_about_the_city(timed):
    reference = reference_of(timed({"heads": 150}), 30, 0)
    assert reference.ratio_now == 5 > MAX_CREDIBLE_RATIO
    assert not reference.ratio_is_credible


@pytest.mark.parametrize(
    ("supply", "other", "heads", "code"),
    [
        (0, 0, 1, "no_supply"),
        (0, 500, 1, "supply_nature"),
        (29, 0, 1, "thin_supply"),
        (30, 0, np.nan, "no_city_demand"),
    ],
)
def test_a_ratio_is_refused_with_its_reason(timed, supply, other, heads, code):
    reference = reference_of(timed({"heads": heads}), supply, other)
    assert reference.ratio_now is None
    assert reference.refusal.code == code
    assert not reference.ratio_is_credible


def test_the_reference_fill_share_and_duration_are_the_citys(timed):
    # 20 and 40 days count as filled within ninety, 100 days not: 2 of 3; survival is 1/3 after 40 days
    reference = reference_of(timed(filled(20), filled(40), filled(100)), 30, 0)
    assert reference.basis.fill90 == pytest.approx(2 / 3)
    assert reference.basis.median_days == 40
    assert reference.basis.median_days_by_group == {}
    assert reference.median_for("6-15-05-01") == 40


def test_a_major_group_with_thirty_spells_has_its_own_reference_duration(timed):
    rows = [filled(20, occupation_code="2-02-01-01")] * 30 + [filled(60)] * 40
    reference = reference_of(timed(*rows), 30, 0)
    assert reference.basis.median_days_by_group == {"2": 20, "6": 60}
    assert (reference.median_for("2-01"), reference.median_for("4-01")) == (20, reference.basis.median_days)


def test_without_any_outcome_there_is_no_reference(timed):
    reference = reference_of(timed({"outcome": Outcome.UNKNOWN}), 30, 0)
    assert (reference.basis.fill90, reference.basis.median_days, reference.median_for("6-1")) == (
        None,
        None,
        None,
    )


def test_shrinkage_is_estimated_within_a_pool_of_five_cells_else_over_the_city(timed):
    industries = ["石化与精细化工"] * 5 + ["港口物流"] * 2
    rows = [
        {"occupation_code": f"6-{place}", "key_industry": industry}
        for place, industry in enumerate(industries)
    ]
    cells = gather_cells(timed(*rows))
    spread = [1.0 if cell.occ_code < "6-3" else 9.0 for cell in cells]
    kappas = pooled_kappas(cells, spread, [10.0] * 7)
    # pool of five: three cells of .1, two of .9, p̄ = .42, p̄q̄ = .2436, S = 10·(3·.1024 + 2·.2304) = 7.68,
    # Σ(1−n/N)(n−1) = 5·.8·9 = 36: ρ = (31.527 − 4)/36 = .76464, κ = .3078, clipped to 1
    assert kappas[("石化与精细化工", "6")] == 1
    # the pool of two takes the city's, which is as wide
    assert kappas[("港口物流", "6")] == 1
    even = pooled_kappas(cells, [5.0] * 5 + [1.0, 9.0], [10.0] * 7)
    # within the five there is no spread; over all seven S = 2·10·.16 = 3.2, Σ(1−n/N)(n−1) = 7·6/7·9 = 54:
    # ρ = (3.2/.25 − 6)/54 = .12593, κ = 6.941
    assert even[("石化与精细化工", "6")] == 40
    assert even[("港口物流", "6")] == pytest.approx(6.941, abs=0.001)


def test_no_cells_have_no_pools():
    assert pooled_kappas([], [], []) == {}
