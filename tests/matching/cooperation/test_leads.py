from __future__ import annotations

from matching.coding.codes import Suggestion
from matching.coding.major_occupations import official_occupations
from matching.cooperation.leads import leads_of, major_keys


class Ranker:
    """Suggests two occupations for anything, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def rank(self, names, *, k):
        self.asked += names
        return [
            (Suggestion("6-20-03-01", "装配钳工", 0.9), Suggestion("6-18-01-01", "车工", 0.8)) for _ in names
        ]


def test_a_major_of_the_standards_leads_to_their_occupations_and_no_others():
    ranker = Ranker()
    leads = leads_of(["机电一体化技术"], ranker=ranker)["机电一体化技术"]
    assert [lead.occupation_code for lead in leads] == list(official_occupations()["机电一体化技术"])
    assert {(lead.strength, lead.official) for lead in leads} == {(1.0, True)}
    assert ranker.asked == []


def test_a_major_that_no_standard_knows_is_inferred_and_weaker_with_every_rank():
    ranker = Ranker()
    first, second = leads_of(["镁冶金工程"], ranker=ranker)["镁冶金工程"]
    assert (first.occupation_code, first.official) == ("6-20-03-01", False)
    assert 1 > first.strength > second.strength > 0
    assert ranker.asked == ["镁冶金工程"]
    assert leads_of(["镁冶金工程"])["镁冶金工程"] == ()


def test_majors_in_a_cell_are_spelled_as_the_catalogues_spell_them():
    assert major_keys("过控、机电一体化等相关专业") == ("过程装备与控制工程", "机电一体化技术")
    assert major_keys("不限") == ()
