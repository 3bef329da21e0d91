import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from data.catalogue.entries import Confidence, ObsStatus, Stage
from data.catalogue.rules import LEVELS, NOT_RATED
from data.catalogue.shortage import build_shortage_catalogue
from data.errors import InputError
from data.records import Outcome

OCCUPATION = "6-15-05-01"
FIGURES = (
    "star", "S", "S_lo", "S_hi", "demand_heads", "demand_lo", "demand_hi", "supply_heads", "ratio",
    "pay_median", "pay_p25", "pay_p75",
)  # fmt: skip


@pytest.fixture
def build(region, as_of):
    def of(vacancies, profiles, seed=1):
        return build_shortage_catalogue(
            vacancies, profiles, region=region, edition="2027", as_of=as_of, snapshot="s#1",
            rng=np.random.default_rng(seed),
        )  # fmt: skip

    return of


def cohort(*, employers="甲乙丙丁", filled_share=0.5, **changes):
    """Four openings in each of three quarters; the given share filled after 30 days, the rest given up."""
    rows = []
    for place in range(12):
        opened = dt.date(2026, (1, 4, 7)[place // 4], 10)
        is_filled = place % 4 < 4 * filled_share
        rows.append(
            {
                "opened_on": opened,
                "closed_on": opened + dt.timedelta(days=30 if is_filled else 60),
                "outcome": Outcome.FILLED if is_filled else Outcome.UNFILLED,
                "employer": employers[place % len(employers)],
                **changes,
            }
        )
    return rows


def codes_of(entry):
    return [reason.code for reason in entry.reasons]


def test_a_city_of_one_cell_is_neutral_but_for_its_fill_share(build, make_vacancies, make_profiles):
    catalogue = build(make_vacancies(*cohort()), make_profiles([OCCUPATION] * 40))
    (entry,) = catalogue.entries
    # four vacancies of one place lie in the last six months: θ = θ0 = 4/40, so I1 = 50;
    # half are filled after 30 days, which is the city's median: I2 = 50; F = 6/12: I3 = 60
    assert (entry.ratio, entry.demand_heads, entry.supply_heads) == (0.1, 5, 40)
    scores = [getattr(entry.indicators, name).score for name in ("i1", "i2", "i3")]
    assert scores == [50, 50, 60]
    assert (entry.indicators.i2.raw, entry.indicators.i3.raw) == (30, 0.5)
    # .5·50 + .25·50 + .25·60
    assert (entry.S, entry.n_spell) == (52.5, 12)
    assert entry.weights_used == {"i1": 0.5, "i2": 0.25, "i3": 0.25}
    # 甲 and 乙 fill all of theirs, 丙 and 丁 none: with so few the interval is wide, and S is under 60
    assert (entry.star, entry.level, entry.confidence) == (0, "不列入", Confidence.C)
    assert (entry.n_spell, entry.n_emp, entry.top1_share) == (12, 4, 0.25)
    assert catalogue.stage is Stage.TRIAL
    assert catalogue.title == "营口市急需紧缺人才目录（试行）（2027版）"
    assert catalogue.parameters["real.theta0"] == 0.1


def test_what_is_not_rated_in_this_version_is_null_and_marked(build, make_vacancies, make_profiles):
    catalogue = build(make_vacancies(*cohort()), make_profiles([OCCUPATION] * 40))
    (entry,) = catalogue.entries
    for name in ("U_score", "listed", "change", "prev_entry", "forecast_h2", "chain_node"):
        assert getattr(entry, name) is None
        assert entry.obs_status[name] is ObsStatus.MISSING
    assert {entry.obs_status[name] for name in ("i4", "i5", "i6")} == {ObsStatus.MISSING}
    assert any("急需度U本版未评定" in note for note in catalogue.notes)
    assert entry.cause_codes == ()


def assert_not_rated(entry, *codes):
    assert entry.level == NOT_RATED
    assert [getattr(entry, name) for name in FIGURES] == [None] * len(FIGURES)
    assert entry.weights_used == {}
    assert entry.indicators.model_dump() == dict.fromkeys(("i1", "i2", "i3", "i4", "i5", "i6"))
    assert entry.confidence is Confidence.D
    assert set(codes) <= set(codes_of(entry))
    assert all(reason.text for reason in entry.reasons)


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        pytest.param(cohort()[:9], ["thin_spells"], id="nine spells"),
        pytest.param(cohort(employers="甲乙"), ["thin_employers"], id="two employers"),
        pytest.param(
            cohort(employers="甲甲甲甲甲甲甲甲甲甲乙丙"), ["one_employer"], id="ten of twelve spells"
        ),
        pytest.param(
            cohort(heads=np.nan), ["too_few_indicators", "heads_unstated"], id="nobody states places"
        ),
    ],
)
def test_a_cell_that_cannot_carry_a_rating_is_x_with_reasons_and_no_number(
    build, make_vacancies, make_profiles, rows, codes
):
    other = cohort(occupation_code="6-01-01-01", employers="戊己庚辛")
    catalogue = build(make_vacancies(*rows, *other), make_profiles([OCCUPATION] * 40))
    assert_not_rated(next(entry for entry in catalogue.entries if entry.occ_code == OCCUPATION), *codes)


