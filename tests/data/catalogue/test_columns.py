import pytest

from data.catalogue.columns import Column, cell_value, file_columns, indicator_columns, printed_columns
from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import CatalogueKind, Confidence, ObsStatus, Reason, entry_fields
from data.catalogue.shortage import build_shortage_catalogue
from data.records import YearRange


@pytest.fixture(scope="module")
def shortage_entry(small_city):
    import datetime as dt

    import numpy as np

    class Region:
        name_zh, entry_prefix, key_industries = "营口市", "YK", ()

    catalogue = build_shortage_catalogue(
        small_city.vacancies, small_city.profiles, region=Region(), edition="1", as_of=dt.date(2026, 12, 31),
        snapshot="s", rng=np.random.default_rng(0),
    )  # fmt: skip
    return next(entry for entry in catalogue.entries if entry.star == 2)


@pytest.fixture
def demand_entry(make_vacancies, region, as_of):
    return build_demand_catalogue(
        make_vacancies({}), region=region, edition="1", as_of=as_of, snapshot="s"
    ).entries[0]


def shown(entry, field, **options):
    return cell_value(entry, Column("", field, 1), **options)


def test_stars_never_stand_without_their_words(shortage_entry):
    assert shown(shortage_entry, "@level") == "★★ 轻度紧缺"
    assert shown(shortage_entry.model_copy(update={"star": 0, "level": "不列入"}), "@level") == "不列入"
    unrated = shortage_entry.model_copy(update={"star": None, "level": "X 暂不评价"})
    assert shown(unrated, "@level") == "X 暂不评价"


def test_the_index_is_printed_with_its_interval(shortage_entry):
    entry = shortage_entry.model_copy(update={"S": 67.2, "S_lo": 61.4, "S_hi": 73.0})
    assert shown(entry, "@index") == "67.2（61.4–73.0）"
    hidden = entry.model_copy(update={"S_lo": None, "obs_status": {"S": ObsStatus.CONFIDENTIAL}})
    assert shown(hidden, "@index") == "c"


def test_confidence_c_warns_in_print(shortage_entry):
    assert shown(shortage_entry, "@confidence") == "C（谨慎使用）"
    assert shown(shortage_entry.model_copy(update={"confidence": Confidence.A}), "@confidence") == "A"


def test_causes_are_words_and_an_unknown_change_is_said(shortage_entry):
    assert shown(shortage_entry.model_copy(update={"cause_codes": ()}), "@cause") is None
    assert shown(shortage_entry.model_copy(update={"cause_codes": ("P",)}), "@cause") == "薪酬条件"
    assert shown(shortage_entry, "@change") == "未比较"
    assert shown(shortage_entry.model_copy(update={"change": "升级"}), "@change") == "升级"


def test_a_missing_figure_shows_its_mark_only_where_asked(shortage_entry):
    entry = shortage_entry.model_copy(
        update={"demand_heads": None, "obs_status": {"demand_heads": ObsStatus.CONFIDENTIAL, "i4": "x"}}
    )
    assert shown(entry, "demand_heads") is None
    assert shown(entry, "demand_heads", symbols=True) == "c"
    assert shown(entry, "indicators.i5.score", symbols=True) is None
    assert shown(shortage_entry, "indicators.i4.score", symbols=True) == "x"


def test_numbers_stay_numbers_and_the_rest_is_text(demand_entry, shortage_entry):
    reasons = (Reason(code="a", text="甲"), Reason(code="b", text="乙"))
    assert shown(shortage_entry.model_copy(update={"reasons": reasons}), "reasons") == "甲；乙"
    assert shown(shortage_entry, "weights_used") == "i1:0.5；i2:0.25；i3:0.25"
    assert isinstance(shown(shortage_entry, "indicators.i1.score"), float)
    assert shown(demand_entry, "headcount") == 1
    assert shown(demand_entry, "opened_on") == "2026-09-01"
    assert shown(demand_entry, "via_agency") == "否"
    assert shown(demand_entry, "engagement_form") == "全职"
    assert shown(demand_entry, "policy_tags") is None
    assert shown(demand_entry, "@nature") == "真实数据"


@pytest.mark.parametrize(
    ("years", "text"),
    [
        (YearRange(low=1, high=3), "1–3"),
        (YearRange(low=3, high=None), "3以上"),
        (YearRange(low=2, high=2), "2"),
    ],
)
def test_experience_is_printed_in_years(demand_entry, years, text):
    assert shown(demand_entry.model_copy(update={"experience_years": years}), "experience_years") == text


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_every_column_is_a_field_of_its_entry(kind):
    columns = [*printed_columns(kind, synthetic=True), *file_columns(kind)]
    if kind is CatalogueKind.SHORTAGE:
        columns += indicator_columns(synthetic=True)
    fields = {column.field.split(".")[0] for column in columns if not column.field.startswith("@")}
    assert fields <= set(entry_fields(kind))


def test_the_nature_of_the_data_is_a_column_when_any_is_generated():
    for kind in CatalogueKind:
        assert "数据性质" in [column.header for column in printed_columns(kind, synthetic=True)]
        assert "数据性质" not in [column.header for column in printed_columns(kind, synthetic=False)]
    assert len(indicator_columns(synthetic=True)) == len(indicator_columns(synthetic=False)) + 1


def test_headers_of_a_file_are_unique():
    for kind in CatalogueKind:
        headers = [column.header for column in file_columns(kind)]
        assert len(headers) == len(set(headers))
