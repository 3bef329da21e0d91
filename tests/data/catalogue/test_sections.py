import hashlib

import pytest

from data.catalogue import sections
from data.catalogue.sections import (
    AGENCY_SECTION,
    OTHER_SECTION,
    catalogue_title,
    entry_ids,
    masked_employer,
    section_order,
    talent_category,
)


def test_sections_follow_the_region_and_end_with_the_agencies():
    order = section_order(["镁", "港"], ["新能源", "港", AGENCY_SECTION])
    assert sorted(order, key=order.__getitem__) == ["镁", "港", "新能源", OTHER_SECTION, AGENCY_SECTION]


def test_identifiers_keep_their_digits_from_edition_to_edition():
    first = entry_ids([("a", "b")], prefix="YK", letter="D", edition="2026")
    second = entry_ids([("a", "b")], prefix="YK", letter="D", edition="2027")
    digits = hashlib.sha256(b"a\x1fb").hexdigest()[:8]
    assert first == [f"YK-D-2026-{digits}"]
    assert second == [f"YK-D-2027-{digits}"]


def test_keys_with_the_same_digits_still_get_different_identifiers(monkeypatch):
    monkeypatch.setattr(sections, "_digits", lambda key, attempt: f"{attempt:08x}")
    ids = entry_ids([("b",), ("a",)], prefix="YK", letter="S", edition="1")
    assert ids == ["YK-S-1-00000001", "YK-S-1-00000000"]


@pytest.mark.parametrize(
    ("industry", "agency", "name"),
    [
        ("镁材料深加工", False, "某镁材料深加工企业"),
        (None, False, "某企业"),
        ("镁材料深加工", True, "某人力资源服务机构"),
    ],
)
def test_an_employer_is_named_by_its_kind_only(industry, agency, name):
    assert masked_employer(industry, via_agency=agency) == name


def test_only_two_major_groups_settle_the_talent_category():
    codes = ["2-02-01-01", "6-15-05-01", "4-01-01-01", "", None]
    assert [talent_category(code) for code in codes] == ["专业技术", "技能", None, None, None]


def test_generated_data_are_announced_in_the_title():
    assert (
        catalogue_title("营口市", "2027", "人才需求目录", synthetic=False) == "营口市人才需求目录（2027版）"
    )
    assert "合成数据" in catalogue_title("营口市", "2027", "人才需求目录", synthetic=True)
