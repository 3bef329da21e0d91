"""A form without what the law wants on its head is no form."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from data.errors import FileProblem, InputError, UnknownName
from data.survey.forms import Form, form_for_returns, read_form, read_form_file, write_form
from data.survey.returns import Return, ReturnFile, write_returns

HEAD = {
    "表号": "调1",
    "表名": "调查表",
    "制定机关": "示例局",
    "批准文号": "统〔2026〕1号",
    "有效期起": "2026-01-01",
    "有效期止": "2026-12-31",
    "指标": [{"代码": "A01", "名称": "人数"}],
}


@pytest.fixture
def write(tmp_path):
    def writes(content):
        path = tmp_path / "form.yaml"
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
        path.write_text(text, encoding="utf-8")
        return path

    return writes


def test_a_whole_form_is_read(write):
    assert read_form_file(write(HEAD)) == Form.model_validate(HEAD)


@pytest.mark.parametrize("name", ["表号", "制定机关", "批准文号", "有效期起", "有效期止", "指标"])
def test_a_form_that_lacks_anything_of_its_head_is_refused_by_name(write, name):
    for wrong in ({key: value for key, value in HEAD.items() if key != name}, HEAD | {name: ""}):
        with pytest.raises(FileProblem, match=name):
            read_form_file(write(wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        HEAD | {"有效期止": "2025-12-31"},
        HEAD | {"指标": HEAD["指标"] * 2},
        HEAD | {"别的": 1},
        "不是表",
        "a: [",
    ],
)
def test_a_form_that_contradicts_itself_is_refused(write, wrong):
    with pytest.raises(FileProblem):
        read_form_file(write(wrong))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileProblem, match=r"none\.yaml"):
        read_form_file(tmp_path / "none.yaml")


def test_a_form_comes_back_as_it_was_registered(survey, described):
    assert read_form(survey, described.form_number) == described


@pytest.mark.parametrize(
    ("day", "open_"),
    [("2025-12-31", False), ("2026-01-01", True), ("2027-12-31", True), ("2028-01-01", False)],
)
def test_returns_are_taken_only_while_the_form_is_valid(survey, described, day, open_):
    today = dt.date.fromisoformat(day)
    if open_:
        assert form_for_returns(survey, described.form_number, today=today) == described
    else:
        with pytest.raises(InputError, match="不能接收报送"):
            form_for_returns(survey, described.form_number, today=today)


def test_a_form_that_nobody_approved_takes_no_returns(survey):
    with pytest.raises(UnknownName, match="没有登记"):
        form_for_returns(survey, "自造表", today=dt.date(2026, 3, 1))


def test_a_form_in_use_may_be_prolonged_but_not_altered(survey, described):
    one = Return(unit_code="u", period="2026", numbers={"A01": 1.0}, categories={})
    write_returns(survey, described.form_number, ReturnFile(sha256="0" * 64, returns=(one,)))
    longer = described.model_copy(update={"valid_until": dt.date(2029, 1, 1)})
    write_form(survey, longer)
    assert read_form(survey, described.form_number) == longer
    with pytest.raises(InputError, match="不能再改"):
        write_form(survey, described.model_copy(update={"title": "另一张表"}))


def test_an_item_is_found_by_code_or_refused_with_those_there_are(described):
    assert described.item("A01").label == "缺工人数"
    with pytest.raises(UnknownName, match="A01、B01"):
        described.item("Z9")
