from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.errors import InputError
from data.synthetic.content import Content
from data.synthetic.demand import day_factors, demand_path, employers_of, month_starts

END = dt.date(2026, 10, 31)


def path_of(content: Content, *, months: int = 36, employers: int = 48, end: dt.date = END):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(3)
    return demand_path(content, content.employers[:employers], end=end, months=months, rng=rng)


def test_the_last_month_contains_the_end_and_months_follow_one_another() -> None:
    assert month_starts(dt.date(2026, 1, 15), 3) == (
        dt.date(2025, 11, 1),
        dt.date(2025, 12, 1),
        dt.date(2026, 1, 1),
    )


def test_new_year_week_is_quiet_and_the_weeks_after_it_are_busy(content: Content) -> None:
    # 正月初一 of 2026 is Tuesday 17 February.
    quiet, busy = day_factors(content.season, [dt.date(2026, 2, 18), dt.date(2026, 3, 11)])
    assert quiet < 0.3
    assert busy > 1.4


def test_weekends_are_quieter_than_working_days(content: Content) -> None:
    friday, saturday = day_factors(content.season, [dt.date(2026, 5, 8), dt.date(2026, 5, 9)])
    assert saturday < 0.5 * friday


def test_a_role_without_a_line_of_business_fits_every_employer_of_the_industry(content: Content) -> None:
    electrician = content.roles["common_electrician"]
    found = employers_of(electrician, "港口物流", content.employers)
    assert found == tuple(e for e in content.employers if e.industry == "港口物流")


def test_a_role_with_a_line_of_business_only_fits_employers_in_that_line(content: Content) -> None:
    pilot = content.roles["port_pilot"]
    found = employers_of(pilot, "港口物流", content.employers)
    assert [employer.name for employer in found] == ["鲅鱼圈示例拖轮引航服务有限公司（合成）"]


def test_the_full_city_asks_for_six_to_eight_hundred_heads_a_month(content: Content) -> None:
    path = path_of(content)
    monthly = sum(path.heads.values())
    assert 600 < np.mean(monthly) < 800


def test_demand_is_lowest_in_the_month_of_the_new_year_and_rebounds_after_it(content: Content) -> None:
    path = path_of(content)
    monthly = dict(zip(path.months, sum(path.heads.values()), strict=True))
    assert monthly[dt.date(2026, 2, 1)] < 0.6 * monthly[dt.date(2026, 3, 1)]
    assert monthly[dt.date(2026, 3, 1)] > 1.2 * monthly[dt.date(2026, 5, 1)]


def test_the_two_industries_with_a_level_shift_change_level(content: Content) -> None:
    path = path_of(content)
    shifted = {name for name, industry in content.industries.items() if industry.shift}
    assert shifted == {"石化与精细化工", "镁材料深加工"}

    def change(industry: str, month: dt.date) -> float:
        total = sum(values for (_, name), values in path.heads.items() if name == industry)
        years = [(day, value) for day, value in zip(path.months, total, strict=True)]
        before = [v for d, v in years if month.replace(year=month.year - 1) <= d < month]
        after = [v for d, v in years if month <= d < month.replace(year=month.year + 1)]
        return float(np.mean(after) / np.mean(before))

    assert change("镁材料深加工", dt.date(2024, 9, 1)) == pytest.approx(0.72, abs=0.09)
    assert change("石化与精细化工", dt.date(2025, 4, 1)) == pytest.approx(1.45, abs=0.15)


def test_demand_grows_with_the_number_of_employers(content: Content) -> None:
    small, large = path_of(content, employers=24), path_of(content, employers=48)
    assert sum(small.heads.values()).mean() == pytest.approx(sum(large.heads.values()).mean() / 2, rel=0.1)


def test_the_share_of_an_industry_without_an_employer_goes_to_the_others(content: Content) -> None:
    path = path_of(content, employers=1, months=1)
    industries = {industry for _, industry in path.heads}
    assert industries == {"镁材料深加工"}
    electrician = content.roles["common_electrician"]
    assert path.heads["common_electrician", "镁材料深加工"][0] > 0.5 * electrician.heads / 48


def test_a_month_cut_short_has_only_its_first_days(content: Content) -> None:
    path = path_of(content, months=1, end=dt.date(2026, 5, 4))
    assert path.days == (tuple(dt.date(2026, 5, day) for day in (1, 2, 3, 4)),)
    assert path.day_weights[0].sum() == pytest.approx(1)


def test_a_year_without_a_known_new_year_is_refused(content: Content) -> None:
    with pytest.raises(InputError, match="2017") as caught:
        path_of(content, months=30, end=dt.date(2019, 12, 31))
    assert caught.value.code == "calendar_unknown"
    assert "2018" in caught.value.hint
