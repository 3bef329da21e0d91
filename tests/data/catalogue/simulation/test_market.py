import numpy as np
import pytest
from scipy.stats import spearmanr

from data.catalogue.simulation.market import CLEAN, DIRTY, draw_market, padded
from data.catalogue.simulation.truth import draw_truth


@pytest.fixture(scope="module")
def truth():
    return draw_truth(np.random.default_rng(1))


@pytest.fixture(scope="module")
def market(truth):
    return draw_market(truth, np.random.default_rng(2))


def test_high_end_work_is_only_loosely_related_to_tightness():
    truth = draw_truth(np.random.default_rng(0), occupations=5000)
    assert np.corrcoef(truth.tightness, truth.high_end)[0, 1] == pytest.approx(0.2, abs=0.04)
    assert len(set(truth.code)) == 5000


def test_the_data_have_the_faults_of_real_ones(truth, market):
    vacancies = market.vacancies
    assert vacancies["heads"].isna().mean() == pytest.approx(0.35, abs=0.03)
    # 15 ghosts and 8 missed copies for every 100 real vacancies
    unknown = (vacancies["outcome"] == "未知").mean()
    assert unknown > 0.23 / 1.23
    assert len(market.adverts) / len(vacancies) > 1.5
    assert vacancies["synthetic"].all()
    share = vacancies.groupby("occupation_code")["employer"].agg(
        lambda e: e.value_counts(normalize=True).iloc[0]
    )
    assert share.median() > 0.12  # employers are clustered


def test_a_census_has_no_faults(truth):
    clean = draw_market(truth.without_disturbance(30), np.random.default_rng(2), CLEAN)
    assert clean.vacancies["heads"].notna().all()
    assert len(clean.adverts) == len(clean.vacancies)
    assert set(clean.vacancies["outcome"]) == {"已招满", "未招满", "招聘中"}


def test_every_indicator_follows_tightness_but_none_perfectly(truth, market):
    applicants = market.vacancies.groupby("occupation_code")["suitable_applicants"].mean()
    own = applicants.reindex(list(truth.code))
    known = own.notna().to_numpy()
    rho = spearmanr(own[known], truth.tightness[known]).statistic
    assert -0.95 < rho < -0.5


def test_padding_adds_six_fakes_for_each_vacancy_and_changes_nothing_else(truth, market):
    chosen = np.array([0, 1])
    attacked = padded(market, truth, chosen)
    codes = [truth.code[place] for place in chosen]
    real = market.vacancies["occupation_code"].isin(codes).sum()
    assert len(attacked.vacancies) == len(market.vacancies) + 6 * real
    assert attacked.vacancies["employer"].str.startswith("虚假").sum() == 6 * real
    assert len(attacked.adverts) == len(market.adverts) + 6 * real
    lied = padded(market, truth, chosen, lie=True).vacancies
    assert (lied.loc[lied["employer"].str.startswith("虚假"), "outcome"] == "未招满").all()
    assert DIRTY.ghosts == 0.15
