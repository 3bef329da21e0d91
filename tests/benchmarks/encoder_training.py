"""Encoder training: pairs per second and peak memory by method and arithmetic, as ratios to full fp32.

Run ``python tests/benchmarks/encoder_training.py [--steps N] [--batch N] [--threads N] [--only NAME …]``.
Each setting trains in a process of its own, because the peak of a process cannot be taken back; what is
timed are the steps after the first two. It needs the packaged model (``yingcai model build``) and writes
nothing but its table. Machines are shared: compare the ratios of one run, not the numbers of two.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

SETTINGS = tuple(
    f"{method}/{precision}" for method in ("full", "frozen", "lora") for precision in ("fp32", "bf16")
)
WARM_UP = 2


def title_table() -> pd.DataFrame:
    """Return Chinese and English titles that come with the product, as pairs."""
    from data.reference import title_pairs

    table = title_pairs().drop_duplicates("title_zh")
    return pd.DataFrame(
        {
            "anchor": table["title_zh"],
            "positive": table["title_en"],
            "source": "translation",
            "concept": table["title_zh"],
            "split": "train",
        }
    )


def measure(setting: str, *, steps: int, batch: int, threads: int) -> dict[str, float]:
    """Train a few steps in this process; return pairs per second and the peak in GB."""
    from data.settings import current_settings
    from matching.encoder.build import build_packaged_model
    from training.encoder import EncoderConfig, fit_encoder

    method, precision = setting.split("/")
    config = EncoderConfig(
        method=method,
        precision=precision,
        steps=steps + WARM_UP,
        batch=batch,
        max_tokens=32,
        checkpoint_steps=10**6,
    )
    at: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        fitted = fit_encoder(
            title_table(),
            config,
            Path(folder),
            base=build_packaged_model(current_settings().cache_dir),
            threads=threads,
            progress=lambda _done, _total: at.append(time.perf_counter()),
        )
    seconds = at[-1] - at[WARM_UP - 1]
    return {"pairs": steps * batch / seconds, "peak": fitted.record["peak_bytes"] / 2**30}


def main() -> None:
    """Measure every setting in turn and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--only", nargs="+", default=list(SETTINGS), choices=SETTINGS)
    parser.add_argument("--one", choices=SETTINGS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        found = measure(given.one, steps=given.steps, batch=given.batch, threads=given.threads)
        sys.stdout.write(json.dumps(found) + "\n")
        return
    sys.stdout.write("| method | pairs/s | ratio | peak RSS (GB) | ratio |\n|---|---|---|---|---|\n")
    first: dict[str, float] = {}
    for setting in given.only:
        options = [f"--{name}={getattr(given, name)}" for name in ("steps", "batch", "threads")]
        done = subprocess.run(
            [sys.executable, __file__, "--one", setting, *options], capture_output=True, text=True, check=True
        )
        found = json.loads(done.stdout.splitlines()[-1])
        first = first or found
        ratios = {name: value / first[name] for name, value in found.items()}
        sys.stdout.write(
            f"| {setting} | {found['pairs']:.1f} | {ratios['pairs']:.2f} "
            f"| {found['peak']:.2f} | {ratios['peak']:.2f} |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
