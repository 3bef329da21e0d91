"""Read a generated csv of any size in parts, beside pandas reading the same file whole.

``python tests/benchmarks/readers.py --megabytes 1000`` prints rows a second and the peak of resident memory
of either; each runs in a process of its own, so that the peaks do not mix.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SEED = 20260401
_HEADINGS = (
    *("岗位编号", "岗位名称", "用人单位", "工作地点", "薪酬待遇", "学历要求"),
    *("工作年限", "需求人数", "技能要求", "岗位职责与要求", "发布日期"),
)
_TITLES = ("镁砂工程师", "窑炉工", "电焊工", "会计", "港口调度", "化验员", "设备维修工程师")
_SENTENCES = (
    "负责窑炉点检与参数记录。",
    "按工艺单调整配料，记录异常。",
    "与班组一起完成月度检修。",
    "编制报表，核对数量。",
)
_MEGABYTE = 1_000_000


def write_csv(path: Path, size: int) -> int:
    """Write a csv of at least so many bytes; every fifth row has a cell of several lines."""
    rng = random.Random(_SEED)
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        while file.tell() < size:
            batch = [_row(rng, rows + i) for i in range(5_000)]
            writer.writerows(batch)
            rows += len(batch)
    return rows


def _row(rng: random.Random, number: int) -> list[str]:
    text = ("\n" if number % 5 == 0 else "").join(rng.choices(_SENTENCES, k=rng.randint(2, 12)))
    pay = f"{rng.randint(4, 9)}000-{rng.randint(10, 20)}000元/月"
    title, employer = rng.choice(_TITLES), f"示例企业{rng.randint(1, 99999):05d}"
    return [
        f"GW-{number}",
        title,
        employer,
        "营口市鲅鱼圈区",
        pay,
        "大专",
        "3-5年",
        "3",
        "浮选、PLC",
        text,
        "2026-03-15",
    ]


def _read_in_parts(path: Path) -> int:
    from data.sources.stream import open_table

    return sum(len(part.frame) for part in open_table(path, max_bytes=200 * _MEGABYTE).parts())


def _read_whole(path: Path) -> int:
    import pandas as pd

    return len(pd.read_csv(path, dtype=str, keep_default_na=False))


_READERS = {"open_table": _read_in_parts, "pandas.read_csv": _read_whole}


def _measure(reader: str, path: Path) -> dict[str, object]:
    """Read the file in this process."""
    started = time.perf_counter()
    rows = _READERS[reader](path)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "reader": reader,
        "rows": rows,
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / seconds),
        "peak_rss_mib": round(peak),
    }


def main() -> None:
    """Write the file, read it with either reader, print one line of JSON for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--reader", choices=sorted(_READERS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.reader:
        print(json.dumps(_measure(given.reader, given.file)))  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "postings.csv"
        rows = write_csv(path, given.megabytes * _MEGABYTE)
        print(json.dumps({"bytes": path.stat().st_size, "rows": rows, "seed": _SEED}))  # noqa: T201
        for reader in _READERS:
            command = [sys.executable, __file__, "--reader", reader, "--file", str(path)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
