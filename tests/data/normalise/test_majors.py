import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.majors import MajorTerm, parse_majors
from data.reference.tables import majors

# Three majors have 、 in their names and are read as a list.
MAJORS = sorted(name for name in set(majors()["name"]) if "、" not in name)
CLASSES = {}
for code, name in zip(majors()["class_code"], majors()["class_name"], strict=True):
    CLASSES.setdefault(name, set()).add(code)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("机械类、自动化等相关专业", [("机械", ("0802",)), ("自动化", ())]),
        ("自动化类", [("自动化", ("0808", "2603", "4603", "6603"))]),
        ("机械相关专业优先", [("机械", ("0802",))]),
        ("化工", [("化工", ("0813", "2702", "4702", "6702"))]),
        ("机电", [("机电", ("2602", "4602", "6602"))]),
        ("过控、港航", [("过程装备与控制工程", ()), ("港口航道与海岸工程", ())]),
        ("计算机科学与技术专业", [("计算机科学与技术", ())]),
        ("计算机大类", [("计算机", ("0809", "3102", "5102", "7102"))]),
        ("专业要求:会计学", [("会计学", ())]),
        ("火星学类", [("火星学", ())]),
        ("过控、过程装备与控制工程", [("过程装备与控制工程", ())]),
        ("专业不限", []),
        ("等相关专业", []),
        ("", []),
    ],
)
def test_majors_and_classes_are_told_apart(text, terms):
    assert parse_majors(text) == tuple(MajorTerm(*term) for term in terms)


def test_every_short_form_means_a_major_and_every_field_a_class_that_exist():
    from data.normalise.majors import _FIELDS, _SHORT

    assert set(_SHORT.values()) <= set(MAJORS)
    assert {name for names in _FIELDS.values() for name in names} <= CLASSES.keys()
    assert not set(_SHORT) & set(MAJORS)


@given(st.lists(st.sampled_from(MAJORS), min_size=1, max_size=4, unique=True), st.sampled_from("、,;|/"))
def test_a_list_of_majors_is_read_back(names, mark):
    terms = parse_majors(mark.join(names) + "等相关专业")
    assert [term for term in terms if not term.class_codes] == [MajorTerm(name) for name in names]


@given(st.sampled_from(sorted(CLASSES)))
def test_a_class_by_its_own_name_has_its_codes(name):
    (term,) = parse_majors(name)
    assert CLASSES[name] & set(term.class_codes)
