import pytest

from data.catalogue.experts import ExpertVote, Nomination, nominations_of, read_votes, within_limit
from data.errors import InputError


def votes(yes, no=0, *, edition="2027", code="2-02-01-01", evidence="证明材料"):
    return [
        ExpertVote(
            edition=edition, occ_code=code, expert=f"专家{place}", in_favour=place < yes, evidence=evidence
        )
        for place in range(yes + no)
    ]


@pytest.mark.parametrize(
    ("yes", "no", "passes"),
    [(5, 0, True), (4, 0, False), (4, 2, True), (4, 1, True), (3, 2, False), (4, 3, False)],
)
def test_five_experts_and_two_thirds_are_needed(yes, no, passes):
    assert bool(nominations_of(votes(yes, no), "2027")) is passes


def test_a_vote_in_favour_without_written_evidence_does_not_count_as_one():
    assert nominations_of(votes(5, evidence=" "), "2027") == ()


def test_votes_expire_with_their_edition():
    assert nominations_of(votes(5, edition="2026"), "2027") == ()
    assert nominations_of([*votes(5, edition="2026"), *votes(6)], "2027") == (
        Nomination("2-02-01-01", None, 6, 6),
    )


def test_an_expert_votes_once_on_a_cell():
    with pytest.raises(InputError, match="投了两票"):
        nominations_of([*votes(5), votes(1)[0]], "2027")


def test_the_best_supported_come_first():
    cast = [*votes(4, 2, code="2-02-01-01"), *votes(5, code="2-02-01-02"), *votes(7, code="2-02-01-03")]
    found = nominations_of(cast, "2027")
    assert [item.occ_code for item in found] == ["2-02-01-03", "2-02-01-02", "2-02-01-01"]


@pytest.mark.parametrize(("computed", "allowed"), [(0, 0), (5, 0), (6, 1), (17, 3), (100, 9)])
def test_experts_entries_are_at_most_fifteen_in_a_hundred(computed, allowed):
    # 6 + 1: 14.3 %; 17 + 3: 15 %; 5 + 1 would be 16.7 %
    nominations = [Nomination(f"2-02-01-{place:02d}", None, 5, 5) for place in range(9)]
    assert within_limit(nominations, computed) == allowed


def test_votes_are_read_from_a_table(tmp_path):
    path = tmp_path / "表决.csv"
    path.write_text(
        "版次,职业编码,重点产业,专家代号,表决,书面依据\n2027,2-02-01-01,,甲,同意,三份材料\n2027,2-02-01-01,,乙,反对,\n",
        encoding="utf-8",
    )
    first, second = read_votes(path)
    assert (first.in_favour, first.evidence, second.in_favour) == (True, "三份材料", False)
    path.write_text("版次,职业编码,专家代号,表决\n2027,2-02-01-01,甲,弃权\n", encoding="utf-8")
    with pytest.raises(InputError, match="的“表决”"):
        read_votes(path)
