"""``yingcai region``."""

from __future__ import annotations

import pytest

from data.regions import read_region, region_names

PACK = """
name_zh: 新城市
code: "990100"
codes: ["9901"]
entry_prefix: XC
source: {document: 新城条例, clause: 第一条, status: 现行, note: 尚未公开, to_confirm: true}
districts: []
key_industries:
  - {name: 海水养殖, gbt4754: ["0411"], strong_terms: [海参], terms: [育苗]}
"""


@pytest.fixture
def pack(tmp_path):
    file = tmp_path / "newtown.yaml"
    file.write_text(PACK, encoding="utf-8")
    return file


def test_all_shipped_packs_are_listed(run):
    done = run("region", "list")
    assert done.code == 0
    for name in region_names():
        assert name in done.out
        assert read_region(name).name_zh in done.out
    assert "待主管部门确认" in done.out


def test_the_list_is_there_for_programs_too(run):
    (first, *_) = run("region", "list", "--json").json
    assert (first["name"], first["code"], first["indicators"]) == ("haicheng", "210381", 26)
    assert first["key_industries"][0] == "菱镁新材料"


def test_a_pack_is_shown_with_its_figures_footnotes_and_documents(run):
    done = run("region", "show", "haicheng", "--as-of", "2024-01-01")
    assert done.code == 0
    row = next(line for line in done.out.splitlines() if line.startswith("人才资源总量"))
    assert row.split()[2:5] == ["8.51", "10.104", "12.08"]
    assert row.rstrip().endswith("①②")
    assert "① H2 总量与分项：2015年分项合计 8.547万人，总量写 8.51" in done.out
    assert "另列（不并入重点产业）" in done.out
    assert "没有下一级县级区划" in done.out
    assert "H5 " in done.out
    status = next(line for line in done.out.splitlines() if line.startswith("海城市“十四五”人才发展规划"))
    assert "现行" in status


def test_a_plan_that_is_over_is_shown_as_over(run):
    done = run("region", "show", "haicheng", "--as-of", "2026-11-21")
    status = next(line for line in done.out.splitlines() if line.startswith("海城市“十四五”人才发展规划"))
    assert "已到期" in status


def test_a_draft_is_shown_as_a_draft(run):
    done = run("region", "show")
    assert done.out.startswith("营口市（210800）")
    assert "《营口市人才发展促进条例（草案征求意见稿）》第十四条（草案征求意见稿）" in done.out
    assert "规划指标" not in done.out


def test_a_shown_pack_is_there_for_programs_without_its_word_lists(run):
    shown = run("region", "show", "haicheng", "--as-of", "2026-11-21", "--json").json
    assert shown["documents"][0]["status"] == "已到期"
    assert shown["key_industries"][2] == {"name": "精细化工", "gbt4754": ["26", "2710"]}
    assert shown["plan_indicators"][0]["figures"][0]["value"] == 8.51
    assert {flag["check"] for flag in shown["flags"]} == {"H2", "H3", "H4", "H8", "C2"}
    assert "ignored_terms" not in shown


def test_more_than_twenty_footnotes_are_numbered(run, tmp_path):
    indicators = "".join(
        f"""
  - id: i{n}
    name: 指标{n}
    unit: 人
    definition_id: any
    document: plan
    figures: [{{year: 2025, value: {n}, kind: 目标, clause: 一, line: 1}}]"""
        for n in range(21)
    )
    extra = f"""
documents: [{{id: plan, title: 新城条例, status: 现行, text: a, text_sha256: {"a" * 64}}}]
definitions: [{{id: any, name: 人, counts: 人, measure: 存量}}]
plan_indicators:{indicators}
"""
    file = tmp_path / "many.yaml"
    file.write_text(PACK + extra, encoding="utf-8")
    out = run("region", "show", file).out
    assert "⑳ C2" in out
    assert "(21) C2" in out


def test_a_check_counts_what_agrees_and_says_what_does_not(run):
    done = run("region", "check", "haicheng", "--as-of", "2026-11-21")
    assert done.code == 0
    assert "复算增速 36 处：一致 32，取整误差内 2，不符 0，无法复算 2" in done.out
    assert "需要知道的问题 11 处；数值均照文件原样保留" in done.out
    assert "H4 口径不同　技能人才：“技能人才”与“高技能人才”口径不同" in done.out
    assert "出处：海委发〔2022〕17号 表1（文本第48行）" in done.out


def test_a_check_is_there_for_programs_too(run):
    checked = run("region", "check", "haicheng", "--as-of", "2025-06-30", "--json").json
    assert checked["as_of"] == "2025-06-30"
    assert checked["growth"][0] == {
        "indicator": "talent-total", "from_year": 2015, "to_year": 2020,
        "stated": 18.7, "computed": 18.7, "agreement": "一致",
    }  # fmt: skip
    assert [entry["computed"] for entry in checked["growth"] if entry["agreement"] == "无法复算"] == [
        None,
        None,
    ]
    assert "H8" not in {flag["check"] for flag in checked["flags"]}


def test_a_region_of_ones_own_is_checked_and_shown_by_its_path(run, pack):
    checked = run("region", "check", pack)
    assert checked.code == 0
    assert "新城市（newtown）" in checked.out
    assert "C3 区划代码　新城市（990100）：区划表中没有该代码" in checked.out
    assert "复算增速" not in checked.out
    shown = run("region", "show", pack)
    assert "海水养殖" in shown.out
    assert "注：尚未公开" in shown.out
    assert "《新城条例》第一条（现行，待主管部门确认）" in shown.out


def test_a_region_of_ones_own_can_be_the_one_in_use(run, pack):
    assert run("region", "show", YINGCAI_REGION=str(pack)).out.startswith("新城市")


def test_a_wrong_pack_ends_in_one_line_that_names_file_and_field(run, pack):
    pack.write_text(PACK.replace("entry_prefix: XC", "entry_prefix: 新城"), encoding="utf-8")
    done = run("region", "check", pack)
    assert done.code == 1
    assert "region_pack_invalid" in done.line
    assert str(pack) in done.line
    assert "entry_prefix：格式不符" in done.line


def test_an_unknown_region_names_the_ones_there_are(run):
    done = run("region", "show", "atlantis")
    assert done.code == 1
    assert "现有区域包：haicheng、haixi、liaoning、yingkou" in done.line
