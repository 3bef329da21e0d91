import datetime as dt
from pathlib import Path

import pytest

from data.normalise.postings import normalise_postings, to_posting
from data.sources.tables import read_table

REAL = Path(__file__).resolve().parents[3] / "../shared/data/demo_seed_pseudonymised.csv.gz"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.exists(), reason="没有 ../shared/data：真实样本不随仓库分发"),
]


@pytest.fixture(scope="module")
def normalised():
    return normalise_postings(read_table(REAL, max_bytes=100_000_000), today=dt.date(2026, 1, 1))


def test_hardly_any_real_row_is_refused(normalised):
    assert normalised.rows == 14_102
    assert normalised.refused < 0.002 * normalised.rows


@pytest.mark.parametrize(
    ("field", "share"),
    [("salary", 0.999), ("place", 0.999), ("education", 0.999), ("experience", 0.999), ("headcount", 0.999)],
)
def test_real_cells_are_read(normalised, field, share):
    assert normalised.parsed[field] >= share


def test_no_posting_of_ma_an_shan_is_taken_for_an_shan(normalised):
    frame = normalised.frame
    assert set(frame.loc[frame["place_raw"].str.contains("马鞍山"), "place_code"].str[:4]) == {"3405"}


def test_the_pay_of_real_postings_is_plausible(normalised):
    low = normalised.frame["salary_low"].dropna().astype(float)
    assert 4000 <= low.median() <= 12_000
    assert low.quantile(0.99) < 60_000


def test_every_real_row_builds_a_posting(normalised):
    for row in normalised.frame.iloc[::50].to_dict("records"):
        assert to_posting(row).title == row["title"]