def test_a_cell_without_feedback_is_not_rated(build, make_vacancies, make_profiles):
    silent = cohort(outcome=Outcome.UNKNOWN, occupation_code="6-01-01-01")
    few = [
        row if place < 4 else {**row, "outcome": Outcome.WITHDRAWN}
        for place, row in enumerate(cohort(occupation_code="6-02-01-01"))
    ]
    catalogue = build(make_vacancies(*silent, *few, *cohort()), make_profiles([OCCUPATION] * 40))
    found = {entry.occ_code: entry for entry in catalogue.entries}
    assert_not_rated(found["6-01-01-01"], "no_outcome")
    assert_not_rated(found["6-02-01-01"], "few_outcomes")


def test_counts_and_pay_of_two_employers_are_confidential_which_is_not_zero(
    build, make_vacancies, make_profiles
):
    (entry,) = build(make_vacancies(*cohort(employers="甲乙")), make_profiles([OCCUPATION] * 40)).entries
    hidden = ("n_spell", "n_emp", "top1_share", "demand_heads", "pay_median")
    assert [getattr(entry, name) for name in hidden] == [None] * 5
    assert {entry.obs_status[name] for name in hidden} == {ObsStatus.CONFIDENTIAL}
    assert entry.obs_status["S"] is ObsStatus.MISSING
    assert len(entry.posting_ids) == 12


@pytest.mark.parametrize("demand_is_synthetic", [False, True])
def test_real_and_generated_sides_are_never_mixed(build, make_vacancies, make_profiles, demand_is_synthetic):
    rows = cohort(synthetic=demand_is_synthetic)
    profiles = make_profiles([OCCUPATION] * 40, synthetic=not demand_is_synthetic)
    catalogue = build(make_vacancies(*rows), profiles)
    (entry,) = catalogue.entries
    assert_not_rated(entry, "supply_nature", "too_few_indicators")
    assert entry.synthetic is demand_is_synthetic
    assert "real.theta0" not in catalogue.parameters
    assert any("不混用" in note for note in catalogue.notes)


def test_a_city_with_both_natures_rates_each_by_itself(build, make_vacancies, make_profiles):
    real, generated = cohort(), cohort(synthetic=True, heads=3)
    profiles = pd.concat(
        [
            make_profiles([OCCUPATION] * 40),
            make_profiles([OCCUPATION] * 60, synthetic=True).assign(profile_id=[f"s{n}" for n in range(60)]),
        ]
    )
    catalogue = build(make_vacancies(*real, *generated), profiles)
    ratios = {entry.synthetic: entry.ratio for entry in catalogue.entries}
    # 4 places for 40, 12 for 60
    assert ratios == {False: 0.1, True: 0.2}
    assert len({entry.entry_id for entry in catalogue.entries}) == 2
    assert catalogue.synthetic
    assert catalogue.title.startswith("【合成数据")


