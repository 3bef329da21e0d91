"""Shortage of a small city whose truth is known."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from training.forecast.demand import Level
from training.forecast.rules import Status
from training.forecast.shortage import ShortageModel
from training.forecast.shortage_records import ShortageRun, ShortageStatus
from training.forecast.simulation import Shares
from training.forecast.supply import Ranged

REGION = SimpleNamespace(name="yingkou", name_zh="营口市")
LEAVES, MONTHS = 12, 36
pytestmark = pytest.mark.usefixtures("quick_forecasts")


def drawn(mean, seed, months=MONTHS, leaves=LEAVES):
    level = np.asarray(mean, dtype=float) * np.ones(leaves)
    return np.random.default_rng(seed).poisson(level[:, None], (leaves, months)).astype(float)


def told(sides, **options):
    return ShortageModel.from_sides(sides, quarters=1, **options).run(REGION)


def codes(cell):
    return [reason.code for reason in cell.reasons]


@pytest.fixture
def balanced(make_sides):
    return make_sides(drawn(100, 1), drawn(100, 2))


def test_the_figures_are_those_of_the_definition(make_sides):
    # Demand and supply without any chance: 100 and 80 a month in each of twelve leaves.
    steady = np.full((LEAVES, MONTHS), 1.0)
    sides = make_sides(
        100 * steady, 80 * steady, withdrawn=Shares(10, 100), supply={"outflow": np.full((15, MONTHS), 96.0)}
    )
    run = told(sides)
    leaf = run.cells[-1]
    # Open 100, to open 300; available 80, to come 240. A tenth of the city's 960 leave every month.
    assert (leaf.demand.value, leaf.supply.value) == (400.0, 320.0)
    assert leaf.theta.value == 1.25
    assert leaf.tightness == pytest.approx(400 / 720, abs=1e-3)
    assert leaf.gap.value == pytest.approx(0.9 * 400 - (0.9**3 * 80 + 240), abs=0.1)
    assert (run.withdrawn.value, run.retained.value) == (0.1, 0.9)
    assert run.retained.low < 0.9 < run.retained.high
    assert (leaf.observed.ratio, leaf.observed.tightness) == (1.25, pytest.approx(100 / 180, abs=1e-3))
    assert (leaf.from_month.isoformat(), leaf.to_month.isoformat()) == ("2026-01-01", "2026-03-01")


def test_the_verdict_follows_the_interval_and_the_probability(make_sides):
    # From 40 % fewer to 40 % more places than seekers.
    sides = make_sides(drawn(np.linspace(60, 140, LEAVES), 1), drawn(100, 2))
    cells = told(sides).cells
    assert {cell.status for cell in cells} == {
        ShortageStatus.SHORTAGE,
        ShortageStatus.SURPLUS,
        ShortageStatus.UNDECIDED,
    }
    for cell in cells:
        assert cell.calibrated
        assert (cell.status is ShortageStatus.SHORTAGE) == (cell.gap.lo80 > 0) == (cell.p_short > 0.9)
        assert (cell.status is ShortageStatus.SURPLUS) == (cell.gap.hi80 < 0)
        assert cell.gap.lo95 <= cell.gap.lo80 <= cell.gap.hi80 <= cell.gap.hi95
        assert cell.n_origins >= 19
    assert cells[3].status is ShortageStatus.SURPLUS
    assert cells[-1].status is ShortageStatus.SHORTAGE


def test_without_supply_there_is_demand_and_no_other_number(make_sides):
    nothing = np.full((LEAVES + 3, MONTHS), np.nan)
    reason = {"code": "no_supply_data", "have": 0, "need": 1, "message": "没有登记的求职者，供给暂不评价"}
    unknown = {
        "stock": nothing, "inflow": nothing, "available": nothing[:, 0],
        "statuses": (Status.REFUSED,) * 15, "reasons": ((reason,),) * 15,
    }  # fmt: skip
    for changed in (unknown, {**unknown, "reasons": ((),) * 15}):
        for cell in told(make_sides(drawn(100, 1), drawn(100, 2), supply=changed)).cells:
            assert cell.status is ShortageStatus.REFUSED
            assert cell.demand.value > 0
            assert (cell.gap, cell.theta, cell.p_short, cell.supply, cell.observed.seekers) == (None,) * 5
            assert "no_supply_data" in codes(cell)


def test_a_snapshot_of_supply_gives_the_ratio_of_today_and_no_gap(make_sides):
    blank = np.zeros((LEAVES + 3, 0))
    snapshot = {"months": (), "stock": blank, "inflow": blank, "outflow": blank}
    cell = told(make_sides(drawn(100, 1), drawn(50, 2), supply=snapshot)).cells[0]
    assert (cell.status, cell.gap, cell.p_short) == (ShortageStatus.REFUSED, None, None)
    assert cell.observed.ratio == pytest.approx(2.0, rel=0.1)
    assert codes(cell)[-1] == "no_supply_data"


def test_privacy_forbids_whole_cells_and_few_seekers(make_sides):
    hidden = np.zeros(LEAVES + 3, dtype=bool)
    hidden[4] = True
    persons = np.full(LEAVES + 3, 50)
    persons[5] = 4
    sides = make_sides(drawn(100, 1), drawn(100, 2), confidential=hidden, supply={"persons": persons})
    run = told(sides)
    assert (run.cells[4].demand, run.cells[4].observed, run.cells[4].time_to_fill) == (None, None, None)
    assert codes(run.cells[4]) == ["confidential"]
    assert (run.cells[5].gap, run.cells[5].observed.seekers, codes(run.cells[5])[-1]) == (
        None,
        None,
        "confidential",
    )
    assert run.cells[6].gap is not None


def test_uncoded_vacancies_have_nobody_to_compare_with(make_sides, make_demand):
    sides = make_sides(drawn(100, 1), drawn(100, 2))
    index = sides.demand.index.copy()
    index.loc[14, "occupation_code"] = None
    demand = sides.demand.from_matrix(sides.demand.matrix, index, sides.demand.months)
    cell = told(make_sides(drawn(100, 1), drawn(100, 2), demand=demand)).cells[14]
    assert (cell.gap, codes(cell)[-1]) == (None, "no_supply_data")


def test_too_small_a_demand_is_refused_and_a_small_inflow_warned_of(make_sides):
    small = told(make_sides(drawn([10] + [100] * 11, 1), drawn(100, 2))).cells[3]
    assert (small.status, small.gap) == (ShortageStatus.REFUSED, None)
    assert "below_publication_volume" in codes(small)
    thin = told(make_sides(drawn(100, 1), drawn([8] + [100] * 11, 2))).cells[3]
    assert thin.status is ShortageStatus.SHORTAGE
    assert codes(thin)[-1] == "thin_supply"


def test_too_few_past_gaps_leave_the_simulation_uncalibrated(make_sides):
    # Seventeen months of supply: origins 13 and 14 have three months after them.
    wanted, available = drawn(100, 1), drawn(100, 2)
    full = make_sides(wanted, available)
    short = {name: getattr(full.supply, name)[:, -17:] for name in ("stock", "inflow", "outflow")}
    cell = told(make_sides(wanted, available, supply=short | {"months": full.supply.months[-17:]})).cells[0]
    assert (cell.status, cell.calibrated) == (ShortageStatus.UNCALIBRATED, False)
    assert 0 <= cell.p_short <= 1
    assert codes(cell)[-1] == "uncalibrated"
    # Twelve months: no origin at all, so nothing can be simulated.
    none = {name: getattr(full.supply, name)[:, -12:] for name in ("stock", "inflow", "outflow")}
    cell = told(make_sides(wanted, available, supply=none | {"months": full.supply.months[-12:]})).cells[0]
    assert (cell.status, cell.gap, codes(cell)[-1]) == (ShortageStatus.REFUSED, None, "uncalibrated")


def test_enough_origins_of_too_few_cells_are_uncalibrated_as_well(make_sides):
    # Five rows and 21 origins: 105 past gaps.
    cell = told(make_sides(drawn(100, 1, leaves=2), drawn(100, 2, leaves=2))).cells[0]
    assert cell.status is ShortageStatus.UNCALIBRATED
    assert [(reason.code, reason.have, reason.need) for reason in cell.reasons][-1] == (
        "uncalibrated",
        105,
        200,
    )


def test_without_a_complete_month_there_is_nothing_to_tell(make_sides):
    sides = make_sides(drawn(100, 1, leaves=1, months=13), drawn(100, 2, leaves=1, months=13))
    empty = sides.demand.from_matrix(np.zeros((1, 0)), sides.demand.index.iloc[:1], ())
    one = {
        name: getattr(sides.supply, name)[:1]
        for name in ("available", "stock", "inflow", "outflow", "ahead", "persons", "statuses", "reasons")
    }
    bare = make_sides(
        drawn(100, 1, leaves=1, months=13), drawn(100, 2, leaves=1, months=13), demand=empty, supply=one,
        open_places=np.zeros(1), confidential=np.zeros(1, dtype=bool),
    )  # fmt: skip
    (cell,) = told(bare).cells
    assert (cell.status, cell.demand, cell.gap) == (ShortageStatus.REFUSED, None, None)
    assert cell.from_month == bare.as_of.replace(day=1)


def test_ranges_of_the_office_are_published_as_their_union(make_sides):
    wanted, available = drawn(100, 1), drawn(100, 2)
    plain = told(make_sides(wanted, available)).cells[0]
    assert (plain.gap_range, plain.p_range) == (None, None)
    graduates = np.zeros((LEAVES + 3, 12))
    graduates[0, 1] = 200.0
    stated = Ranged(graduates / 2, graduates, 5 * graduates)
    run = told(
        make_sides(wanted, available, demand_share=(0.9, 1.0, 1.0),
                   supply={"graduates": stated, "coverage": (0.9, 1.0, 1.0)})
    )  # fmt: skip
    cell = run.cells[0]
    assert run.scope.startswith("全市")
    assert cell.gap.value == pytest.approx(plain.gap.value - 200, abs=0.2)
    assert cell.gap_range[0] < cell.gap.lo80 < cell.gap.hi80 < cell.gap_range[1]
    assert cell.p_range[0] <= cell.p_short <= cell.p_range[1]


def test_the_uncoded_widen_the_gap_below_the_city_only(make_sides):
    run = told(make_sides(drawn(100, 1), drawn(100, 2), supply={"uncoded": 120.0}))
    assert run.cells[0].gap_range is None
    leaf = run.cells[-1]
    assert leaf.gap_range[0] < leaf.gap.lo80
    assert leaf.gap_range[1] == leaf.gap.hi80


def test_announced_people_are_at_least_the_inflow_of_their_month(make_sides):
    wanted, available = drawn(100, 1), drawn(100, 2)
    ahead = np.zeros((LEAVES + 3, 12))
    ahead[3, 0] = 500.0
    before, after = (
        told(make_sides(wanted, available, supply=changed)).cells[3] for changed in ({}, {"ahead": ahead})
    )
    assert 380 < after.supply.value - before.supply.value < 420
    assert after.p_short <= before.p_short


def test_adding_seekers_never_raises_the_probability(make_sides):
    wanted, available = drawn(110, 1), drawn(100, 2)
    sides = make_sides(wanted, available)
    before = [cell.p_short for cell in told(sides).cells]
    for more in (10.0, 40.0, 400.0):
        stock = sides.supply.stock + more
        now = [cell.p_short for cell in told(make_sides(wanted, available, supply={"stock": stock})).cells]
        assert all(left <= right for left, right in zip(now, before, strict=True))
        before = now


def test_the_same_seed_gives_the_same_document_and_it_can_be_read_back(balanced):
    run = told(balanced, seed=7)
    assert run == told(balanced, seed=7)
    plain = json.loads(json.dumps(run.to_records()))
    assert ShortageRun.from_records(plain) == run
    with pytest.raises(InputError, match="quarters"):
        ShortageRun.from_records({**plain, "quarters": "many"})
    assert [status.label for status in ShortageStatus] == ["短缺", "富余", "未定", "未校准", "暂不评价"]


def test_quarters_run_on_from_the_first_month_ahead(balanced):
    run = ShortageModel.from_sides(balanced, quarters=2).run(REGION)
    assert len(run.cells) == 2 * len(balanced.cells)
    assert [cell.to_month.isoformat() for cell in (run.cells[0], run.cells[-1])] == [
        "2026-03-01",
        "2026-06-01",
    ]


@pytest.mark.parametrize("options", [{"quarters": 0}, {"quarters": 5}, {"simulations": 1999}])
def test_more_than_a_year_or_too_few_simulations_are_refused(balanced, options):
    with pytest.raises(InputError):
        ShortageModel.from_sides(balanced, **options)


def test_time_to_fill_is_told_beside(make_sides):
    spells = pd.DataFrame(
        {
            "key_industry": ["镁材料"] * 40,
            "occupation_code": ["occ1"] * 40,
            "days": np.arange(3.0, 121.0, 3.0),
            "filled": [True] * 40,
        }
    )
    run = told(make_sides(drawn(100, 1), drawn(100, 2), spells=spells))
    assert run.cells[0].time_to_fill.median_days == 60.0
    other = next(cell for cell in run.cells if cell.occupation_code == "occ0")
    assert (other.time_to_fill.median_days, other.time_to_fill.n_closings) == (None, 0)
    assert (run.withdrawn, run.retained) == (None, None)


@pytest.mark.parametrize("shared", [-0.5, 0.5])
def test_intervals_hold_four_times_in_five_and_flagged_shortages_are_real(make_sides, shared):
    """Shocks of the two sides move against or with each other; 80 % hold either way."""
    held, flagged = [], []
    for seed in (1, 2):
        rng = np.random.default_rng(seed)
        size = rng.uniform(30, 300, 40)
        shocks = rng.multivariate_normal([0, 0], [[1, shared], [shared, 1]], (40, MONTHS + 3)) * 0.05
        drift = np.exp(np.cumsum(shocks, axis=1))
        ratio = np.exp(rng.normal(0, 0.2, 40))
        wanted = rng.poisson(size[:, None] * drift[..., 0]).astype(float)
        available = rng.poisson((size * ratio)[:, None] * drift[..., 1]).astype(float)
        sides = make_sides(wanted[:, :MONTHS], available[:, :MONTHS])
        truth = make_sides(wanted[:, MONTHS:], available[:, MONTHS:])
        come = truth.demand.matrix.sum(axis=1) - truth.supply.inflow.sum(axis=1)
        gaps = sides.open_places - sides.seekers + come
        for cell, gap in zip(told(sides).cells, gaps, strict=True):
            held.append(cell.gap.lo80 <= gap <= cell.gap.hi80)
            if cell.status is ShortageStatus.SHORTAGE:
                flagged.append(gap > 0)
    assert 0.70 <= np.mean(held) <= 0.90
    assert len(flagged) >= 20
    assert np.mean(flagged) > 0.85


def test_levels_and_basis_are_said(balanced):
    run = told(balanced)
    assert run.basis == "forecast"
    assert run.synthetic
    assert [cell.level for cell in run.cells[:3]] == [Level.CITY, Level.INDUSTRY, Level.INDUSTRY]
