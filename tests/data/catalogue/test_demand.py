import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import DemandStatus, ObsStatus
from data.catalogue.sections import AGENCY_SECTION
from data.errors import InputError
from data.records import Engagement, Outcome, YearRange

DAY = dt.date


@pytest.fixture
def build(region, as_of):
    def of(vacancies, **options):
        return build_demand_catalogue(
            vacancies, region=region, edition="2027", as_of=as_of, snapshot="s#1", **options
        )

    return of


def test_a_post_of_an_employer_is_one_entry_with_all_its_postings(build, make_vacancies):
    catalogue = build(
        make_vacancies(
            {"heads": 2, "posting_ids": ("a", "b")},
            {"heads": 3, "opened_on": DAY(2026, 10, 1)},
            {"heads": 4, "closed_on": DAY(2026, 9, 20), "outcome": Outcome.FILLED},
            {"title": "设备工程师"},
        )
    )
    entry = next(entry for entry in catalogue.entries if entry.job_title == "镁砂烧成工")
    assert len(catalogue.entries) == 2
    # open vacancies speak for the post: 2 + 3, not the four that were filled
    assert (entry.status, entry.headcount, entry.opened_on) == (DemandStatus.OPEN, 5, DAY(2026, 10, 1))
    assert entry.posting_ids == ("a", "b", "p0001", "p0002")
    assert entry.vacancy_ids == ("v0000", "v0001", "v0002")


def test_places_are_stated_or_empty_never_guessed(build, make_vacancies):
    (none,) = build(make_vacancies({"heads": np.nan})).entries
    assert (none.headcount, none.heads_unstated) == (None, 1)
    assert none.obs_status["headcount"] is ObsStatus.MISSING
    (part,) = build(make_vacancies({"heads": np.nan}, {"heads": 4})).entries
    assert (part.headcount, part.heads_unstated) == (4, 1)


def test_employers_are_masked_also_inside_their_own_texts(build, make_vacancies):
    row = {
        "employer": "示范镁业有限公司",
        "title": "示范镁业有限公司烧成工",
        "duties": "在示范镁业有限公司负责烧成",
    }
    catalogue = build(make_vacancies(row))
    (entry,) = catalogue.entries
    assert entry.employer_name == "某镁材料深加工企业"
    assert (entry.job_title, entry.duties) == ("本单位烧成工", "在本单位负责烧成")
    assert "示范镁业" not in catalogue.model_dump_json()


def test_employers_are_named_when_they_agreed(build, make_vacancies):
    catalogue = build(make_vacancies({"employer": "示范镁业有限公司"}), publish_names=True)
    assert catalogue.entries[0].employer_name == "示范镁业有限公司"
    assert not any("未取得公开同意" in note for note in catalogue.notes)


def test_the_same_title_of_two_employers_makes_two_entries(build, make_vacancies):
    entries = build(make_vacancies({"employer": "甲"}, {"employer": "乙"})).entries
    assert len({entry.entry_id for entry in entries}) == 2
    assert {entry.employer_name for entry in entries} == {"某镁材料深加工企业"}


def test_identifiers_name_region_kind_and_edition(build, make_vacancies):
    (entry,) = build(make_vacancies({})).entries
    assert entry.entry_id.startswith("YK-D-2027-")
    assert len(entry.entry_id) == len("YK-D-2027-") + 8


def test_sections_follow_the_region_and_agencies_stand_last(build, make_vacancies):
    catalogue = build(
        make_vacancies(
            {"employer_is_agency": True, "employer": "某中介"},
            {"key_industry": None},
            {"key_industry": "港口物流"},
            {"key_industry": "石化与精细化工"},
            {},
        )
    )
    assert [entry.section for entry in catalogue.entries] == [
        "石化与精细化工", "镁材料深加工", "港口物流", "其他产业", AGENCY_SECTION,
    ]  # fmt: skip
    assert [entry.seq for entry in catalogue.entries] == [1] * 5
    agency = catalogue.entries[-1]
    assert (agency.via_agency, agency.employer_name) == (True, "某人力资源服务机构")
    assert catalogue.counts["agency_used"] == 1


def test_open_posts_come_first_then_the_latest(build, make_vacancies):
    catalogue = build(
        make_vacancies(
            {"title": "已结束", "closed_on": DAY(2026, 12, 1), "outcome": Outcome.FILLED},
            {"title": "未报", "outcome": Outcome.UNKNOWN},
            {"title": "较早", "opened_on": DAY(2026, 8, 1)},
            {"title": "较晚", "opened_on": DAY(2026, 12, 1)},
        )
    )
    assert [entry.job_title for entry in catalogue.entries] == ["较晚", "较早", "未报", "已结束"]
    assert [entry.seq for entry in catalogue.entries] == [1, 2, 3, 4]


