"""The review queue and the decisions of people."""

from __future__ import annotations

import pytest

from data.codes import CodingKind
from data.errors import InputError, UnknownName
from data.store.history import read_changes
from data.store.reviews import (
    Queued,
    count_reviews,
    decide_review,
    list_aliases,
    queue_reviews,
    read_aliases,
    read_reviews,
    undo_review,
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


def decide(store, code):
    return decide_review(
        store, kind=CodingKind.OCCUPATION, text="看火师傅", code=code, decided_by="王工", note="按炉型"
    )


def test_a_decision_taken_back_leaves_the_queue_as_it_was_and_is_noted(store):
    near = [{"code": "6-18-02-04", "name": "焊工", "score": 0.4}]
    write_reviews(store, [case("看火师傅", count=4, suggestions=near), case("急聘看火师傅")])
    before = read_reviews(store)
    decide(store, "焊工")
    assert undo_review(store, kind=CodingKind.OCCUPATION, text="看火师傅", by="李工") is None
    assert read_reviews(store) == before
    assert read_aliases(store)[CodingKind.OCCUPATION] == {}
    changes = read_changes(store, table_name="coding_alias", row_key="occupation/看火师傅")
    assert [(change["kind"], change["actor"]) for change in changes] == [
        ("decided", "王工"), ("undone", "李工"),
    ]  # fmt: skip


def test_decisions_are_taken_back_one_after_another(store):
    write_reviews(store, [case("看火师傅")])
    for code in ("焊工", None, "耐火材料烧成工"):
        decide(store, code)
    (last,) = list_aliases(store)
    taken = [undo_review(store, kind=CodingKind.OCCUPATION, text="看火师傅", by="李工") for _ in range(2)]
    assert taken == [None, "6-18-02-04"]
    (first,) = list_aliases(store)
    assert first["decided_at"] < last["decided_at"]
    assert (first["code"], first["decided_by"], first["note"]) == ("6-18-02-04", "王工", "按炉型")
    assert read_reviews(store) == []
    undo_review(store, kind=CodingKind.OCCUPATION, text="看火师傅", by="李工")
    assert [row["text"] for row in read_reviews(store)] == ["看火师傅"]
    with pytest.raises(UnknownName, match="没有关于“看火师傅”的决定"):
        undo_review(store, kind=CodingKind.OCCUPATION, text="看火师傅", by="李工")


def test_how_far_the_review_is_is_told_for_every_kind(store):
    write_reviews(store, [case("看火师傅", count=4), case("甲", count=2), case("乙", kind="skill")])
    decide(store, "焊工")
    counts = count_reviews(store)
    assert counts[CodingKind.OCCUPATION] == Queued(waiting=1, rows=2, decided=1)
    assert counts[CodingKind.SKILL] == Queued(1, 1, 0)
    assert counts[CodingKind.MAJOR] == Queued(0, 0, 0)
