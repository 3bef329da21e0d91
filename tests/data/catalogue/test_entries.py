import pytest
from pydantic import ValidationError

from data.catalogue.entries import (
    Catalogue,
    CatalogueKind,
    DemandEntry,
    Indicator,
    Indicators,
    ShortageEntry,
    Stage,
    entry_fields,
)

EXCLUDED = ("sex", "age", "ethnic", "religion", "marital", "hukou", "disab", "photo", "school_tier")


@pytest.mark.parametrize("model", [DemandEntry, ShortageEntry, Catalogue, Indicator, Indicators])
def test_every_field_says_what_it_means(model):
    assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_no_field_holds_an_excluded_attribute(kind):
    names = set(entry_fields(kind))
    assert not {name for name in names if name in EXCLUDED or name.startswith(EXCLUDED[2:])}


def test_a_record_is_frozen_and_forbids_what_it_does_not_know():
    indicator = Indicator(raw=1.0, used=1.0, score=50, n=3)
    with pytest.raises(ValidationError):
        indicator.score = 60
    with pytest.raises(ValidationError):
        Indicator(raw=1.0, used=1.0, score=50, n=3, weight=1)


def test_a_score_lies_between_0_and_100():
    with pytest.raises(ValidationError):
        Indicator(raw=1.0, used=1.0, score=101, n=3)


def test_kinds_and_stages_have_words_for_print():
    assert [kind.title for kind in CatalogueKind] == ["人才需求目录", "急需紧缺人才目录"]
    assert [stage.chinese for stage in Stage] == ["阶段0（不发布星级）", "阶段1（试行）", "阶段2（完整）"]
