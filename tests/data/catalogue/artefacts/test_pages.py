from data.catalogue.artefacts.pages import analysis_page, catalogue_page, change_rows, changes_page
from data.catalogue.artefacts.reports import banner_of, facts_of
from data.catalogue.columns import page_columns
from data.releases.changes import Change, ChangeKind, DiffReport, EditionRef, ReasonCode


def report_of(catalogue, *changes, source=""):
    side = EditionRef(
        release_id=1, version="1", as_of=catalogue.as_of, method_version="2.0", snapshot="s", synthetic=True
    )
    return DiffReport(
        kind=catalogue.kind,
        before=side,
        after=side,
        back_cast="已回算。",
        source_change=source,
        changes=changes,
    )


UP = Change(
    kind=ChangeKind.UP,
    before=("a",),
    after="b",
    name="焊工",
    section="港口物流",
    level_before=1,
    level_after=2,
    value_before=60.0,
    value_after=66.0,
    value_back_cast=62.0,
    total=6.0,
    method_effect=2.0,
    data_effect=4.0,
    reasons=(ReasonCode.DATA, ReasonCode.METHOD),
)


def test_each_section_is_a_table_of_all_its_entries(edition):
    for catalogue in edition:
        page = catalogue_page(catalogue, attachment="附件1", label="草案")
        *parts, notes = page.sections
        assert page.landscape
        assert sum(len(part.sheets[0].rows) for part in parts) == len(catalogue.entries)
        assert parts[0].sheets[0].header == tuple(c.header for c in page_columns(catalogue.kind))
        assert set(catalogue.notes) <= set(notes.paragraphs)


def test_every_page_says_what_its_figures_rest_on(edition):
    facts = "".join(facts_of(edition[0]))
    assert all(part in facts for part in ("2026-12-31", "2.0", "s#1"))
    assert banner_of(*edition) == "合成数据"
    assert banner_of() == ""


def test_changes_are_listed_in_full_and_told_in_short(edition):
    report = report_of(edition[1], UP, source="新增来源：丙网")
    heads, row = change_rows(report)
    shown = dict(zip(heads, row, strict=True))
    assert (shown["变化"], shown["原因"], shown["变动"]) == ("升级", "数据变化；方法变化", 6.0)
    (section,) = changes_page(report, edition[1], label="草案").sections
    assert [sheet.caption for sheet in section.sheets] == [
        "条目变化", "变化原因（一条可有多项）", "紧缺指数变动最大的条目",
    ]  # fmt: skip
    assert "新增来源：丙网" in section.paragraphs
    # The method's 2 of 2 + 4 points.
    assert "33%" in section.paragraphs[1]


def test_where_nothing_changed_nothing_is_listed(edition):
    (section,) = changes_page(report_of(edition[0]), edition[0], label="草案").sections
    assert section.sheets == ()
    assert "不适用" in section.paragraphs[1]


def test_an_analysis_without_charts_is_its_introduction(edition):
    (section,) = analysis_page(edition[1], [], folder="图表", label="草案").sections
    assert section.pictures == ()
