from __future__ import annotations

import re

import numpy as np

from data.linter.scan import lint, scan
from data.normalise.persons import without_person
from training.fairness.words import DEMANDS, STATEMENTS, Attribute, drawn_names


def test_every_attribute_is_stated_and_demanded_in_three_languages():
    spoken = {(wording.attribute, wording.language) for wording in STATEMENTS}
    asked = {(wording.attribute, wording.language) for wording in DEMANDS}
    stated = set(Attribute) - {Attribute.BARE_NAME}
    assert {attribute for attribute, _ in spoken} == stated
    assert {attribute for attribute, _ in asked} == stated - {Attribute.NAME}
    for language in ("zh", "en", "ru"):
        assert {attribute for attribute, spoke in spoken if spoke == language} == stated


def test_drawn_names_are_the_same_for_the_same_seed_and_come_in_four_forms():
    first, again = (drawn_names(np.random.default_rng(3), 12) for _ in range(2))
    assert first == again
    assert len(first) == 12
    bare = [each for each in first if each.attribute is Attribute.BARE_NAME]
    assert len(bare) == 3
    assert not any(re.search("我叫|姓名", each.text) for each in bare)
    assert drawn_names(np.random.default_rng(0), 0) == ()


def test_a_statement_is_none_of_the_work_around_it():
    for wording in STATEMENTS:
        assert without_person(f"做过五年浮选。{wording.text}。熟悉PLC。") == "做过五年浮选。熟悉PLC。", (
            wording
        )


def test_every_demand_is_named_by_the_linter_and_taken_out():
    for wording in DEMANDS:
        assert lint(wording.text), wording
        assert scan(f"负责浮选，{wording.text}，熟悉PLC").kept == "负责浮选，熟悉PLC", wording
