from __future__ import annotations

import numpy as np
import pandas as pd

from training.forecast.cells import Cells, cell_tuples


def test_items_add_up_to_occupations_industries_and_the_city() -> None:
    frame = pd.DataFrame(
        [("镁材料", "A"), ("港口物流", "A"), ("镁材料", "B"), ("镁材料", "A"), (None, None)],
        columns=["key_industry", "occupation_code"],
        dtype=object,
    )
    cells = Cells.from_frame(frame)
    assert cell_tuples(cells.index) == [
        ("city", None, None),
        ("industry", "港口物流", None),
        ("industry", "镁材料", None),
        ("industry", None, None),
        ("occupation", "港口物流", "A"),
        ("occupation", "镁材料", "A"),
        ("occupation", "镁材料", "B"),
        ("occupation", None, None),
    ]
    summed = cells.summed(np.array([1.0, 2.0, 4.0, 8.0, 16.0]), np.array([0, 0, 0, 1, 1]), 2)
    assert summed.tolist() == [[7, 24], [2, 0], [5, 8], [0, 16], [2, 0], [1, 8], [4, 0], [0, 16]]


def test_without_items_there_is_only_the_city() -> None:
    cells = Cells.from_frame(pd.DataFrame(columns=["key_industry", "occupation_code"], dtype=object))
    assert cell_tuples(cells.index) == [("city", None, None)]
    assert cells.summed(np.zeros(0), np.zeros(0, dtype=np.int64), 3).tolist() == [[0, 0, 0]]
