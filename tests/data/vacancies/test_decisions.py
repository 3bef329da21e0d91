"""What people said, followed through."""

from __future__ import annotations

from data.vacancies.decisions import Decision, Decisions


def test_joining_chains():
    decisions = Decisions([Decision("a", "b", same=True), Decision("c", "b", same=True)])
    assert decisions.joined("a", "c")
    assert not decisions.joined("a", "d")
    assert decisions.linked(["c", "b", "d"]) == ["a", "a", "d"]


def test_splitting_holds_between_whole_groups():
    decisions = Decisions([Decision("a", "b", same=True), Decision("b", "c", same=False)])
    assert decisions.kept_apart("a", ["x", "c"])
    assert not decisions.kept_apart("a", ["x"])


def test_saying_nothing_decides_nothing():
    assert not Decisions().kept_apart("a", ["b"])
    assert Decisions().linked(["a", "b"]) == ["a", "b"]
    assert Decisions([Decision("a", "b", same=True), Decision("b", "a", same=True)]).joined("a", "b")
