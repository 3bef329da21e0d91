import pandas as pd
import pytest

from data.self_forecast.outcomes import HiringSize
from data.self_forecast.record import judge, reports_in_time, size_factors, track_record


def at(text):
    return pd.Timestamp(text, tz="UTC")


def test_a_later_period_stands_beside_the_earlier_one(reports):
    chosen, late = reports_in_time(
        reports({"target_quarter": "2026Q3"}, {"target_quarter": "2026Q3", "period": "2026Q2", "likely": 4})
    )
    assert chosen["likely"].tolist() == [10, 4]
    assert late == 0


def test_a_correction_counts_only_when_it_came_in_time(reports):
    chosen, late = reports_in_time(
        reports(
            {"likely": 1, "received_at": at("2026-03-20")},
            {"likely": 2, "version": 2, "received_at": at("2026-04-15 23:00")},
            {"likely": 3, "version": 3, "received_at": at("2026-04-16")},
            {"employer_key": "迟", "received_at": at("2026-06-01")},
            {"employer_key": "合成", "synthetic": True, "received_at": at("2027-01-01")},
        )
    )
    assert dict(zip(chosen["employer_key"], chosen["likely"], strict=True)) == {"甲": 2, "合成": 10}
    assert late == 1


def test_a_forecast_is_held_against_what_the_employer_opened(reports, opened, day):
    judged = judge(
        reports({}, {"employer_key": "乙"}, {"employer_key": "没见过"}, {"target_quarter": "2026Q3"}),
        opened(("甲", "2026Q2", 8), ("甲", "2026Q1", 4), ("乙", "2026Q1", 120)),
        as_of=day,
    )
    rows = judged.pairs.set_index("employer_key")
    # 乙 opened nothing in the quarter: that is a true zero
    assert rows["actual"].to_dict() == {"甲": 8, "乙": 0}
    assert rows["before"].to_dict() == {"甲": 4, "乙": 120}
    assert rows["size"].to_dict() == {"甲": HiringSize.SMALL, "乙": HiringSize.LARGE}
    assert rows["horizon"].tolist() == [1, 1]
    assert (judged.late, judged.unseen, judged.unstated) == (0, 1, 0)


def test_a_quarter_with_an_unstated_headcount_is_not_judged(reports, opened, day):
    table = opened(("甲", "2026Q2", 8)).assign(unstated=1)
    judged = judge(reports({}), table, as_of=day)
    assert (len(judged.pairs), judged.unstated) == (0, 1)


def test_a_quarter_before_the_platform_is_not_judged(reports, opened, day):
    judged = judge(
        reports({"period": "2025Q4", "target_quarter": "2026Q1"}), opened(("甲", "2026Q2", 8)), as_of=day
    )
    assert judged.pairs.empty
    assert judge(reports(), opened(), as_of=day).pairs.empty


@pytest.fixture
def pairs():
    """Twelve forecasts of 10 by four employers, of whom one opened 2 each time and the others 10."""
    rows = [
        {
            "employer_key": key, "key_industry": "港口物流", "target_quarter": quarter, "horizon": 1,
            "size": HiringSize.SMALL, "low": 5, "likely": 10, "high": 15,
            "actual": 2.0 if key == "丁" else 10.0, "before": 12.0,
        }
        for key in "甲乙丙丁"
        for quarter in ("2025Q4", "2026Q1", "2026Q2")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_record_is_worked_out_by_hand(pairs):
    everything, industry = track_record(pairs)
    # expected 120, opened 3*3*10 + 3*2 = 96; errors 3*8 = 24; of the report quarter repeated 9*2 + 3*10 = 48
    assert (everything.n, everything.employers, everything.quarters) == (12, 4, 3)
    assert (everything.bias, everything.wape, everything.naive_wape) == (0.25, 0.25, 0.5)
    assert everything.coverage == 0.75
    assert everything.direction == 1.0
    assert everything.over_reporters is None
    assert (everything.key_industry, industry.key_industry) == (None, "港口物流")


def test_those_who_expect_too_much_show_only_as_a_share_of_five_or_more(pairs):
    fifth = pairs[pairs["employer_key"] == "甲"].assign(employer_key="戊")
    (row, _) = track_record(pd.concat([pairs, fifth], ignore_index=True))
    assert row.over_reporters == 0.2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame[frame["employer_key"].isin(["甲", "乙"])], "confidential"),
        (lambda frame: frame.assign(likely=[1000] * 3 + [1] * 9), "confidential"),
        (lambda frame: frame.iloc[::2].iloc[:6], "insufficient_record"),
        (lambda frame: frame.assign(actual=0.0), "nothing_opened"),
    ],
)
def test_too_little_or_too_telling_a_record_is_refused(pairs, change, code):
    row = track_record(change(pairs))[0]
    assert (row.status, row.reasons[0]["code"]) == ("refused", code)
    assert row.wape is None


def test_the_correction_of_a_class_falls_back_to_all_and_then_to_nothing(pairs):
    assert size_factors(pairs) == dict.fromkeys(HiringSize, 0.8)  # 96 of 120
    large = pairs.assign(size=HiringSize.LARGE, actual=20.0)
    factors = size_factors(pd.concat([pairs, large]))
    assert factors == {HiringSize.SMALL: 0.8, HiringSize.MEDIUM: 1.4, HiringSize.LARGE: 2.0}
    assert size_factors(pairs.iloc[:9]) == dict.fromkeys(HiringSize, 1.0)