def test_without_any_profile_nothing_is_rated(build, make_vacancies, make_profiles):
    (entry,) = build(make_vacancies(*cohort()), make_profiles([])).entries
    assert_not_rated(entry, "no_supply")


def test_the_needs_of_agencies_are_not_part_of_the_index(build, make_vacancies, make_profiles):
    agency = cohort(employer_is_agency=True, heads=500, employers="介")
    profiles = make_profiles([OCCUPATION] * 40)
    with_agency = build(make_vacancies(*cohort(), *agency), profiles)
    without = build(make_vacancies(*cohort()), profiles)
    assert with_agency.entries == without.entries
    assert with_agency.counts["agency"] == 12


def test_what_cannot_be_used_is_counted(build, make_vacancies, make_profiles):
    rows = [
        *cohort(),
        {"occupation_code": None},
        {"employer": " "},
        {"opened_on": dt.date(2025, 12, 31), "outcome": Outcome.OPEN},
        {"opened_on": None},
    ]
    catalogue = build(make_vacancies(*rows), make_profiles([OCCUPATION] * 40))
    left_out = {
        name: catalogue.counts[name] for name in ("uncoded", "nameless", "opened_earlier", "undated", "used")
    }
    assert left_out == {"uncoded": 1, "nameless": 1, "opened_earlier": 1, "undated": 1, "used": 12}
    assert any("未编职业代码1条" in note for note in catalogue.notes)


def test_a_city_without_history_gets_ratios_but_no_stars(build, make_vacancies, make_profiles):
    young = [
        {**row, "opened_on": dt.date(2026, 11, 1), "closed_on": dt.date(2026, 12, 1)} for row in cohort()
    ]
    catalogue = build(make_vacancies(*young), make_profiles([OCCUPATION] * 40))
    (entry,) = catalogue.entries
    assert catalogue.stage is Stage.NO_STARS
    assert "cold_start" in codes_of(entry)
    assert (entry.star, entry.S, entry.level) == (None, None, NOT_RATED)
    # twelve places for forty seekers
    assert (entry.ratio, entry.demand_heads, entry.supply_heads) == (0.3, 10, 40)
    assert any("不发布星级" in note for note in catalogue.notes)


def test_a_city_without_any_feedback_gets_ratios_but_no_stars(build, make_vacancies, make_profiles):
    rows = cohort(outcome=Outcome.UNKNOWN)
    (entry,) = build(make_vacancies(*rows), make_profiles([OCCUPATION] * 40)).entries
    assert {"cold_start", "no_outcome"} <= set(codes_of(entry))
    assert (entry.star, entry.ratio) == (None, 0.1)


def test_a_young_city_without_seekers_shows_no_ratio_either(build, make_vacancies, make_profiles):
    (entry,) = build(make_vacancies(*cohort(outcome=Outcome.UNKNOWN)), make_profiles([])).entries
    assert_not_rated(entry, "cold_start", "no_supply")


def test_a_young_city_that_states_no_places_shows_no_ratio(build, make_vacancies, make_profiles):
    rows = cohort(outcome=Outcome.UNKNOWN)
    silent = [{**row, "heads": np.nan} if place % 4 else row for place, row in enumerate(rows)]
    (entry,) = build(make_vacancies(*silent), make_profiles([OCCUPATION] * 40)).entries
    assert_not_rated(entry, "cold_start", "heads_unstated")


def test_places_of_one_employer_are_confidential_where_the_ratio_is_not(build, make_vacancies, make_profiles):
    # 甲 and 乙 hold 94 % of the places, though no more than half of the vacancies
    rows = [{**row, "heads": 15.0 if row["employer"] in "甲乙" else 1.0} for row in cohort()]
    (entry,) = build(make_vacancies(*rows), make_profiles([OCCUPATION] * 320)).entries
    assert (entry.star is not None, entry.ratio, entry.n_spell) == (True, 0.1, 12)
    assert (entry.demand_heads, entry.supply_heads, entry.indicators.i1.n) == (None, None, None)
    assert entry.obs_status["demand_heads"] is ObsStatus.CONFIDENTIAL


