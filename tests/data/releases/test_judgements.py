"""What people put in goes through a snapshot unchanged."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from data.catalogue.entries import CatalogueKind
from data.catalogue.experts import ExpertVote
from data.catalogue.references import References
from data.catalogue.survey import SurveyShare
from data.catalogue.urgency import UrgencyRating
from data.errors import StoreError
from data.releases.documents import canonical, catalogue_of
from data.releases.judgements import Judgements
from data.releases.methods import compute
from data.releases.snapshot import read_snapshot, write_snapshot


def made_of(record, **known):
    """A record with the fields given and something plain in every other required one."""
    plain = {str: "甲", bool: True, float: 60.0, int: 5, dt.date: dt.date(2026, 6, 30)}
    fields = {
        name: next((value for kind, value in plain.items() if kind is info.annotation), 60.0)
        for name, info in record.model_fields.items()
        if info.is_required()
    }
    return record.model_validate(fields | known)


@pytest.fixture
def judgements(shortage):
    return Judgements(
        references=made_of(References, synthetic=True),
        ratings=(made_of(UrgencyRating, occ_code="6-15-05-01"),),
        votes=(made_of(ExpertVote, occ_code="6-15-05-01"),),
        survey=(SurveyShare(occ_code="6-15-05-01", hard_share=0.4, n=9, synthetic=True),),
        previous=shortage,
    )


def test_they_come_back_from_their_json_as_they_were(judgements):
    extras = json.loads(json.dumps(judgements.extras))
    assert Judgements.from_extras(extras) == judgements
    assert set(judgements.options) == {"references", "ratings", "votes", "survey", "previous"}


def test_nothing_is_nothing():
    assert Judgements().extras == {}
    assert Judgements.from_extras({}) == Judgements()


def test_a_survey_reaches_the_method_and_is_rebuilt_from_the_snapshot(make_inputs, tmp_path):
    share = SurveyShare(
        occ_code="6-15-05-02", key_industry="镁材料深加工", hard_share=0.9, n=9, synthetic=True
    )
    plain = make_inputs()
    asked = make_inputs(extras=Judgements(survey=(share,)).extras)
    catalogues = [compute(each, CatalogueKind.SHORTAGE, "2027", 0) for each in (plain, asked)]
    indicators = [
        next(e.indicators.i6 for e in each.entries if e.occ_code == "6-15-05-02" and e.n_spell)
        for each in catalogues
    ]
    assert indicators[0] is None
    assert indicators[1] is not None
    write_snapshot(asked, tmp_path)
    again = compute(read_snapshot(tmp_path / asked.folder), CatalogueKind.SHORTAGE, "2027", 0)
    assert canonical(again) == canonical(catalogues[1])


def test_a_document_of_another_form_is_named(shortage):
    content = shortage.model_dump(mode="json") | {"edition": "2019", "method_version": "0.1", "colour": "red"}
    with pytest.raises(StoreError, match=r"2019版，方法 0\.1"):
        catalogue_of(content)
