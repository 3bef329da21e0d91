"""Packs are data: every yaml file of the folder is a region, and a broken one says what is wrong."""

import math
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import ValidationError

from data.errors import FileProblem, UnknownName
from data.normalise.place import parse_place
from data.reference import division_names, read_reference
from data.regions import KeyIndustryRule, Region, read_region, region_names

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(params=region_names())
def shipped(request):
    return read_region(request.param)


def test_the_packs_are_the_yaml_files_of_the_folder():
    found = {Path(file.name).stem for file in files("data.regions").iterdir() if file.name.endswith(".yaml")}
    assert set(region_names()) == found
    assert found == {"haicheng", "haixi", "liaoning", "yingkou"}


def test_packs_travel_with_the_wheel():
    packages = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert "data" in packages["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_an_unknown_region_names_those_that_exist():
    with pytest.raises(UnknownName) as caught:
        read_region("atlantis")
    assert caught.value.code == "region_unknown"
    assert "atlantis" in caught.value.message
    assert "yingkou" in caught.value.hint


@pytest.mark.parametrize("name", ["../regions/yingkou", "yingkou.yaml", ""])
def test_only_a_plain_name_is_a_region(name):
    with pytest.raises(UnknownName):
        read_region(name)


def test_yingkou_has_the_eight_industries_of_article_fourteen_in_their_order():
    region = read_region("yingkou")
    assert region.key_industries == (
        "石化与精细化工", "镁材料深加工", "港口物流", "高端装备制造",
        "生物医药", "新能源", "节能环保", "数字经济",
    )  # fmt: skip
    assert (region.source.clause, region.source.status) == ("第十四条", "草案征求意见稿")
    assert not region.source.to_confirm


def test_haicheng_has_the_four_fields_of_its_plan_and_no_county_below():
    region = read_region("haicheng")
    assert region.key_industries == ("菱镁新材料", "装备制造", "精细化工", "钢铁深加工")
    assert region.districts == ()
    assert region.place_codes == ("210381",)
    assert next(each.items for each in region.industry_lists if each.line == 181) == (
        "耐火材料",
        "特种钢",
        "精细化工",
    )


def test_haixi_has_the_four_fields_of_article_sixteen():
    region = read_region("haixi")
    assert region.key_industries == ("盐湖产业", "清洁能源产业", "生态旅游产业", "绿色有机农畜产业")
    assert (region.source.clause, region.source.status) == ("第十六条第二款", "现行")
    assert region.place_codes[0] == "632801"
    assert region.plan_indicators == ()


def test_every_pack_says_what_its_documents_are(shipped):
    assert shipped.documents
    assert shipped.talent_categories
    own = [document for document in shipped.documents if document.title == shipped.source.document]
    assert [document.status.value for document in own] == [shipped.source.status]


def test_a_definition_that_two_packs_share_has_one_name_and_measure():
    shared = {}
    for name in region_names():
        for definition in read_region(name).definitions:
            told = (definition.name, definition.measure)
            assert shared.setdefault(definition.id, told) == told


def test_liaoning_says_that_its_list_is_not_yet_confirmed():
    region = read_region("liaoning")
    assert region.source.to_confirm
    assert "没有列出" in region.source.note
    assert region.key_industries[-2:] == ("农业", "服务业")
    assert len(region.key_industries) == 10


def test_a_region_holds_its_own_places_only():
    yingkou, liaoning = read_region("yingkou"), read_region("liaoning")
    assert yingkou.contains("210882")
    assert yingkou.contains("210800")
    assert not yingkou.contains("210200")
    assert liaoning.contains("210200")
    assert not liaoning.contains("110101")


@pytest.mark.parametrize("nowhere", [None, math.nan, ""])
def test_an_unknown_place_lies_nowhere(nowhere):
    assert not read_region("yingkou").contains(nowhere)


def test_districts_are_the_divisions_of_the_national_table(shipped):
    names = division_names()
    assert names[shipped.code] == shipped.name_zh
    assert {d.code: d.name for d in shipped.districts} == {
        code: name
        for code, name in names.items()
        if shipped.contains(code) and code != shipped.code and _one_level_down(shipped.code, code)
    }


def _one_level_down(outer, code):
    return code.endswith("00") if outer.endswith("0000") else True


def test_gbt4754_codes_exist_and_none_is_claimed_twice(shipped):
    codes = [code for industry in shipped.industries for code in industry.gbt4754]
    assert set(codes) <= set(read_reference("industries")["code"])
    assert len(codes) == len(set(codes))


def test_a_platform_entry_belongs_to_one_industry_or_to_none(shipped):
    entries = [entry for industry in shipped.industries for entry in industry.platform_industries]
    entries += shipped.other_platform_industries
    assert sorted(entry for entry in set(entries) if entries.count(entry) > 1) == []


def test_entry_prefixes_are_the_ones_agreed():
    prefixes = {name: read_region(name).entry_prefix for name in region_names()}
    assert prefixes == {"haicheng": "HC", "haixi": "HX", "liaoning": "LN", "yingkou": "YK"}


def test_a_pack_is_read_field_by_field(region):
    assert region.name == "sample"
    assert region.key_industries == ("镁材料", "石化", "数字")
    assert region.districts[0].aliases == ("东",)


def test_a_region_cannot_be_changed(region):
    with pytest.raises(ValidationError, match="frozen"):
        region.name = "other"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: \"990100\"", "code: 营口", "code"),
        ("name_zh: 示例市", "colour: 红", "colour"),
        ("clause: 第一条, ", "", "source.clause"),
        ("terms: [窑炉, 浮选]", "terms: [窑炉, 镁砂]", "镁材料的词重复：镁砂"),
        ("strong_terms: [催化裂化]", "strong_terms: [耐火]", "决定词重复：耐火"),
        ("name: 石化", "name: 数字", "重点产业或决定词重复：数字"),
        ("990102", "990202", "不在本区域代码范围内：东区"),
        ("code: \"990100\"", "code: [", "不是有效的 YAML，第"),
        ('["3089", "2613"]', '["3089", "9999"]', "镁材料的代码不在 GB/T 4754-2017 中：9999"),
    ],
)  # fmt: skip
def test_a_broken_pack_is_refused_with_what_is_wrong(pack, old, new, said):
    with pytest.raises(FileProblem, match=re.escape(said)) as caught:
        Region.from_yaml(pack.replace(old, new), name="sample")
    assert caught.value.code == "region_pack_invalid"


