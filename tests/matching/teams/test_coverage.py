from __future__ import annotations

from matching.results import Evidence
from matching.teams.coverage import Coverage


def brought(challenge, person, model):
    return Coverage.from_people(challenge.skills, [person], model).of(person)


def test_a_listed_skill_is_named_whatever_its_spelling(make_challenge, make_person, hashing_model):
    found = brought(make_challenge("PLC", "浮选"), make_person("P1", "ＰＬＣ"), hashing_model)
    assert list(found) == ["PLC"]
    assert (found["PLC"].strength, found["PLC"].evidence.text) == (1.0, "ＰＬＣ")


def test_another_name_of_the_same_skill_counts(make_challenge, make_person, hashing_model):
    found = brought(make_challenge("液相色谱"), make_person("P1", "HPLC"), hashing_model)
    assert found["液相色谱"].evidence == Evidence(field="skills", text="HPLC", offset=None)


def test_a_skill_inside_a_longer_one_counts(make_challenge, make_person, hashing_model):
    found = brought(make_challenge("浮选"), make_person("P1", "菱镁矿浮选"), hashing_model)
    assert found["浮选"].evidence.text == "菱镁矿浮选"


def test_a_text_shows_a_skill_with_its_place(make_challenge, make_person, hashing_model):
    person = make_person("P1", summary="做过浮选试验。")
    (shown,) = brought(make_challenge("浮选"), person, hashing_model).values()
    assert person["summary"][shown.evidence.offset :].startswith("浮选")
    assert shown.evidence.field == "summary"


def test_an_attitude_is_no_skill(make_challenge, make_person, hashing_model):
    assert brought(make_challenge("责任心"), make_person("P1", "责任心"), hashing_model) == {}


def test_a_near_skill_counts_only_where_near_is_enough(make_challenge, make_person, hashing_model):
    person = make_person("P1", "电熔镁砂冶炼工艺")
    near = brought(make_challenge({"name": "电熔镁砂冶炼技艺", "level": "相近"}), person, hashing_model)
    (shown,) = near.values()
    assert 0 <= shown.strength < 1
    assert shown.evidence.text == "电熔镁砂冶炼工艺"
    assert brought(make_challenge("电熔镁砂冶炼技艺"), person, hashing_model) == {}
    far = brought(make_challenge({"name": "法律顾问", "level": "相近"}), person, hashing_model)
    assert far == {}
