import datetime as dt

from data.store.schema import posting
from data.store.self_forecasts import read_self_forecast_rows, write_self_forecast_rows


def row(**changed):
    plain = {
        "period": "2026Q3", "employer_key": "甲", "occupation_code": "6-18-02-04", "target_quarter": "2026Q4",
        "synthetic": False, "key_industry": "港口物流", "low": 1, "likely": 2, "high": 3, "certainty": "意向",
        "note": "",
    }  # fmt: skip
    return plain | changed


def test_the_same_file_again_adds_nothing(store):
    rows = [row(), row(employer_key="乙")]
    assert write_self_forecast_rows(store, "yingkou", rows) == (2, 0, 0)
    assert write_self_forecast_rows(store, "yingkou", rows) == (0, 0, 2)
    assert len(read_self_forecast_rows(store, "yingkou")) == 2
    assert write_self_forecast_rows(store, "yingkou", []) == (0, 0, 0)


def test_what_was_expected_first_is_kept(store):
    first = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    write_self_forecast_rows(store, "yingkou", [row()], received_at=first)
    assert write_self_forecast_rows(store, "yingkou", [row(likely=3)]) == (0, 1, 0)
    assert write_self_forecast_rows(store, "yingkou", [row()]) == (0, 1, 0)
    assert write_self_forecast_rows(store, "yingkou", [row(period="2026Q4")]) == (1, 0, 0)
    frame = read_self_forecast_rows(store, "yingkou")
    assert list(zip(frame["period"], frame["version"], frame["likely"], strict=True)) == [
        ("2026Q3", 1, 2),
        ("2026Q3", 2, 3),
        ("2026Q3", 3, 2),
        ("2026Q4", 1, 2),
    ]
    assert frame["received_at"].iloc[0] == first


def test_regions_and_natures_stay_apart(store):
    write_self_forecast_rows(store, "yingkou", [row(), row(synthetic=True)])
    write_self_forecast_rows(store, "haicheng", [row(likely=3)])
    frame = read_self_forecast_rows(store, "yingkou")
    assert frame["synthetic"].tolist() == [False, True]
    assert read_self_forecast_rows(store, "haixi").empty


def test_a_name_and_its_credit_code_are_one_employer(store, write_needs):
    write_needs(store, count=1)
    code = "91350100M000100Y43"
    with store.begin() as connection:
        connection.execute(posting.update().values(credit_code=code, employer="示例装备"))
    write_self_forecast_rows(store, "yingkou", [row(employer_key="示例装备"), row(employer_key="无名")])
    assert read_self_forecast_rows(store, "yingkou")["employer_key"].tolist() == ["无名", code]