def test_a_city_of_thin_cells_gives_only_x(build, make_vacancies, make_profiles):
    rows = [
        {**row, "occupation_code": f"6-{place:02d}-01-01"} for place, row in enumerate([*cohort(), *cohort()])
    ]
    catalogue = build(make_vacancies(*rows), make_profiles(["6-01-01-01"] * 40))
    assert len(catalogue.entries) == 24
    assert {entry.level for entry in catalogue.entries} == {NOT_RATED}
    assert any("共24个单元，可评级0个" in note for note in catalogue.notes)


@pytest.mark.parametrize("frame", [pd.DataFrame(), None])
def test_an_empty_frame_gives_an_empty_catalogue_with_a_note(build, make_vacancies, make_profiles, frame):
    empty = make_vacancies({}).iloc[:0] if frame is None else frame
    catalogue = build(empty, make_profiles([]))
    assert (catalogue.entries, catalogue.stage, catalogue.synthetic) == ((), None, False)
    assert catalogue.notes[0] == "本期没有可用的需求，目录为空。"


def test_a_table_without_a_column_is_refused(build, make_vacancies, make_profiles):
    with pytest.raises(InputError, match="人才表缺少列：active_on"):
        build(make_vacancies({}), make_profiles([OCCUPATION]).drop(columns="active_on"))


def test_the_same_input_gives_the_same_catalogue_whatever_the_row_order(build, small_city):
    first = build(small_city.vacancies, small_city.profiles)
    shuffled = build(
        small_city.vacancies.sample(frac=1, random_state=3),
        small_city.profiles.sample(frac=1, random_state=3),
    )
    assert first.model_dump_json() == shuffled.model_dump_json()
    assert first != build(small_city.vacancies, small_city.profiles, seed=2)


def test_one_cells_draws_do_not_depend_on_another_cell(build, small_city):
    whole = build(small_city.vacancies, small_city.profiles)
    tight = max(whole.entries, key=lambda entry: entry.S or 0)
    extra = small_city.vacancies.head(1).assign(vacancy_id="v-more", occupation_code="6-99-99-99")
    more = build(pd.concat([small_city.vacancies, extra]), small_city.profiles)
    again = next(entry for entry in more.entries if entry.entry_id == tight.entry_id)
    moved = [getattr(again, name) - getattr(tight, name) for name in ("S", "S_lo", "S_hi")]
    assert max(map(abs, moved)) <= 0.2


def test_a_generated_city_is_ranked_by_its_true_tightness(build, small_city):
    catalogue = build(small_city.vacancies, small_city.profiles)
    rated = [entry for entry in catalogue.entries if entry.star is not None]
    assert len(rated) >= 35
    rho = spearmanr([entry.S for entry in rated], [small_city.tightness[entry.occ_code] for entry in rated])
    assert rho.statistic > 0.9
    assert catalogue.stage is Stage.FULL


def test_every_rated_entry_obeys_the_rules_of_its_star(build, small_city):
    catalogue = build(small_city.vacancies, small_city.profiles)
    rated = [entry for entry in catalogue.entries if entry.star is not None]
    assert len(Counter(entry.star for entry in rated)) >= 3
    for entry in rated:
        outcome = (entry.indicators.i2.score + entry.indicators.i3.score) / 2
        assert entry.confidence is Confidence.C
        assert entry.star <= 3
        assert entry.level == LEVELS[entry.star]
        assert (entry.n_spell >= 10, entry.n_emp >= 3, entry.top1_share <= 0.7) == (True, True, True)
        assert entry.S_lo <= entry.S <= entry.S_hi
        assert (entry.S_hi - entry.S_lo) / 2 <= 12.05
        # the non-sampling term alone is 1.2816·3.5 = 4.49
        assert (entry.S_hi - entry.S_lo) / 2 >= 4.4
        assert entry.star < 1 or entry.S > 50
        assert entry.star < 2 or (entry.S > 60 and outcome >= 54.9)
        assert entry.star < 3 or (entry.S > 70 and outcome >= 59.9)


