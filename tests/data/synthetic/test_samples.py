from __future__ import annotations

from pathlib import Path

import pytest

from data.synthetic import generate_city, write_city

SAMPLES = Path(__file__).resolve().parents[3] / "data/samples"
CALL = "generate_city(seed=2026, months=2, employers=11, profiles=60)"


def test_the_sample_is_what_the_documented_call_gives(tmp_path: Path) -> None:
    """To record it again after a change of wording, run the README's call and copy the two files."""
    city = generate_city(seed=2026, months=2, employers=11, profiles=60)
    write_city(city, tmp_path)
    for name in ("postings.csv", "profiles.csv"):
        assert (SAMPLES / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_the_readme_states_the_call_and_that_the_data_are_synthetic() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert CALL in readme
    assert "合成数据" in readme


def test_the_sample_is_small() -> None:
    files = list(SAMPLES.iterdir())
    assert {path.name for path in files} == {"README.md", "postings.csv", "profiles.csv"}
    assert sum(path.stat().st_size for path in files) < 200_000


@pytest.mark.parametrize(("name", "least", "most"), [("postings.csv", 100, 140), ("profiles.csv", 60, 60)])
def test_the_sample_has_the_promised_size(name: str, least: int, most: int) -> None:
    import pandas as pd

    rows = pd.read_csv(SAMPLES / name, dtype=str, keep_default_na=False)
    assert least <= len(rows) <= most
    assert set(rows["数据性质"]) == {"合成数据"}
