import pytest

from data.sources.stream import open_table
from data.sources.tables import read_table

MAX = 200_000_000


@pytest.mark.real
def test_a_real_packed_csv_gives_the_same_rows_in_parts_and_whole(real_data):
    path = real_data / "demo_seed_pseudonymised.csv.gz"
    table = read_table(path, max_bytes=MAX)
    parts = list(open_table(path, max_bytes=1000, part_rows=4_000).parts())
    assert len(table.frame) == 14_102
    assert [len(part.frame) for part in parts] == [4_000, 4_000, 4_000, 2_102]
    cells = [row for part in parts for row in part.frame.to_numpy().tolist()]
    assert cells == table.frame.to_numpy().tolist()
    assert [row for part in parts for row in part.frame.index] == list(table.frame.index)
