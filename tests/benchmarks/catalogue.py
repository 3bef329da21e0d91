"""Time and memory of building the shortage catalogue, bootstrap included, on generated vacancies.

Run ``python tests/benchmarks/catalogue.py [--vacancies N]``; it prints one line of JSON. The bar for 180,000
vacancies is five minutes on two cores and 4 GB.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from dataclasses import dataclass, replace

import numpy as np

from data.catalogue.shortage import build_shortage_catalogue
from data.catalogue.simulation.market import AS_OF, DIRTY, draw_market
from data.catalogue.simulation.truth import INDUSTRIES, draw_truth


@dataclass(frozen=True)
class _City:
    name_zh: str = "合成市"
    entry_prefix: str = "SY"
    key_industries: tuple[str, ...] = INDUSTRIES


def main() -> None:
    """Draw a city of the size asked for, build the catalogue once and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vacancies", type=int, default=180_000)
    parser.add_argument("--occupations", type=int, default=1500)
    given = parser.parse_args()
    wanted = given.vacancies
    rng = np.random.default_rng(0)
    truth = draw_truth(rng, occupations=given.occupations)
    # ghosts, missed copies and coverage change the number that arrives; 1.04 brings it near what is asked for
    truth = replace(truth, spells=truth.spells * (1.04 * wanted / truth.spells.sum()))
    market = draw_market(truth, rng, DIRTY)
    started = time.perf_counter()
    catalogue = build_shortage_catalogue(
        market.vacancies,
        market.profiles,
        region=_City(),
        edition="2027",
        as_of=AS_OF,
        snapshot="bench",
        rng=rng,
        survey=market.survey,
    )
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    rated = sum(entry.S is not None for entry in catalogue.entries)
    print(  # noqa: T201
        json.dumps(
            {
                "vacancies": len(market.vacancies),
                "profiles": len(market.profiles),
                "entries": len(catalogue.entries),
                "rated": rated,
                "seconds": round(seconds, 1),
                "peak_gb": round(peak, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
