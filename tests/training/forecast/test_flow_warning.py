import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from data.self_forecast.quarters import quarter_span, shift_quarter
from training.forecast.flow_warning import ALARM_RATE, FlowQuantity, find_flow_changes
from training.forecast.rules import Status

LAST = "2026Q3"
DAY = dt.date(2026, 9, 30)
FIELDS = ["period", "employer_key", "key_industry", "talent_category", "inflow", "outflow"]


def history(inflow, outflow, *, employers=8, last=LAST):
    """Spread counts of one cell or several (cells × quarters) over employers as evenly as they go."""
    inflow, outflow = (np.atleast_2d(np.asarray(each, dtype=int)) for each in (inflow, outflow))
    rows = []
    for cell, (came, left) in enumerate(zip(inflow, outflow, strict=True)):
        for place, (i, o) in enumerate(zip(came, left, strict=True)):
            period = shift_quarter(last, place - len(came) + 1)
            for number in range(employers):
                share = lambda count, n=number: (count + n) // employers  # noqa: E731
                rows.append((period, f"机密单位{number}", f"产业{cell}", "技能", share(i), share(o)))
    return pd.DataFrame(rows, columns=FIELDS)


def drawn(rng, *, cells=4, quarters=12, clump=1.0, factor=1.0, since=0):
    """Counts of 40 and 30 a quarter; the inflow of the first cell is multiplied for the last quarters."""
    mean = np.stack([np.full((cells, quarters), level) for level in (40.0, 30.0)])
    mean[0, 0, quarters - since :] *= factor
    if clump > 1:
        mean = rng.gamma(mean / (clump - 1), clump - 1)
    return rng.poisson(mean)


def alarms(warnings, *, quantity=None):
    return [each for each in warnings.findings if each.alarm and quantity in {None, each.quantity}]


def test_a_halved_inflow_is_found_and_described():
    counts = np.full((3, 12), 40)
    counts[0, -3:] = 20
    warnings = find_flow_changes(history(counts, np.full((3, 12), 30)), as_of=DAY)
    first, second = alarms(warnings)
    assert (first.key_industry, first.quantity, first.direction) == ("产业0", FlowQuantity.INFLOW, "下降")
    assert (first.since, first.adverse, first.before) == ("2026Q1", True, 40)
    assert first.after == 20
    assert first.change == pytest.approx(-0.5, abs=0.06)
    assert first.change_low < first.change < first.change_high < 0
    assert first.q_value <= ALARM_RATE
    assert (second.quantity, second.change) == (FlowQuantity.NET, pytest.approx(-20, abs=3))
    assert second.before is None
    assert (warnings.alarm_rate, warnings.run_length) == (0.05, 20)


def test_more_who_leave_is_a_loss_and_more_who_come_is_none():
    counts = np.full((3, 12), 40)
    counts[0, -3:] = 90
    leaving = find_flow_changes(history(np.full((3, 12), 40), counts), as_of=DAY)
    coming = find_flow_changes(history(counts, np.full((3, 12), 40)), as_of=DAY)
    assert {(each.quantity, each.direction, each.adverse) for each in alarms(leaving)} == {
        (FlowQuantity.OUTFLOW, "上升", True),
        (FlowQuantity.NET, "下降", True),
    }
    assert not any(each.adverse for each in alarms(coming))


def test_where_nothing_changes_few_runs_raise_an_alarm():
    rng = np.random.default_rng(3)
    runs = [drawn(rng, clump=clump) for clump in (1.0, 2.0) for _ in range(40)]
    false = sum(
        bool(alarms(find_flow_changes(history(*counts), as_of=DAY, simulations=499))) for counts in runs
    )
    # at most 5 % of the 80 runs are 4; more than 8 would happen to 2 % of such tests
    assert false <= 8


def test_a_halved_inflow_of_forty_is_found_within_three_quarters():
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(40):
        counts = drawn(rng, quarters=15, factor=0.5, since=3)
        for cut in (13, 14, 15):
            last = shift_quarter(LAST, cut - 15)
            rows = history(*counts[:, :, :cut], last=last)
            warnings = find_flow_changes(rows, as_of=quarter_span(last)[1], simulations=499)
            if any(each.key_industry == "产业0" for each in alarms(warnings, quantity=FlowQuantity.INFLOW)):
                found += 1
                break
    assert found > 32