def test_sections_follow_the_region_and_stars_lead_each(build, small_city):
    entries = build(small_city.vacancies, small_city.profiles).entries
    assert list(dict.fromkeys(entry.section for entry in entries)) == [
        "石化与精细化工", "镁材料深加工", "港口物流", "其他产业",
    ]  # fmt: skip
    for section in {entry.section for entry in entries}:
        own = [entry for entry in entries if entry.section == section]
        assert [entry.seq for entry in own] == list(range(1, len(own) + 1))
        stars = [-1 if entry.star is None else entry.star for entry in own]
        assert stars == sorted(stars, reverse=True)


def test_every_used_posting_is_traced_by_exactly_one_entry(build, small_city):
    catalogue = build(small_city.vacancies, small_city.profiles)
    traced = [posting for entry in catalogue.entries for posting in entry.posting_ids]
    own = small_city.vacancies[~small_city.vacancies["employer_is_agency"]]
    assert sorted(traced) == sorted(posting for postings in own["posting_ids"] for posting in postings)
    assert catalogue.counts["used"] == len(own)


def test_padding_a_slack_occupation_with_fake_vacancies_gives_it_no_second_star(build, small_city):
    before = build(small_city.vacancies, small_city.profiles)
    rated = [entry for entry in before.entries if entry.star is not None]
    slack = min(rated, key=lambda entry: (entry.S, entry.occ_code))
    real = small_city.vacancies[small_city.vacancies["occupation_code"] == slack.occ_code]
    fake = pd.concat([real] * 6, ignore_index=True).assign(
        vacancy_id=lambda frame: [f"fake{place}" for place in range(len(frame))],
        employer=lambda frame: [f"虚假企业{place % 12}" for place in range(len(frame))],
        outcome=Outcome.UNKNOWN,
        closed_on=None,
        heads=20.0,
        opened_on=dt.date(2026, 10, 1),
    )
    after = build(pd.concat([small_city.vacancies, fake]), small_city.profiles)
    padded = next(entry for entry in after.entries if entry.entry_id == slack.entry_id)
    assert padded.ratio > 5 * slack.ratio
    assert (padded.star or 0) <= 1


def test_a_register_that_covers_little_leaves_two_stars_at_most(build, small_city):
    few = small_city.profiles.iloc[::40].reset_index(drop=True)
    catalogue = build(small_city.vacancies, few)
    assert catalogue.parameters["synthetic.theta0"] > 4
    rated = [entry for entry in catalogue.entries if entry.star is not None]
    assert max(entry.star for entry in rated) == 2
    assert any("gate_unknown" in codes_of(entry) for entry in rated)
    assert any("覆盖不足" in note for note in catalogue.notes)


def test_poor_pay_is_named_as_the_cause(build, region, as_of, small_city):
    vacancies = small_city.vacancies.copy()
    plain = build(vacancies, small_city.profiles)
    tight = next(entry for entry in plain.entries if entry.star == 3)
    # the same occupation elsewhere pays far better and fills within three weeks
    elsewhere = vacancies[vacancies["occupation_code"] == tight.occ_code].assign(
        vacancy_id=lambda frame: "better" + frame["vacancy_id"],
        key_industry="新能源",
        employer=lambda frame: "优厚" + frame["employer"],
        salary_low=30_000.0, salary_high=40_000.0, outcome=Outcome.FILLED,
        closed_on=lambda frame: [day + dt.timedelta(days=20) for day in frame["opened_on"]],
    )  # fmt: skip
    # few enough for the market's lower quartile to lie above the cell's median pay
    rival = pd.concat([elsewhere] * 4, ignore_index=True).assign(
        vacancy_id=lambda frame: [f"better{place}" for place in range(len(frame))]
    )
    catalogue = build(pd.concat([vacancies, rival]), small_city.profiles)
    entry = next(entry for entry in catalogue.entries if entry.entry_id == tight.entry_id)
    assert "P" in entry.cause_codes
    assert "提薪改善" in entry.actions
    assert entry.star <= 2
