"""The data scientist looks at what serves, opens a decision of the gate, its slices, the ledger and drift."""

from __future__ import annotations

import re

import pytest

from tests.api.pages.browser.conftest import NARROW, WIDE
from tests.api.pages.test_science import (
    CANDIDATE,
    MADE_BY,
    promote,
    write_drift,
    write_fairness,
    write_gate,
)
from training.tracking import log_run, tracking_uri

REFUSED = "worse-000000000000"
RUNS = (("ranker", "再次", 0.52), ("ranker", "首次", 0.41), ("encoder", "句向量", 0.6))


@pytest.fixture(scope="module")
def measured(site):
    """Write two reports of the gate, runs, drift and fairness; return the report that refused."""
    folder = site.service.settings.var_dir
    write_gate(folder)
    refused = write_gate(folder, REFUSED, change=-0.2)
    write_drift(folder, label="职业构成")
    write_fairness(folder)
    uri = tracking_uri(folder)
    for experiment, name, value in RUNS:
        log_run(uri, experiment, name, parameters={"k": "10"}, metrics={"ndcg": value}, provenance=MADE_BY)
    promote(site.service.store, "先试用一周")
    return refused


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_reports_shut_nobody_out(site, open_tab, measured, viewport):
    tab = open_tab(site, viewport=viewport)
    page = tab.log_in("scientist", "/science")
    tab.check()
    addresses = [f"/science/gates/{REFUSED}", "/science/drift/2026-10", "/science/fairness/swaps"]
    for path in (*addresses, "/science/ledger", "/science/runs"):
        tab.open(path)
        tab.check()
    assert page.url.endswith("/science/runs")


def test_from_what_serves_to_why_a_candidate_was_refused(site, open_tab, measured):
    refused = measured
    tab = open_tab(site)
    page = tab.log_in("scientist", "/science")
    assert CANDIDATE in page.locator(".serving").first.inner_text()
    page.get_by_role("link", name=re.compile(REFUSED)).click()
    page.wait_for_url(f"**/gates/{REFUSED}")
    rules = page.locator(".rules > li")
    lost = rules.filter(has_text="总体与每个分组都不更差")
    assert lost.locator(".badge").first.inner_text() == "不通过"
    assert all(reason.message in page.locator(".rules").inner_text() for reason in refused.verdict.reasons)
    slices = page.get_by_role("region", name="zh MAP").locator("tbody tr")
    assert slices.first.get_by_role("rowheader").inner_text() == "总体"
    shown = [row.locator(".badge").inner_text() for row in slices.all()]
    assert shown == ["未能说明"] * 3
    page.go_back()
    page.get_by_role("link", name=re.compile(CANDIDATE)).first.click()
    better = page.get_by_role("region", name="zh MAP").locator("tbody tr")
    assert [row.locator(".badge").inner_text() for row in better.all()] == ["是"] * 3
    page.get_by_role("link", name="模型", exact=True).first.click()
    page.get_by_role("link", name="全部更换记录").click()
    page.wait_for_url("**/science/ledger")
    newest = page.locator("tbody tr").first.inner_text()
    assert CANDIDATE in newest
    assert "先试用一周" in newest
    page.go_back()
    page.get_by_role("link", name=re.compile("2026-10")).first.click()
    page.wait_for_url("**/drift/2026-10")
    assert "职业构成" in page.locator("tbody").first.inner_text()
    assert "漂移" in page.locator("main").inner_text()
    assert not tab.faults


def test_runs_are_narrowed_to_an_experiment_and_ranked_by_a_figure(site, open_tab, measured):
    tab = open_tab(site, javascript=False)
    page = tab.log_in("scientist", "/science/runs")
    names = page.locator("tbody").get_by_role("rowheader")
    assert [each.split()[0] for each in names.all_inner_texts()] == ["句向量", "首次", "再次"]
    page.get_by_label("实验").select_option("ranker")
    page.get_by_label("排序").select_option("ndcg")
    page.get_by_role("button", name="查看").click()
    assert [each.split()[0] for each in names.all_inner_texts()] == ["再次", "首次"]
    page.get_by_label("状态").select_option("FAILED")
    page.get_by_role("button", name="查看").click()
    assert "没有符合条件的运行" in page.locator("main").inner_text()
    page.get_by_role("link", name="清除条件").click()
    assert names.count() == 3
    assert not tab.faults
