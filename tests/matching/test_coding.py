"""Coding titles to occupations."""

from __future__ import annotations

import numpy as np
import pytest

from data.reference import market_titles, occupation_names
from data.vacancies import normalise_title
from matching.coding import CodeMethod, OccupationCoder


@pytest.fixture(scope="module")
def coder(model):
    return OccupationCoder.from_reference(model)


@pytest.mark.model
@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("岸桥司机", "起重装卸机械操作工"),
        ("高级岸桥司机（夜班）", "起重装卸机械操作工"),
        ("焊工", "焊工"),
        ("急聘焊工 6-8K", "焊工"),
        ("Java开发工程师", "计算机软件工程技术人员"),
    ],
)
def test_market_titles_are_coded_without_the_embedding(coder, title, name):
    found = coder.code([title])[0]
    assert found.method in (CodeMethod.ALIAS, CodeMethod.EXACT)
    assert occupation_names()[found.code] == name
    assert found.suggestions == ()


@pytest.mark.model
def test_the_trap_of_fuzzy_matching_is_not_fallen_into(coder):
    # WRatio sends 化工工艺工程师 to 药师
    assert "药师" not in occupation_names()[coder.code(["化工工艺工程师"])[0].code]


@pytest.mark.model
def test_what_is_not_sure_goes_to_review_with_suggestions(coder):
    found = coder.code(["综合岗（三）"], top=3)[0]
    assert found.method is CodeMethod.REVIEW
    assert found.code is None
    assert len(found.suggestions) == 3
    assert found.suggestions[0].score >= found.suggestions[1].score
    assert found.suggestions[0].name == occupation_names()[found.suggestions[0].code]


@pytest.mark.model
def test_every_title_gets_an_answer_in_its_place(coder):
    titles = ["焊工", "综合岗（三）", "焊工", "Welder"]
    found = coder.code(titles)
    assert [entry.code for entry in found[:3]] == [found[0].code, None, found[0].code]
    assert coder.code([]) == []


@pytest.mark.model
def test_the_error_of_automatic_codes_is_as_stated():
    # Each title is coded by a coder that does not know it. Recorded 2026-11: 80 % coded, 86 % of them right.
    from data.settings import Settings
    from matching.encoder.model import build_model

    table = market_titles()
    rng = np.random.default_rng(0)
    held_out = table.iloc[rng.choice(len(table), 400, replace=False)]
    full = OccupationCoder.from_reference(build_model(Settings()))
    left = {
        key: code
        for key, code in full.aliases.items()
        if key not in set(held_out["title"].map(normalise_title))
    }
    coder = OccupationCoder(build_model(Settings()), left, full.exact)
    found = coder.code(held_out["title"].tolist())
    automatic = [
        entry.code == code
        for entry, code in zip(found, held_out["occupation_code"], strict=True)
        if entry.method is CodeMethod.EMBEDDING
    ]
    asked = [entry for entry in found if entry.method in (CodeMethod.EMBEDDING, CodeMethod.REVIEW)]
    assert np.mean(automatic) > 0.76
    assert len(automatic) / len(asked) > 0.65
