"""What changed between two editions, and how much of it is due to the method."""

from __future__ import annotations

import csv
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue.entries import METHOD_VERSION, CatalogueKind
from data.errors import InputError
from data.releases.changes import ChangeKind, DiffReport, EditionRef, ReasonCode
from data.releases.comparison import Context, compare_catalogues, compare_releases
from data.releases.errata import Erratum
from data.releases.lifecycle import Deed, correct
from data.releases.methods import compute
from data.releases.registry import find_release, read_document
from data.releases.report import summary_text, write_diff
from data.releases.states import EditionState

K, R = ChangeKind, ReasonCode


def rewritten(catalogue, changes=None, *, drop=(), add=(), version=METHOD_VERSION):
    """A catalogue whose entries (counted from 0) differ in some fields."""
    entries = [
        entry.model_copy(update=(changes or {}).get(place, {}))
        for place, entry in enumerate(catalogue.entries)
        if place not in drop
    ]
    return catalogue.model_copy(update={"entries": (*entries, *add), "method_version": version})


def fresh(entry, digits, **changes):
    return entry.model_copy(update={"entry_id": f"YK-S-2028-{digits}", **changes})


def kinds(changes):
    return [change.kind for change in changes]


def same_method(catalogue):
    return Context(back_cast=catalogue)


def test_an_edition_compared_with_itself_did_not_change(shortage, demand):
    for catalogue in (shortage, demand):
        changes = compare_catalogues(catalogue, catalogue, same_method(catalogue))
        assert set(kinds(changes)) == {K.SAME}
        assert all(change.reasons == () for change in changes)
        assert all(change.total == 0 for change in changes if change.value_before is not None)


def test_identifiers_of_another_edition_are_the_same_entries(inputs, shortage):
    later = compute(inputs, CatalogueKind.SHORTAGE, "2028", 0)
    changes = compare_catalogues(shortage, later, same_method(shortage))
    assert set(kinds(changes)) == {K.SAME}
    assert changes[0].before == (shortage.entries[0].entry_id,)
    assert changes[0].after == later.entries[0].entry_id


def test_stars_decide_up_and_down_and_x_is_neither(shortage):
    before = rewritten(
        shortage, {0: {"star": 1, "S": 55.0}, 1: {"star": 2, "S": 65.0}, 2: {"star": None, "S": None}}
    )
    after = rewritten(
        shortage,
        {
            0: {"star": 2, "S": 66.5},
            1: {"star": 1, "S": 58.0},
            2: {"star": 1, "S": 56.0},
            3: {"star": None, "S": None},
        },
    )
    changes = compare_catalogues(before, after, same_method(before))
    assert kinds(changes)[:4] == [K.UP, K.DOWN, K.RATED, K.UNRATED]
    assert (changes[0].total, changes[0].data_effect, changes[0].method_effect) == (11.5, 11.5, 0.0)
    assert changes[2].total is changes[2].data_effect is None
    assert all(change.reasons == (R.DATA,) for change in changes[:4])


def test_what_came_and_what_went_is_named_last_what_went(shortage):
    new = fresh(shortage.entries[0], "00000001", occ_code="2-02-02-02", occ_name="新职业")
    after = rewritten(shortage, drop=(0,), add=(new,))
    changes = compare_catalogues(shortage, after, same_method(shortage))
    assert kinds(changes)[-2:] == [K.ADDED, K.REMOVED]
    assert changes[-1].before == (shortage.entries[0].entry_id,)
    assert changes[-1].after is None
    assert [change.reasons for change in changes[-2:]] == [(R.DATA,), (R.DATA,)]


def test_a_new_name_under_the_same_code_is_a_renaming(shortage):
    after = rewritten(shortage, {0: {"occ_name": "新名"}})
    change = compare_catalogues(shortage, after, same_method(shortage))[0]
    assert (change.kind, change.reasons) == (K.RENAMED, (R.CLASSIFICATION,))
    assert change.total == 0


def test_the_same_name_under_a_new_code_is_a_recoding(shortage):
    first = shortage.entries[0]
    after = rewritten(shortage, drop=(0,), add=(fresh(first, "00000001", occ_code="6-99-99-01", S=50.0),))
    change = compare_catalogues(shortage, after, same_method(shortage))[-1]
    assert (change.kind, change.before) == (K.RECODED, (first.entry_id,))
    assert change.total == round(50.0 - first.S, 1)
    assert R.CLASSIFICATION in change.reasons


