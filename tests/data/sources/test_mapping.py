import json

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from data.errors import FileProblem, InputError
from data.normalise.rows import Rows
from data.sources.columns import TableKind, columns_of, read_columns
from data.sources.mapping import (
    ColumnUse,
    Reason,
    check_mapping,
    describe_mapping,
    header_sha256,
    read_mapping_file,
    write_mapping_file,
)
from data.sources.raw import RawTable

NAMES = ["公司全称", "岗位名称", "招几个", "备注", "班车", "职务"]
SAID = {"公司全称": "employer", "招几个": "headcount", "职务": None}


def _problem(mapping, names=NAMES, **options):
    with pytest.raises(InputError) as caught:
        check_mapping(mapping, names, TableKind.POSTING, **options)
    return caught.value


@pytest.mark.parametrize("name", ["m.yaml", "m.json"])
def test_a_mapping_file_names_fields_by_name_or_heading(tmp_path, name):
    path = tmp_path / name
    path.write_text('{"公司全称": "employer", "招几个": "需求人数", "职务": null}', encoding="utf-8")
    assert read_mapping_file(path, TableKind.POSTING) == SAID


def test_a_mapping_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "m.yaml"
    for content in ("- a\n- b", "a: [", "a: \x00", "", "[" * 1500):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_mapping_file(path, TableKind.POSTING)
        assert caught.value.code == "mapping_unreadable"
    path.write_bytes("公司: employer".encode("gb18030"))
    with pytest.raises(InputError):
        read_mapping_file(path, TableKind.POSTING)
    with pytest.raises(InputError) as caught:
        read_mapping_file(tmp_path / "no.yaml", TableKind.POSTING)
    assert caught.value.code == "mapping_missing"


def test_an_unknown_field_is_named_with_all_that_can_be_chosen(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text("公司全称: boss\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mapping_file(path, TableKind.POSTING)
    assert caught.value.code == "mapping_field_unknown"
    assert "boss" in caught.value.message
    assert all(
        f"{column.name}（{column.heading}）" in caught.value.hint for column in columns_of(TableKind.POSTING)
    )
    assert _problem({"公司全称": "boss"}).code == "mapping_field_unknown"


def test_a_column_that_is_not_in_the_file_is_named_with_those_that_are():
    problem = _problem({"单位": "employer"})
    assert problem.code == "mapping_column_unknown"
    assert "公司全称" in problem.hint


def test_two_columns_cannot_be_a_field_that_takes_one():
    problem = _problem({"公司全称": "employer", "班车": "employer"})
    assert (problem.code, "用人单位" in problem.message) == ("mapping_field_twice", True)
    check_mapping({"班车": "duties", "备注": "duties"}, NAMES, TableKind.POSTING)


def test_a_refused_column_gets_in_under_no_name():
    assert _problem({"性别": "title"}, names=[*NAMES, "性别"]).code == "mapping_column_refused"
    assert _problem({"电话": "title"}, refused=["电话"]).code == "mapping_column_refused"
    check_mapping({"电话": None}, NAMES, TableKind.POSTING, refused=["电话"])
    assert read_columns(["性别"], TableKind.POSTING, mapping={"性别": "title"}).refused == ("性别",)


def test_what_a_person_said_wins_over_what_the_names_say():
    columns = read_columns(NAMES, TableKind.POSTING, mapping={**SAID, "班车": "title"})
    assert columns.mapped == {"公司全称": "employer", "招几个": "headcount", "班车": "title"}
    assert columns.ignored == ("岗位名称", "备注", "职务")


def test_rows_are_read_as_a_person_said():
    frame = pd.DataFrame([["甲", "会计", "2", "", "", "x"]], columns=NAMES, index=[2])
    table = RawTable(frame, "a.csv", "0" * 64)
    rows = Rows(table, TableKind.POSTING, mapping=SAID)
    assert (rows.texts("employer"), rows.texts("headcount")) == (["甲"], ["2"])
    with pytest.raises(FileProblem):
        Rows(table, TableKind.POSTING)
    with pytest.raises(InputError):
        Rows(table, TableKind.POSTING, mapping={"没有": "employer"})


def test_every_column_is_described_with_its_reason():
    uses = describe_mapping(NAMES, TableKind.POSTING, mapping=SAID, refused=["电话"])
    assert uses[0] == ColumnUse("公司全称", "employer", "用人单位", Reason.CONFIRMED)
    assert [(use.column, use.reason.value) for use in uses[1:]] == [
        ("岗位名称", "alias"),
        ("招几个", "confirmed"),
        ("备注", "ignored"),
        ("班车", "unknown"),
        ("职务", "ignored"),
        ("电话", "refused"),
    ]
    assert all(reason.label for reason in Reason)


@pytest.mark.parametrize("name", ["m.yaml", "m.json"])
def test_a_mapping_written_is_read_back(tmp_path, name):
    names = [*NAMES, 'a: "b" # c', "性别"]
    uses = describe_mapping(names, TableKind.POSTING, mapping=SAID)
    write_mapping_file(tmp_path / name, uses, TableKind.POSTING)
    mapping = read_mapping_file(tmp_path / name, TableKind.POSTING)
    assert mapping == {use.column: use.field for use in uses if use.column != "性别"}
    check_mapping(mapping, names, TableKind.POSTING)
    again = read_columns(names, TableKind.POSTING, mapping=mapping)
    assert again.mapped == read_columns(names, TableKind.POSTING, mapping=SAID).mapped


def test_an_empty_mapping_is_still_a_mapping(tmp_path):
    write_mapping_file(tmp_path / "m.yaml", (), TableKind.PROFILE)
    assert read_mapping_file(tmp_path / "m.yaml", TableKind.PROFILE) == {}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_any_name_of_a_column_survives_the_file(tmp_path_factory, names):
    path = tmp_path_factory.mktemp("m") / "m.yaml"
    uses = [ColumnUse(name, "title", "岗位名称", Reason.CONFIRMED) for name in names]
    write_mapping_file(path, uses, TableKind.POSTING)
    assert list(yaml.safe_load(path.read_text("utf-8"))) == names
    assert json.dumps(read_mapping_file(path, TableKind.POSTING))


def test_a_header_is_known_by_its_names_and_their_order():
    assert header_sha256(["a", "b "]) == header_sha256(["a", "b"])
    assert len({header_sha256(names) for names in (["a", "b"], ["b", "a"], ["ab"], [])}) == 4