def test_requirements_of_several_vacancies_are_joined_to_the_widest(build, make_vacancies):
    (entry,) = build(
        make_vacancies(
            {
                "salary_low": 6000.4, "salary_high": 8000, "education": "本科", "experience_low": 3,
                "experience_high": 5, "skills": ("甲", "乙"), "start_by": DAY(2027, 2, 1),
                "engagement": ("全职", "顾问指导"), "valid_until": DAY(2027, 1, 1),
            },
            {
                "salary_low": 5000, "salary_high": None, "education": "大专", "skill_level": "高级工",
                "experience_low": 1, "experience_high": 3, "skills": ("乙", "丙"),
                "start_by": DAY(2027, 1, 1), "valid_until": DAY(2027, 3, 1),
            },
        )
    ).entries  # fmt: skip
    assert (entry.pay_month_min, entry.pay_month_max) == (5000, 8000)
    assert entry.education_or_equiv == "大专或高级工"
    assert entry.experience_years == YearRange(low=1, high=5)
    assert entry.skills_required == ("甲", "乙", "丙")
    assert (entry.start_by, entry.valid_until) == (DAY(2027, 1, 1), DAY(2027, 3, 1))
    assert entry.engagement_form == (Engagement.FULL_TIME, Engagement.ADVISORY)


def test_an_experience_without_upper_end_stays_open(build, make_vacancies):
    rows = [{"experience_low": 3, "experience_high": None}, {"experience_low": None, "experience_high": 2}]
    (entry,) = build(make_vacancies(*rows)).entries
    assert entry.experience_years == YearRange(low=0, high=None)


def test_what_is_not_stated_is_empty_and_marked(build, make_vacancies):
    silent = dict.fromkeys(
        ("salary_low", "salary_high", "education", "experience_low", "experience_high", "occupation_code",
         "occupation_name", "place_code", "start_by", "valid_until")
    )  # fmt: skip
    (entry,) = build(make_vacancies({**silent, "skills": None, "engagement": None})).entries
    empty = (
        "pay_month_min", "pay_month_max", "education_or_equiv", "experience_years", "occ_code", "district",
        "start_by", "valid_until",
    )  # fmt: skip
    assert [getattr(entry, name) for name in empty] == [None] * 8
    assert {entry.obs_status[name] for name in empty} == {ObsStatus.MISSING}
    assert (entry.skills_required, entry.engagement_form, entry.talent_category) == ((), (), None)


def test_duties_are_cut_to_200_characters(build, make_vacancies):
    (entry,) = build(make_vacancies({"duties": "责" * 500})).entries
    assert entry.duties == "责" * 200


def test_places_are_named_where_their_names_are_known(build, make_vacancies):
    catalogue = build(make_vacancies({}, {"place_code": "210899"}), place_names={"210882": "大石桥市"})
    assert {entry.district for entry in catalogue.entries} == {"大石桥市", "210899"}


def test_places_are_named_by_the_reference_table_when_nobody_names_them(build, make_vacancies):
    assert build(make_vacancies({})).entries[0].district == "大石桥市"


def test_an_empty_frame_gives_an_empty_catalogue_with_a_note(build):
    catalogue = build(pd.DataFrame())
    assert catalogue.entries == ()
    assert catalogue.notes[0] == "本期没有可用的需求，目录为空。"
    assert catalogue.title == "营口市人才需求目录（2027版）"


def test_a_table_without_a_column_is_refused(build, make_vacancies):
    with pytest.raises(InputError, match="需求表缺少列：employer_is_agency"):
        build(make_vacancies({}).drop(columns="employer_is_agency"))


def test_real_and_generated_vacancies_of_one_post_are_two_entries(build, make_vacancies):
    catalogue = build(make_vacancies({}, {"synthetic": True}))
    assert [entry.synthetic for entry in catalogue.entries] in ([True, False], [False, True])
    assert catalogue.title.startswith("【合成数据")


def test_every_vacancy_of_the_period_is_in_exactly_one_entry(build, small_city):
    catalogue = build(small_city.vacancies)
    listed = [vacancy for entry in catalogue.entries for vacancy in entry.vacancy_ids]
    assert sorted(listed) == sorted(small_city.vacancies["vacancy_id"])
    assert catalogue.counts["used"] == len(small_city.vacancies)


def test_the_same_input_gives_the_same_catalogue_whatever_the_row_order(build, small_city):
    shuffled = small_city.vacancies.sample(frac=1, random_state=5)
    assert build(small_city.vacancies).model_dump_json() == build(shuffled).model_dump_json()