def test_two_of_one_name_are_not_taken_for_one(shortage):
    first = shortage.entries[0]
    twins = tuple(fresh(first, f"0000000{n}", occ_code=f"6-99-99-0{n}") for n in (1, 2))
    after = rewritten(shortage, drop=(0,), add=twins)
    assert kinds(compare_catalogues(shortage, after))[-3:] == [K.ADDED, K.ADDED, K.REMOVED]


def test_the_map_of_codes_tells_split_and_merged(shortage):
    first, second = shortage.entries[:2]
    assert first.section == second.section
    halves = tuple(fresh(first, f"0000000{n}", occ_code=f"6-99-99-0{n}", occ_name=f"半{n}") for n in (1, 2))
    split = compare_catalogues(
        shortage,
        rewritten(shortage, drop=(0,), add=halves),
        Context(codes={first.occ_code: ["6-99-99-01", "6-99-99-02"]}),
    )
    assert kinds(split)[-2:] == [K.SPLIT, K.SPLIT]
    assert K.REMOVED not in kinds(split)
    assert all(change.total is None for change in split[-2:])
    whole = fresh(first, "00000003", occ_code="6-99-99-03", occ_name="合一")
    merged = compare_catalogues(
        shortage,
        rewritten(shortage, drop=(0, 1), add=(whole,)),
        Context(codes={first.occ_code: ["6-99-99-03"], second.occ_code: ["6-99-99-03"]}),
    )[-1]
    assert (merged.kind, merged.before) == (K.MERGED, (first.entry_id, second.entry_id))
    assert merged.reasons == (R.CLASSIFICATION,)


figures = st.one_of(st.none(), st.integers(50, 950).map(lambda tenths: tenths / 10))


@given(st.lists(st.tuples(figures, figures, figures), min_size=6, max_size=6))
def test_the_parts_add_up_to_the_whole_wherever_all_three_are_known(shortage, values):
    versions = [
        rewritten(shortage, {place: {"S": row[column]} for place, row in enumerate(values)})
        for column in range(3)
    ]
    changes = compare_catalogues(versions[0], versions[2], Context(back_cast=versions[1]))
    for change, (before, middle, after) in zip(changes, values, strict=True):
        if None in (before, middle, after):
            assert change.method_effect is change.data_effect is None
        else:
            assert change.method_effect + change.data_effect == pytest.approx(change.total, abs=1e-9)
            assert change.total == pytest.approx(after - before, abs=0.051)


def test_the_larger_part_is_named_first(shortage):
    before = rewritten(shortage, {0: {"S": 50.0}, 1: {"S": 50.0}, 2: {"S": 50.0}})
    middle = rewritten(shortage, {0: {"S": 58.0}, 1: {"S": 51.0}, 2: {"S": 50.0}})
    after = rewritten(shortage, {0: {"S": 60.0}, 1: {"S": 60.0}, 2: {"S": 52.0}})
    changes = compare_catalogues(before, after, Context(back_cast=middle))
    assert [change.reasons for change in changes[:3]] == [(R.METHOD, R.DATA), (R.DATA, R.METHOD), (R.DATA,)]


def test_what_the_later_method_alone_brings_or_drops_is_due_to_the_method(shortage):
    before, after = rewritten(shortage, drop=(0,)), rewritten(shortage, drop=(1,))
    by_method = compare_catalogues(before, after, Context(back_cast=after))
    by_data = compare_catalogues(before, after, Context(back_cast=before))
    for changes, reason in ((by_method, R.METHOD), (by_data, R.DATA)):
        told = {change.kind: change.reasons for change in changes if change.kind is not K.SAME}
        assert told == {K.ADDED: (reason,), K.REMOVED: (reason,)}
    rated = rewritten(shortage, {0: {"star": None, "S": None}})
    change = compare_catalogues(rated, shortage, Context(back_cast=shortage))[0]
    assert (change.kind, change.reasons) == (K.RATED, (R.METHOD,))


