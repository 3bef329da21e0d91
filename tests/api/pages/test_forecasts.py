"""The forecast pages, on a small run worked out by hand."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from api.pages import STATIC

CELLS = [
    "/forecasts/city",
    "/forecasts/industry/镁材料",
    "/forecasts/industry/-",
    "/forecasts/occupation/镁材料/6-15-06-01",
    "/forecasts/occupation/镁材料/-",
]
PATHS = ["/forecasts", "/forecasts/backtest", *CELLS]
VOID = frozenset(
    {"meta", "link", "br", "col", "img", "input", "rect", "line", "circle", "polyline", "polygon"}
)


class Page(HTMLParser):
    """Collects tags, ids and addresses, and refuses tags that do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.addresses += [values[name] for name in ("href", "src", "action") if name in values]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


@pytest.fixture
def page(keep_forecast, forecast_document, forecast_client):
    keep_forecast(forecast_document)

    def reads(path: str, status: int = 200) -> str:
        answer = forecast_client.get(path, headers={"X-API-Key": ""})
        assert answer.status_code == status
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    return reads


@pytest.mark.parametrize("path", PATHS)
def test_a_page_needs_no_key_no_other_host_and_no_script_but_that_which_reads_charts(page, path):
    text = page(path)
    parsed = Page(text)
    assert not {"iframe", "img", "style"} & set(parsed.tags)
    assert re.findall(r"<script[^>]*>", text) == ['<script src="/static/charts.js" defer>']
    assert all(address.startswith(("/", "#", "?", "data:,")) for address in parsed.addresses)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").split("政策依据：")[0]
    assert len(parsed.ids) == len(set(parsed.ids))


@pytest.mark.parametrize("path", PATHS)
def test_every_address_of_ours_leads_somewhere(page, forecast_client, path):
    for address in set(Page(page(path)).addresses):
        if address.startswith("/"):
            assert forecast_client.get(address).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_generated_data_and_what_the_run_rests_on_are_named(page, path):
    text = page(path)
    assert "<strong>合成数据</strong>" in text
    for words in ("2026-10-31", "2026-11 至 2027-01", "m/1", "登记于本平台"):
        assert words in text


def test_real_data_carry_no_such_label(keep_forecast, forecast_document, forecast_client):
    keep_forecast(forecast_document | {"synthetic": False})
    assert "<strong>合成数据</strong>" not in forecast_client.get("/forecasts").text


def test_the_style_sheet_is_served_and_loads_nothing(forecast_client):
    answer = forecast_client.get("/static/forecast.css")
    assert answer.status_code == 200
    assert not re.search(r"url\(|@import|http", answer.text)
    assert answer.text == (STATIC / "forecast.css").read_text("utf-8")


def test_the_overview_gives_sums_intervals_statuses_and_counts(page):
    text = page("/forecasts")
    assert '<p class="big">330<span> 人</span></p>' in text
    assert "264–396 人" in text
    assert "共 3 个单元" not in text
    assert "共 2 个单元：可用 0 个，仅供参考 1 个，暂不评价 1 个" in text
    assert "月均需求 4.5 人，低于 20 人" in text
    assert text.count('class="badge refused"') == 1


def test_every_month_of_the_chart_can_be_read(page):
    text = page("/forecasts")
    assert '<figure class="chart" data-read>' in text
    for words in ("2026-10 实际 ", "2026-11 预测 110 人（80% 区间 88 至 132）"):
        assert f'data-x="{words}' in text


def test_a_change_within_the_interval_is_marked(page):
    # 330 against 300 a year before, the interval begins at 264
    assert '+10% <span class="faint">区间内</span>' in page("/forecasts")


def test_a_change_outside_the_interval_stands_alone(keep_forecast, forecast_document, forecast_client):
    for row in forecast_document["table"]:
        row["seasonal_naive"] = row["mean"] and 10.0
    keep_forecast(forecast_document)
    assert "<dd>+1000%</dd>" in forecast_client.get("/forecasts").text


def test_a_refused_city_shows_no_number(keep_forecast, forecast_document, forecast_client):
    reason = {
        "code": "structural_break",
        "have": 0.6,
        "need": 0.4,
        "message": "近 6 个月全市需求环比变动达 60%",
    }
    for row in (*forecast_document["sums"], *forecast_document["table"]):
        row.update(dict.fromkeys(("mean", "lo80", "hi80", "lo95", "hi95", "seasonal_naive", "mean3")))
        row.update(status="refused", reasons=[reason])
    keep_forecast(forecast_document)
    text = forecast_client.get("/forecasts").text
    assert '<p class="big">暂不评价</p>' in text
    assert "近 6 个月全市需求环比变动达 60%" in text
    assert "<polygon" not in text


