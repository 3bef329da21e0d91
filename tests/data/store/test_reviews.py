"""The review queue and the decisions of people."""

from __future__ import annotations

import pytest

from data.codes import CodingKind
from data.errors import InputError, UnknownName
from data.store.history import read_changes
from data.store.reviews import (
    decide_review,
    list_aliases,
    queue_reviews,
    read_aliases,
    read_reviews,
    write_reviews,
)


def case(text, *, kind="occupation", count=1, suggestions=()):
    return {"kind": kind, "text": text, "count": count, "suggestions": list(suggestions)}


def test_counts_of_a_text_add_up_and_the_newest_suggestions_stand(store):
    write_reviews(store, [case("看火师傅", count=2)])
    write_reviews(
        store, [case("看火师傅", count=3, suggestions=[{"code": "x"}]), case("看火师傅", kind="skill")]
    )
    rows = read_reviews(store)
    assert [(row["kind"], row["count"]) for row in rows] == [("occupation", 5), ("skill", 1)]
    assert rows[0]["suggestions"] == [{"code": "x"}]


def test_nothing_is_queued_by_a_transaction_that_fails(store):
    with pytest.raises(RuntimeError, match="broken"), store.begin() as connection:
        queue_reviews(connection, [case("看火师傅")])
        raise RuntimeError("broken")
    assert read_reviews(store) == []


def test_the_queue_is_cut_at_the_limit_the_most_frequent_first(store):
    write_reviews(store, [case("甲", count=1), case("乙", count=9), case("丙", count=5)])
    assert [row["text"] for row in read_reviews(store, limit=2)] == ["乙", "丙"]
    assert len(read_reviews(store, limit=None)) == 3
    assert read_reviews(store, kind="major") == []


def test_a_decision_closes_all_spellings_and_is_kept_with_who_and_why(store):
    write_reviews(store, [case("看火师傅"), case("急聘看火师傅"), case("看火师傅", kind="skill")])
    code = decide_review(
        store,
        kind=CodingKind.OCCUPATION,
        text="看火师傅",
        code="耐火材料烧成工",
        decided_by=" 王工 ",
        note="按炉型",
    )
    assert code == "6-15-06-02"
    assert [row["kind"] for row in read_reviews(store)] == ["skill"]
    (alias,) = list_aliases(store)
    assert (alias["text"], alias["code"], alias["decided_by"], alias["note"]) == (
        "看火师傅", "6-15-06-02", "王工", "按炉型",
    )  # fmt: skip
    assert read_aliases(store)[CodingKind.OCCUPATION] == {"看火师傅": "6-15-06-02"}


def test_a_later_decision_replaces_the_first_and_both_stay_in_the_history(store):
    for code in ("焊工", None):
        decide_review(store, kind=CodingKind.OCCUPATION, text="看火师傅", code=code, decided_by="王工")
    assert read_aliases(store)[CodingKind.OCCUPATION] == {"看火师傅": None}
    changes = read_changes(store, table_name="coding_alias", row_key="occupation/看火师傅")
    assert [change["kind"] for change in changes] == ["decided", "dismissed"]
    assert changes[1]["fields"]["code"] == ["6-18-02-04", None]
    assert list_aliases(store, kind="skill") == []


def test_an_unknown_code_changes_nothing(store):
    write_reviews(store, [case("看火师傅")])
    with pytest.raises(UnknownName, match="没有代码"):
        decide_review(store, kind=CodingKind.OCCUPATION, text="看火师傅", code="9-99", decided_by="王工")
    assert len(read_reviews(store)) == 1
    assert list_aliases(store) == []


@pytest.mark.parametrize(
    ("text", "person", "code"), [(" ", "王工", "text_empty"), ("焊工", " ", "decider_missing")]
)
def test_a_decision_needs_a_text_and_a_person(store, text, person, code):
    with pytest.raises(InputError) as caught:
        decide_review(store, kind=CodingKind.OCCUPATION, text=text, code="焊工", decided_by=person)
    assert caught.value.code == code