def test_without_a_back_cast_the_parts_stay_empty(shortage):
    after = rewritten(shortage, {0: {"star": 2, "S": 70.0}}, version="9.9")
    change = compare_catalogues(shortage, after)[0]
    assert change.kind is K.UP
    assert change.total is not None
    assert (change.method_effect, change.data_effect, change.reasons) == (None, None, ())


def test_a_source_that_came_stands_for_the_change_of_its_entries_only(shortage):
    places = {place: {"S": 90.0, "vacancy_ids": (f"v{place}",)} for place in (0, 1)}
    after = rewritten(shortage, places)
    context = Context(back_cast=shortage, sources=({"v": "甲平台"}, {"v0": "乙平台", "v1": "甲平台"}))
    changes = compare_catalogues(shortage, after, context)
    assert changes[0].reasons == (R.SOURCE,)
    assert changes[1].reasons == (R.DATA,)


def test_expert_entries_and_errata_are_labelled(shortage):
    after = rewritten(shortage, {0: {"route": "专家", "star": 5, "S": 80.0}, 1: {"S": 80.0}})
    context = Context(back_cast=shortage, corrected=frozenset({after.entries[1].entry_id}))
    changes = compare_catalogues(shortage, after, context)
    assert changes[0].reasons == (R.EXPERT, R.DATA)
    assert changes[1].reasons == (R.ERRATUM,)
    assert changes[1].data_effect is changes[1].method_effect is None


def test_the_demand_catalogue_counts_places(demand):
    after = rewritten(demand, {0: {"headcount": 9}, 1: {"headcount": None}})
    before = rewritten(demand, {0: {"headcount": 4}, 1: {"headcount": 3}})
    changes = compare_catalogues(before, after, same_method(before))
    assert kinds(changes)[:2] == [K.UP, K.UNRATED]
    assert (changes[0].total, changes[0].name) == (5.0, demand.entries[0].job_title)


def test_the_two_kinds_are_not_compared(shortage, demand):
    with pytest.raises(InputError, match="不能比较"):
        compare_catalogues(shortage, demand)


@pytest.fixture
def two(store, begin, make_inputs):
    """Two releases; the second on other data, by another method where one is given."""

    def makes(method=compute, **options):
        numbers = (
            begin(name="2026"),
            begin(name="2027", data=make_inputs(seed=5, **options), method=method),
        )
        return [(found := find_release(store, number), found.latest.version) for number in numbers]

    return makes


def warmer(inputs, kind, edition, seed):
    """Another method: five points more for every index."""
    made = compute(inputs, kind, edition, seed)
    entries = [
        entry.model_copy(
            update={"method_version": "9.9", "S": None if entry.S is None else min(entry.S + 5, 95.0)}
        )
        for entry in made.entries
    ]
    return made.model_copy(update={"entries": tuple(entries), "method_version": "9.9"})


def test_the_earlier_data_are_rated_anew_where_the_method_changed(store, two, snapshots):
    methods = {METHOD_VERSION: compute, "9.9": warmer}
    report = compare_releases(store, *two(warmer), snapshots=snapshots, methods=methods)
    rated = [change for change in report.changes if change.method_effect is not None]
    assert rated
    assert all(change.method_effect == 5.0 for change in rated)
    assert all(change.method_effect + change.data_effect == pytest.approx(change.total) for change in rated)
    assert "已用新方法回算上版数据" in report.back_cast
    moved = sum(abs(change.data_effect) for change in rated)
    assert report.method_share == pytest.approx(5 * len(rated) / (5 * len(rated) + moved))


def test_a_method_that_is_not_there_leaves_the_parts_empty_and_says_so(store, two, snapshots):
    report = compare_releases(store, *two(warmer), snapshots=snapshots)
    assert "未能回算：需要方法版本 9.9" in report.back_cast
    assert report.method_share is None
    assert all(change.method_effect is None for change in report.changes)


def test_the_same_method_leaves_everything_to_the_data(store, two, snapshots):
    report = compare_releases(store, *two(), snapshots=snapshots)
    assert "两版方法相同" in report.back_cast
    assert report.method_share == 0.0
    assert report.source_change == ""
    assert R.METHOD not in report.reasons


def test_sources_that_came_or_went_are_named(store, two, snapshots):
    report = compare_releases(store, *two(source="乙平台"), snapshots=snapshots)
    assert report.source_change == "新增 乙平台；减少 甲平台"
    assert R.SOURCE in report.reasons
    assert R.DATA not in report.reasons


