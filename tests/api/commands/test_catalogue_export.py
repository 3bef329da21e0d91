"""``yingcai catalogue export``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from matplotlib import font_manager


@pytest.fixture(scope="module", autouse=True)
def chinese_fonts():
    if "Noto Sans CJK SC" not in {font.name for font in font_manager.fontManager.ttflist}:
        pytest.skip("the system package fonts-noto-cjk is absent")


@pytest.fixture
def quick(monkeypatch):
    """Do not typeset the reports: that is tested once."""
    monkeypatch.setattr(
        "data.catalogue.artefacts.edition.typeset_report", lambda report, path, **_: path.write_bytes(b"%PDF")
    )


def test_an_export_writes_everything_of_both_catalogues(run, filled, tmp_path):
    assert run("catalogue", "build").code == 0
    folder = tmp_path / "out"
    done = run("catalogue", "export", "--out", folder, "--json")
    assert done.code == 0, done.err
    written = {path for path in folder.rglob("*") if path.is_file()}
    assert {Path(path) for path in done.json} == written
    assert {path.suffix for path in written} == {
        ".csv", ".docx", ".html", ".json", ".jsonld", ".pdf", ".png", ".svg", ".xlsx",
    }  # fmt: skip
    document = run("catalogue", "show", "shortage", "--json").json
    assert json.loads((folder / "急需紧缺人才目录.json").read_text("utf-8")) == document
    assert (folder / "人才需求目录.pdf").exists()
    assert (folder / "稳健性检验.pdf").exists()


def test_an_edition_is_exported_by_number_and_compared_with_another(run, filled, quick, tmp_path):
    for name, day in (("甲版2026", "2026-09-30"), ("乙版2026", "2026-10-31")):
        built = run("catalogue", "build", "--edition", name, "--as-of", day)
        assert built.code == 0, built.err
    numbers = {
        (each["edition"], each["kind"]): each["release_id"] for each in run("edition", "list", "--json").json
    }
    old, new = numbers["甲版2026", "shortage"], numbers["乙版2026", "demand"]
    done = run("catalogue", "export", new, "--previous", old, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert Path(done.out.splitlines()[-1]).name == "manifest.json"
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["edition"] == "乙版2026"
    assert (tmp_path / "out" / "急需紧缺人才目录-变化" / "diff.csv").exists()
    assert (tmp_path / "out" / "人才需求目录-变化" / "diff.csv").exists()


def test_an_edition_without_snapshot_lacks_what_needs_the_data(run, filled, quick, tmp_path):
    done = run("catalogue", "export", "1", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert not (tmp_path / "out" / "稳健性检验.pdf").exists()
    assert "没有保存数据快照" in (tmp_path / "out" / "数据质量报告.html").read_text("utf-8")


def test_a_number_that_leads_nowhere_is_one_line(run, filled, tmp_path):
    done = run("catalogue", "export", "999", "--out", tmp_path / "out")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [edition_unknown]")
