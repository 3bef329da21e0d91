"""Speed, memory and effect of exposure, balance and allocation, beside greedy baselines of the same run.

Run ``python tests/benchmarks/allocation.py [VACANCIES CANDIDATES PEOPLE]``; it writes nothing but its table.
The lists are drawn: some people appeal to many, as in a real city. The bars: balance and allocation of 5,000
vacancies × 50 candidates in seconds, balance better than the greedy pass in what it optimises, the allocation
no worse in its sum than the greedy one.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.allocation.assign import Objective, assign
from matching.allocation.balance import balance_shortlists
from matching.allocation.exposure import TOP, WITHIN, Exposure, congestion_of
from matching.allocation.shortlists import Shortlists

BALANCE = 0.5


def draw_lists(vacancies: int, candidates: int, people: int, *, rng: np.random.Generator) -> Shortlists:
    """Draw lists in which a few people are on very many."""
    fame = rng.permutation(1 / np.arange(1, people + 1) ** 0.6)
    quality = rng.normal(0, 5, people)
    ladder = np.cumsum(fame / fame.sum())
    positions = np.empty((vacancies, candidates), np.int64)
    for row in range(vacancies):
        drawn = np.unique(np.searchsorted(ladder, rng.random(4 * candidates)).clip(max=people - 1))
        positions[row] = rng.permutation(drawn)[:candidates]
    scores = np.clip(60 + quality[positions] + rng.normal(0, 6, positions.shape), 0, 100).astype(np.float32)
    order = np.argsort(-scores, axis=1, kind="stable")
    return Shortlists(
        [f"V{n}" for n in range(vacancies)],
        [f"P{n}" for n in range(people)],
        np.take_along_axis(positions, order, axis=1),
        np.take_along_axis(scores, order, axis=1),
    )


def greedy_balance(lists: Shortlists) -> Shortlists:
    """One pass: every vacancy in turn takes who is worth most after the price of the lists so far."""
    counts = np.zeros(len(lists.profile_ids))
    positions = np.full((len(lists.vacancy_ids), TOP), -1)
    scores = np.full(positions.shape, -np.inf, np.float32)
    for row, (people, points) in enumerate(zip(lists.positions, lists.scores, strict=True)):
        worth = (1 - BALANCE) * points - BALANCE * WITHIN * counts[people]
        taken = np.zeros(len(people), dtype=bool)
        for place in range(TOP):
            good = ~taken & (points >= points[place] - WITHIN)
            taken[np.where(good, worth, -np.inf).argmax()] = True
        positions[row], scores[row] = people[taken], points[taken]
        counts[people[taken]] += 1
    return lists._replace(positions=positions, scores=scores)


def worth(lists: Shortlists) -> float:
    """Return what balance maximises: scores less the price of every further list of a person."""
    counts = Exposure.from_shortlists(lists).counts
    price = BALANCE * WITHIN * (counts * (counts - 1) / 2).sum()
    return float((1 - BALANCE) * lists.edges.scores.sum() - price)


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Run, and print time on the wall and on the processor, and the peak of memory so far."""
    started, worked = time.perf_counter(), time.process_time()
    result = work()
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(f"{name:<34}{seconds:8.2f} s ({busy:.2f} s of processor)   peak {peak:.2f} GB\n")
    sys.stdout.flush()
    return result


def report_balance(lists: Shortlists) -> None:
    """Compare the exact balance with score alone and with one greedy pass."""
    timed("exposure and congestion", lambda: Exposure.from_shortlists(lists).congestion)
    greedy = timed("balance: one greedy pass", lambda: greedy_balance(lists))
    exact = timed("balance: exact flow", lambda: balance_shortlists(lists, balance=BALANCE))
    spread = {
        "score alone": lists.top(TOP),
        "greedy": greedy,
        "exact": exact.shortlists,
    }
    for name, chosen in spread.items():
        seen = congestion_of(Exposure.from_shortlists(chosen).counts[lists.reachable])
        sys.stdout.write(
            f"  {name:<12} worth {worth(chosen):12.1f}  mean score {chosen.edges.scores.mean():.3f}  "
            f"congestion {seen.congestion:.4f}  listed {seen.listed}  gini {seen.gini:.4f}  "
            f"top decile {seen.top_decile_share:.4f}  largest {seen.largest}\n"
        )
    sys.stdout.write(
        f"  worst loss of a place {exact.report.worst_loss}, lists changed {exact.report.changed}\n"
    )


def report_assignment(lists: Shortlists, heads: NDArray[np.int64]) -> None:
    """Compare the three objectives; the stable one is the greedy baseline."""
    places = heads.tolist()
    for objective in (Objective.STABLE, Objective.TOTAL, Objective.FAIR):
        done = timed(f"assign: {objective}", partial(assign, lists, heads=places, objective=objective))
        sys.stdout.write(
            f"  placed {len(done.rows)} of {sum(places)}, covered {done.covered}, total {done.total:.1f}, "
            f"blocking pairs {done.blocking_pairs}, worst score {done.scores.min():.2f}\n"
        )


def main(vacancies: int = 5_000, candidates: int = 50, people: int = 200_000) -> None:
    """Measure and print."""
    rng = np.random.default_rng(0)
    sys.stdout.write(f"{vacancies} vacancies x {candidates} candidates, {people} people\n")
    lists = timed("drawing the lists", lambda: draw_lists(vacancies, candidates, people, rng=rng))
    timed("checking the lists", lists.checked)
    report_balance(lists)
    report_assignment(lists, rng.integers(1, 5, vacancies))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