def test_an_edition_without_snapshot_is_compared_without_its_sources(store, begin, snapshots):
    sides = [(release := find_release(store, begin(kept=False)), release.latest.version) for _ in "ab"]
    report = compare_releases(store, *sides, snapshots=snapshots)
    assert set(report.counts) == {K.SAME}
    assert report.method_share is None


def test_versions_of_one_edition_differ_by_their_errata(store, begin, walk, snapshots):
    release = walk(begin(), EditionState.PUBLISHED)
    first = next(entry for entry in read_document(store, release).entries if entry.S is not None)
    erratum = Erratum(
        entry_id=first.entry_id, field="S", old=first.S, new=first.S - 1, reason="录入错误",
        found_on=dt.date(2026, 9, 3),
    )  # fmt: skip
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    correct(store, release.release_id, [erratum], Deed("王五", "办公室", "勘误", dt.date(2026, 9, 4), now))
    release = find_release(store, release.release_id)
    report = compare_releases(store, (release, "2027.1"), (release, "2027.1.1"), snapshots=snapshots)
    assert report.reasons == {R.ERRATUM: 1}
    same = compare_releases(store, (release, "2027.0-rc1"), (release, "2027.1"), snapshots=snapshots)
    assert same.reasons == {}


def report_of(catalogue, changes, kind=CatalogueKind.SHORTAGE):
    ends = [
        EditionRef(
            release_id=number,
            version=version,
            as_of=catalogue.as_of,
            method_version="1.0",
            snapshot="s",
            synthetic=True,
        )
        for number, version in ((1, "2026.1"), (2, "2027.1"))
    ]
    return DiffReport(
        kind=kind, before=ends[0], after=ends[1], back_cast="两版方法相同", source_change="新增 乙平台",
        changes=changes,
    )  # fmt: skip


def test_one_page_says_counts_reasons_and_what_moved_most(shortage):
    before = rewritten(shortage, {0: {"star": 1, "S": 50.0}, 1: {"S": 50.0}})
    after = rewritten(
        shortage, {0: {"star": 2, "S": 61.0, "occ_name": before.entries[0].occ_name}, 1: {"S": 49.0}}
    )
    page = summary_text(report_of(shortage, compare_catalogues(before, after, same_method(before))))
    lines = page.splitlines()
    assert lines[0] == "# 【含合成数据】急需紧缺人才目录变化说明：2026.1 → 2027.1"
    assert "升级 1，维持 5" in page
    assert "D 数据变化 2" in page
    assert "归于方法的份额：0%" in page
    assert "新增 乙平台" in page
    rows = [line for line in lines if line.startswith(f"| {shortage.entries[0].occ_name} ")]
    assert rows[0].count("|") == 10
    assert "| 50.0 | 61.0 | +11.0 | +0.0 | +11.0 | 升级 | D |" in rows[0]


def test_a_page_without_movement_says_so(demand):
    report = report_of(demand, (), CatalogueKind.DEMAND)
    page = summary_text(report.model_copy(update={"source_change": ""}))
    assert "没有条目" in page
    assert "没有数值变动的条目" in page
    assert "不适用" in page
    assert "数据源" not in page


def test_the_files_say_the_same_and_run_nothing(demand, tmp_path):
    before = rewritten(demand, {0: {"headcount": 1}})
    after = rewritten(demand, {0: {"headcount": 2, "job_title": "=cmd|焊工"}})
    report = report_of(demand, compare_catalogues(before, after, same_method(before)), CatalogueKind.DEMAND)
    paths = write_diff(report, tmp_path / "new")
    assert [path.name for path in paths] == ["changes.md", "diff.csv", "diff.json"]
    assert paths[1].read_bytes().startswith(b"\xef\xbb\xbf")
    with paths[1].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(json.loads(paths[2].read_text("utf-8"))["changes"]) == len(demand.entries)
    assert (rows[0]["变化"], rows[0]["名称"], rows[0]["变动"]) == ("renamed", "'=cmd|焊工", "1.0")
    assert "人数增加" not in paths[0].read_text("utf-8")
    assert "=cmd／焊工" in paths[0].read_text("utf-8")
    again = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_diff(report, tmp_path / "new")] == again
