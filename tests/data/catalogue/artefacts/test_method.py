import re

import pytest

from data.catalogue.artefacts.method import CRITERIA_TEXTS, FORMULAS, REFERENCE_TEXTS, method_page
from data.catalogue.entries import Confidence, Stage
from data.catalogue.indicators import WEIGHTS
from data.catalogue.references import References
from data.catalogue.rules import confidence_of
from data.catalogue.urgency import CRITERIA


@pytest.fixture
def page(edition):
    return method_page(edition[1], label="草案")


def texts_of(page):
    parts = [text for section in page.sections for text in section.paragraphs]
    return "".join([*parts, *(c for s in page.sections for t in s.sheets for row in t.rows for c in row)])


def test_every_indicator_criterion_and_reference_of_the_code_is_told():
    assert set(FORMULAS) == set(WEIGHTS)
    assert set(CRITERIA_TEXTS) == set(CRITERIA)
    assert set(REFERENCE_TEXTS) <= set(References.model_fields)


def test_the_weights_of_the_tables_sum_to_one(page):
    (weights,) = [t for s in page.sections for t in s.sheets if t.caption == "六项分指标"]
    assert sum(float(row[3]) for row in weights.rows) == pytest.approx(1)


def test_the_example_is_computed(page):
    # (.30·71.0 + .15·63.8 + .15·63.3 + .15·67.4 + .15·66.6) / .90 = 67.2
    assert "÷0.90=67.2" in texts_of(page)


def test_the_half_widths_told_are_those_of_the_grades(page):
    told = re.search(r"半宽分别不超过(\d+)、(\d+)、(\d+)分", texts_of(page))
    indicators = ("i1", "i2", "i3", "i5", "i6")
    for grade, width in zip(
        (Confidence.A, Confidence.B, Confidence.C), map(float, told.groups()), strict=True
    ):
        facts = {"n_spell": 99, "n_emp": 99, "present": indicators, "stage": Stage.FULL}
        assert confidence_of(half_width=width, **facts) is grade
        assert confidence_of(half_width=width + 0.1, **facts) is not grade


def test_reference_values_of_the_edition_are_printed(page, edition):
    (values,) = edition[1].references
    assert f"{values.fill90:.4g}" in texts_of(page)


def test_without_references_there_is_no_table(edition):
    bare = edition[1].model_copy(update={"references": (), "synthetic": False})
    page = method_page(bare, label="草案")
    assert page.banner == ""
    assert [t.caption for s in page.sections for t in s.sheets] == ["六项分指标", "星级条件", "急需度量表"]
