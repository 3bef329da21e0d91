import pandas as pd

from data.catalogue.supply import Supply


def test_seekers_are_counted_by_nature_occupation_and_county():
    people = pd.DataFrame(
        [("6-1", "210882", False), ("6-1", "210882", False), ("6-1", None, False), ("6-2", "210881", True)],
        columns=["occupation_code", "place_code", "synthetic"],
    )
    real = Supply.from_profiles(people, synthetic=False)
    assert (real.by_occupation, real.other, real.total) == ({"6-1": 3}, 1, 3)
    assert real.by_place == {"6-1": {"210882": 2}}
    assert Supply.from_profiles(people.iloc[:0], synthetic=True) == Supply({}, 0, {})
