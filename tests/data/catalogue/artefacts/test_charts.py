import pytest
from matplotlib import font_manager

from data.catalogue.artefacts.charts import chart_style, new_axes, save_chart
from data.catalogue.artefacts.charts_of_entries import entry_charts
from data.catalogue.entries import published
from data.errors import RefusedError


@pytest.fixture(scope="module")
def charts(edition):
    with chart_style():
        return {chart.stem[:2]: chart for chart in entry_charts(published(edition[1]))}


def test_every_chart_has_words_a_label_and_its_figures(charts):
    assert {"01", "02", "03", "04", "06", "07", "08"} <= set(charts)
    for chart in charts.values():
        assert chart.alt.endswith("。")
        assert chart.figure.axes[0].get_title(loc="left").endswith("【合成数据】")
        assert all(len(row) == len(chart.header) for row in chart.rows)


def test_the_bars_of_stars_add_up_to_the_entries(charts, edition):
    counts = sum(sum(row[1:]) for row in charts["01"].rows)
    assert counts == len(edition[1].entries)


def test_the_top_list_is_sorted_and_within_its_intervals(charts):
    values = [row[2] for row in charts["03"].rows]
    assert values == sorted(values, reverse=True)
    assert all(low <= value <= high for _, _, value, low, high, _ in charts["03"].rows)


def test_the_quadrant_counts_what_is_both_short_and_urgent(charts):
    both = sum(row[2] >= 60 and row[5] >= 60 for row in charts["02"].rows)
    assert f"都达到60的有{both}个" in charts["02"].alt


def test_tension_lies_between_none_and_all(charts):
    assert all(
        0 <= row[4] <= 1 and row[4] == round(row[2] / (row[2] + row[3]), 3) for row in charts["04"].rows
    )


def test_without_urgency_there_is_no_quadrant(build):
    with chart_style():
        assert "02" not in {chart.stem[:2] for chart in entry_charts(build()[1])}


def test_without_entries_there_is_no_chart(build, market):
    with chart_style():
        assert entry_charts(build(market.vacancies.head(0))[1]) == []


def test_a_chart_is_kept_in_three_forms_with_the_same_bytes_each_time(edition, tmp_path):
    written = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        with chart_style():
            chart = entry_charts(edition[1])[0]
            paths = save_chart(chart, folder, banner="合成数据")
        written.append([path.read_bytes() for path in paths])
        assert [path.suffix for path in paths] == [".svg", ".png", ".csv"]
    assert written[0] == written[1]
    lines = (tmp_path / "a" / "01-产业与星级.csv").read_text("utf-8-sig").splitlines()
    assert tuple(lines[0].split(",")) == (*chart.header, "数据性质")
    assert all(row.endswith(",合成数据") for row in lines[1:])


def test_real_data_bear_no_label():
    with chart_style():
        assert new_axes("甲", "")[1].get_title(loc="left") == "甲"


def test_without_the_font_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    with pytest.raises(RefusedError, match="fonts-noto-cjk"), chart_style():
        pass