@pytest.mark.parametrize("text", ["", "- 一个列表", "只有一句话"])
def test_a_text_that_is_no_mapping_is_refused(text):
    with pytest.raises(FileProblem, match="不是有效的 YAML"):
        Region.from_yaml(text, name="sample")


def test_a_source_has_to_be_one_of_the_documents_with_its_status(planned):
    with pytest.raises(FileProblem, match="source 的题名与状态须与 documents 中的一份文件相同"):
        planned(("clause: 第一条, status: 草案征求意见稿", "clause: 第一条, status: 现行"))


def test_a_new_region_is_a_new_file_and_works_by_its_path(tmp_path, pack, postings):
    file = tmp_path / "newtown.yaml"
    file.write_text(pack, encoding="utf-8")
    region = read_region(str(file))
    assert (region.name, region.name_zh) == ("newtown", "示例市")
    found = KeyIndustryRule.from_region(region).assign(postings({"title": "镁砂工艺员"}))
    assert found["key_industry"].item() == "镁材料"


def test_a_pack_read_by_path_is_read_anew(tmp_path, pack):
    file = tmp_path / "newtown.yaml"
    for name in ("示例市", "改名市"):
        file.write_text(pack.replace("示例市", name), encoding="utf-8")
        assert read_region(str(file)).name_zh == name


def test_a_shipped_pack_is_read_once():
    assert read_region("yingkou") is read_region("yingkou")


def test_a_wrong_file_is_named_with_its_wrong_field(tmp_path, pack):
    file = tmp_path / "newtown.yaml"
    file.write_text(pack.replace("name_zh: 示例市", "名称: 示例市"), encoding="utf-8")
    with pytest.raises(FileProblem) as caught:
        read_region(str(file))
    assert caught.value.message.startswith(f"{file}：")
    assert "name_zh：缺少此项" in caught.value.message
    assert "名称：没有这一项" in caught.value.message


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "newtown.yaml"
    file.write_bytes("名称: 示例市".encode("gb18030"))
    with pytest.raises(FileProblem, match="UTF-8") as caught:
        read_region(str(file))
    assert caught.value.code == "region_pack_unreadable"


def test_a_path_to_nothing_names_the_packs_that_exist(tmp_path):
    with pytest.raises(UnknownName, match="也可给出区域包文件"):
        read_region(str(tmp_path / "gone.yaml"))


def test_a_character_that_yaml_forbids_is_refused(pack):
    with pytest.raises(FileProblem, match="不是有效的 YAML"):
        Region.from_yaml(pack + "\x00", name="sample")


def test_a_region_without_counties_still_decides_what_its_own_name_means():
    assert parse_place("海城", region_codes=read_region("haicheng").place_codes) == "210381"