def test_a_season_is_no_change():
    counts = np.tile([60, 40, 30, 30], (4, 3))
    warnings = find_flow_changes(history(counts, counts[:, ::-1]), as_of=DAY)
    assert alarms(warnings) == []


def test_employers_that_begin_to_report_are_no_change():
    old = history(np.full((3, 12), 40), np.full((3, 12), 30))
    new = old[old["period"] > "2025Q4"].assign(employer_key=lambda frame: frame["employer_key"] + "新")
    warnings = find_flow_changes(pd.concat([old, new]), as_of=DAY)
    assert alarms(warnings) == []
    assert warnings.findings[0].quarters == 12


def test_no_employer_and_no_person_can_stand_in_the_result():
    counts = np.full((3, 12), 40)
    counts[0, -3:] = 10
    rows = history(counts, np.full((3, 12), 30)).assign(profile_id="档案P0001", name="王某某")
    warnings = find_flow_changes(rows, as_of=DAY)
    text = json.dumps(warnings.to_records(), ensure_ascii=False, default=str)
    assert alarms(warnings)
    assert not any(word in text for word in ("机密单位", "档案P", "王某某", "employer_key", "profile"))
    assert "不对个人评分" in text


def only(warnings):
    assert {each.status for each in warnings.findings} == {Status.REFUSED}
    return {reason["code"] for each in warnings.findings for reason in each.reasons}


def test_too_short_too_old_or_too_thin_a_history_is_refused():
    steady = np.full((3, 12), 40)
    assert only(find_flow_changes(history(steady[:, :7], steady[:, :7]), as_of=DAY)) == {
        "insufficient_history"
    }
    assert only(find_flow_changes(history(steady, steady, employers=4), as_of=DAY)) == {
        "insufficient_history"
    }
    old = dt.date(2027, 6, 30)
    assert only(find_flow_changes(history(steady, steady), as_of=old)) == {"stale_data"}
    short = history(steady[:1, :8], steady[:1, :8])
    assert only(find_flow_changes(short, as_of=DAY)) == {"dispersion_unknown"}


def test_a_cell_of_few_employers_or_few_people_is_refused_by_itself():
    steady = np.full((4, 12), 40)
    rows = history(steady, steady)
    rows.loc[
        (rows["key_industry"] == "产业1") & (rows["employer_key"] > "机密单位3"), ["inflow", "outflow"]
    ] = 0
    big = (rows["key_industry"] == "产业2") & (rows["employer_key"] == "机密单位0")
    rows.loc[big, ["inflow", "outflow"]] = 500
    few = rows["key_industry"] == "产业3"
    rows.loc[few, "inflow"] = (rows.loc[few, "employer_key"] == "机密单位0").astype(int)
    warnings = find_flow_changes(rows, as_of=DAY)
    found = {
        (each.key_industry, each.quantity): each.reasons[0]["code"]
        for each in warnings.findings
        if each.status is Status.REFUSED
    }
    assert found == {
        ("产业1", None): "confidential",
        ("产业2", None): "confidential",
        ("产业3", FlowQuantity.INFLOW): "below_publication_volume",
        ("产业3", FlowQuantity.NET): "below_publication_volume",
    }


def test_where_no_cell_may_be_judged_nothing_is():
    tiny = np.full((4, 12), 1)
    warnings = find_flow_changes(history(tiny, tiny), as_of=DAY)
    assert only(warnings) <= {"confidential", "below_publication_volume"}


def test_quarters_that_are_not_over_and_longer_periods_are_passed_over():
    steady = np.full((3, 12), 40)
    rows = history(steady, steady)
    warnings = find_flow_changes(
        pd.concat([rows, rows.assign(period="2026"), rows.assign(period="2026H1")]), as_of=dt.date(2026, 8, 1)
    )
    assert warnings.latest == "2026Q2"
    nothing = find_flow_changes(rows[rows["period"] == "2026Q3"], as_of=dt.date(2026, 8, 1))
    assert (nothing.findings, nothing.latest) == ((), None)
    assert find_flow_changes(rows.iloc[:0], as_of=DAY).findings == ()
