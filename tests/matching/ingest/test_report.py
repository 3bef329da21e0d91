"""The report of a file is the sum of the reports of its parts."""

from __future__ import annotations

from matching.ingest.report import PartReport, sum_counts, sum_parts


def part(**changes):
    return PartReport.model_validate(
        {
            "rows": 4,
            "accepted": 3,
            "rejected": {"title_missing": 1},
            "problems": 2,
            "listed": (),
            "outside_region": 1,
            "replaced": 0,
            "repeated_rows": 0,
            "parsed": {"salary": (1, 2)},
            "coded": {
                "occupation": {
                    "share": 0.75,
                    "review": 0.25,
                    "methods": {"alias": 3, "review": 1},
                    "margin": [0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
                }
            },
            "linter": {"sex": 1},
            "synthetic": 3,
            **changes,
        }
    )


def test_counts_add_up_and_shares_are_taken_of_the_sums():
    total = sum_parts([part(), part(parsed={"salary": (2, 2), "place": (3, 3)}, linter={"age": 2})])
    assert (total["rows"], total["accepted"], total["rejected"]) == (8, 6, {"title_missing": 2})
    assert total["parsed"] == {"salary": 0.75, "place": 1.0}  # (1 + 2) of (2 + 2), 3 of 3
    assert total["linter"] == {"age": 2, "sex": 1}
    assert total["coded"]["occupation"]["methods"] == {"alias": 6, "review": 2}
    assert total["coded"]["occupation"]["share"] == 0.75
    assert total["coded"]["occupation"]["margin"][1] == 2
    assert total["synthetic"]


def test_a_file_is_generated_only_where_every_row_is():
    assert not sum_parts([part(), part(synthetic=2)])["synthetic"]
    assert not sum_parts([])["synthetic"]


def test_counts_come_in_the_order_of_their_names():
    assert list(sum_counts([{"b": 1}, {"a": 2, "b": 1}]).items()) == [("a", 2), ("b", 2)]