def test_a_cell_shows_months_baselines_history_and_its_back_test(page):
    text = page("/forecasts/industry/镁材料")
    assert "镁材料：需求预测" in text
    for words in ("2026-11", "近三月均值", "图中的实际数（10 个月）", "全部", "10.0%"):
        assert words in text
    assert "镁材料 · 耐火原料加工成型工" in text
    assert "暂不评价的 1 个单元及原因" in text


def test_a_refused_cell_gives_reasons_and_the_nearest_level(page):
    text = page("/forecasts/occupation/镁材料/-")
    assert '<p class="big">暂不评价</p>' in text
    assert "<li>自身历史只有 2 个月</li>" in text
    assert '可以看上一层级：<a href="/forecasts/industry/%E9%95%81%E6%9D%90%E6%96%99">镁材料</a>' in text
    assert "保密，不是零" in text
    assert "逐月预测与两个简单方法" not in text


def test_without_supply_the_gap_is_refused_and_not_zero(page):
    for path in ("/forecasts", "/forecasts/city"):
        assert "没有求职供给的测算" in page(path)


def test_shortage_targets_and_flows_are_shown_when_kept(
    keep_forecast, forecast_document, forecast_sections, forecast_client
):
    keep_forecast(forecast_document | forecast_sections)
    read = lambda path: forecast_client.get(path).text  # noqa: E731
    assert "求职一侧没有历史" in read("/forecasts")
    assert 'class="badge shortage">短缺<' in read("/forecasts/city")
    assert "第 2 季（至 2027-04）" in read("/forecasts/city")
    assert "不是统计预测" in read("/forecasts/targets")
    assert "下降（不利）" in read("/forecasts/flows")
    assert {"/forecasts/targets", "/forecasts/flows"} <= set(Page(read("/forecasts")).addresses)


def test_skills_and_employers_are_shown_when_kept(
    keep_forecast, forecast_document, skill_section, employer_section, forecast_client
):
    keep_forecast(forecast_document | {"skills": skill_section, "employers": employer_section})
    read = lambda path: forecast_client.get(path).text  # noqa: E731
    skills, employers = read("/forecasts/skills"), read("/forecasts/employers")
    assert "同一需求可含多项能力，不可相加" in skills
    assert "电工" in skills
    assert "月均 9 条，低于 20 条" in skills
    assert "起重" not in skills
    for words in ("用人单位自报的需求", "228", "只有2个季度，不合并", "过去自报得准不准", "16%"):
        assert words in employers
    for text in (skills, employers):
        assert "<strong>合成数据</strong>" in text
        assert len(Page(text).ids) == len(set(Page(text).ids))
    assert {"/forecasts/skills", "/forecasts/employers"} <= set(Page(read("/forecasts")).addresses)


def test_without_reports_the_page_says_how_to_import_them(page):
    text = page("/forecasts/employers")
    assert "yingcai forecast employers template" in text
    assert "/forecasts/employers" in Page(page("/forecasts")).addresses


@pytest.mark.parametrize("path", ["/forecasts/targets", "/forecasts/flows", "/forecasts/skills"])
def test_a_section_that_was_not_kept_is_not_found(page, path):
    assert "本次运行没有这一部分" in page(path, status=404)


def test_the_back_test_says_what_failed(page):
    text = page("/forecasts/backtest")
    assert "80% 区间实际覆盖 70%，偏窄，低于名义值" in text
    assert "比去年同月大 100%" in text
    assert "不适用" in text
    assert "RMSSE</th>" not in text
    assert '<tr role="row" class="own">' in text


def test_single_origins_and_industries_are_shown_when_measured(
    keep_forecast, forecast_document, forecast_client
):
    row = {"level": "city", "target": "sum", "origin": "2026-01-01", "coverage80": 1.0, "coverage95": 1.0}
    forecast_document["origins"] = [row]
    forecast_document["backtest"] += [
        each | {"key_industry": "镁材料"} for each in forecast_document["backtest"]
    ]
    keep_forecast(forecast_document)
    text = forecast_client.get("/forecasts/backtest").text
    assert "逐个起点的覆盖率" in text
    assert "镁材料（重点产业）" in text


def test_a_run_without_a_back_test_claims_nothing(keep_forecast, forecast_document, forecast_client):
    keep_forecast(forecast_document | {"backtest": []})
    for path in ("/forecasts", "/forecasts/backtest", "/forecasts/city"):
        assert "没有可用的回测" in forecast_client.get(path).text


@pytest.mark.parametrize("path", ["/forecasts/industry/没有", "/forecasts/occupation/镁材料/9-99"])
def test_an_unknown_cell_is_not_found(page, path):
    assert "没有这个产业或职业" in page(path, status=404)


def test_without_a_run_the_pages_say_how_to_make_one(empty_client):
    for path in ("/forecasts", "/forecasts/backtest", "/forecasts/employers"):
        assert "还没有预测" in empty_client.get(path).text
    answer = empty_client.get("/forecasts/city")
    assert (answer.status_code, "还没有预测" in answer.text) == (404, True)
