import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.catalogue.city import rate_city
from data.catalogue.frames import read_spells
from data.catalogue.hedonic import add_net_pay
from data.catalogue.pay_effect import pay_effect
from data.catalogue.period import Period
from data.catalogue.simulation.market import AS_OF, draw_market
from data.catalogue.simulation.ours import rate_market
from data.catalogue.simulation.truth import draw_truth
from data.catalogue.spells import add_timing
from data.catalogue.supply import Supply
from data.catalogue.what_if import Scenario, what_if
from data.errors import InputError, RefusedError, UnknownName


@pytest.fixture(scope="module")
def market():
    rng = np.random.default_rng(3)
    return draw_market(draw_truth(rng, occupations=40), rng)


@pytest.fixture(scope="module")
def tight(market):
    """The tightest rated cell."""
    rated = [cell for cell in rate_market(market, seed=0).separate if cell.star is not None]
    return max(rated, key=lambda cell: cell.measured.index).key


@pytest.fixture(scope="module")
def ask(market, tight):
    def of(scenario, amount=0.0, profiles=None, vacancies=None, key=tight):
        return what_if(
            market.vacancies if vacancies is None else vacancies,
            market.profiles if profiles is None else profiles,
            occupation=key[0], industry=key[1], scenario=scenario, amount=amount, as_of=AS_OF,
            rng=np.random.default_rng(0), synthetic=True,
        )  # fmt: skip

    return of


def test_the_survey_is_part_of_both_situations(market, tight):
    answer = what_if(
        market.vacancies, market.profiles, occupation=tight[0], industry=tight[1], scenario=Scenario.SUPPLY,
        amount=10, as_of=AS_OF, rng=np.random.default_rng(0), synthetic=True, survey=market.survey,
    )  # fmt: skip
    asked = tight in {(share.occ_code, share.key_industry) for share in market.survey}
    assert ("i6" in answer.before.scores) is ("i6" in answer.after.scores) is asked


def test_more_seekers_move_the_ratio_and_nothing_else(ask):
    answer = ask(Scenario.SUPPLY, 200)
    before, after = answer.before, answer.after
    assert after.supply == pytest.approx(before.supply + 200)
    assert after.scores["i1"] < before.scores["i1"]
    assert {n: after.scores[n] for n in ("i2", "i3")} == {n: before.scores[n] for n in ("i2", "i3")}
    assert after.S < before.S
    assert after.S_lo < after.S < after.S_hi
    assert "增加200人" in answer.note


def test_the_situation_before_is_what_the_catalogue_says(ask, market, tight):
    period = Period(AS_OF)
    frame = add_timing(read_spells(market.vacancies, period).frame, period)
    answer = ask(Scenario.SUPPLY, 1)
    supply = Supply(market.profiles["occupation_code"].value_counts().to_dict())
    (cell,) = [c for c in rate_city(frame, supply, period=period, seed=1).separate if c.key == tight]
    assert round(cell.measured.index, 1) == answer.before.S


def test_better_pay_acts_through_the_days_to_fill_with_its_own_uncertainty(ask, market):
    answer = ask(Scenario.PAY, 0.1)
    low, high = answer.after_range
    assert low <= answer.after.S <= high
    assert "招满所需天数变化" in answer.note
    assert answer.after.scores["i1"] == answer.before.scores["i1"]


def paid_cells(effect, *, seed=0, cells=12, each=40):
    """Cells whose days follow pay with a known elasticity; every fifth is censored."""
    rng = np.random.default_rng(seed)
    frames = []
    for number in range(cells):
        premium = rng.normal(scale=0.2, size=each)
        log_days = (
            np.log(40) + 0.3 * rng.standard_normal() + effect * premium + 0.4 * rng.standard_normal(each)
        )
        days = np.exp(log_days)
        censored = rng.random(each) < 0.2
        frames.append(
            pd.DataFrame(
                {
                    "occupation_code": f"6-{number:02d}-01-01", "key_industry": None, "employer": "甲",
                    "days": np.where(censored, days * rng.random(each), days), "filled": ~censored,
                    "net_pay": 8.7 + premium,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize("effect", [-1.0, 0.0])
def test_the_effect_of_pay_is_found_within_its_error(effect):
    found = pay_effect(paid_cells(effect))
    assert 0 < found.error < 0.2
    assert abs(found.elasticity - effect) < 3 * found.error


def test_too_few_vacancies_or_equal_pay_tell_nothing():
    with pytest.raises(RefusedError, match="无法估计提薪的作用"):
        pay_effect(paid_cells(-1.0, cells=1))
    with pytest.raises(RefusedError):
        pay_effect(paid_cells(-1.0).assign(net_pay=8.7))
    with pytest.raises(RefusedError):
        pay_effect(paid_cells(-1.0).assign(filled=False))


def test_a_skill_level_in_place_of_schooling_adds_those_who_hold_it(ask, market, tight):
    own = market.profiles["occupation_code"] == tight[0]
    # a third hold a degree, a third are 高级工 without one, a third have neither
    third = np.arange(len(market.profiles)) % 3
    profiles = market.profiles.assign(
        education=np.where(third == 0, "大专", "高中/中专"),
        skill_level=np.where(third == 1, "高级工", None),
    )
    vacancies = market.vacancies.assign(education="大专")
    answer = ask(Scenario.SKILL, profiles=profiles, vacancies=vacancies)
    counts = pd.Series(third)[own.to_numpy()].value_counts()
    assert answer.amount == counts[1]
    assert answer.before.supply == counts[0]
    assert answer.after.supply == counts[0] + counts[1]
    assert answer.after.scores["i1"] < answer.before.scores["i1"]
    doctor = ask(Scenario.SKILL, profiles=profiles, vacancies=market.vacancies.assign(education="博士"))
    assert (doctor.amount, doctor.after.supply) == (0, 0)


def test_without_a_bar_or_the_columns_nothing_is_replaced(ask, market):
    with pytest.raises(InputError, match="人才表缺少列：education、skill_level"):
        ask(Scenario.SKILL)
    complete = market.profiles.assign(education=None, skill_level=None)
    with pytest.raises(RefusedError, match="没有学历要求"):
        ask(Scenario.SKILL, profiles=complete, vacancies=market.vacancies.assign(education="不限"))


@pytest.mark.parametrize(
    ("scenario", "amount"),
    [(Scenario.SUPPLY, 0), (Scenario.SUPPLY, -5), (Scenario.PAY, 0), (Scenario.PAY, 1.5)],
)
def test_an_amount_out_of_range_is_refused(ask, scenario, amount):
    with pytest.raises(InputError, match="不能用"):
        ask(scenario, amount)


def test_a_cell_that_is_not_there_is_named(ask):
    with pytest.raises(UnknownName, match="没有职业 9-99-99-99 在 其他产业 的需求"):
        ask(Scenario.SUPPLY, 10, key=("9-99-99-99", None))


def test_an_unrated_cell_stays_x(ask, market):
    rated = {cell.key: cell for cell in rate_market(market, seed=0).separate}
    thin = next(key for key, cell in rated.items() if cell.star is None)
    answer = ask(Scenario.SUPPLY, 10, key=thin)
    assert (answer.before.S, answer.after.S, answer.after.scores) == (None, None, {})


def test_net_pay_of_the_market_is_known(market):
    period = Period(dt.date(2026, 12, 31))
    spells = add_net_pay(add_timing(read_spells(market.vacancies, period).frame, period), period)
    assert pay_effect(spells).error < 0.5
