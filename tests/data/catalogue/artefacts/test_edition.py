import datetime as dt
import hashlib
import json
import shutil
import subprocess

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from data.catalogue.artefacts import Signature, Standing, export_edition
from data.catalogue.artefacts.edition import Progress
from data.catalogue.entries import ObsStatus
from data.errors import InputError

KINDS = ("人才需求目录", "急需紧缺人才目录")


def test_everything_that_the_office_publishes_is_there(written):
    names = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    for kind in KINDS:
        ends = ("xlsx", "csv", "json", "schema.json", "html", "pdf", "dcat.jsonld")
        assert {f"{kind}.{end}" for end in ends} <= names
        assert {f"{kind}-变化说明.pdf", f"{kind}-变化/diff.csv", f"{kind}-变化/diff.json"} <= names
    reports = ("方法说明", "数据质量报告", "稳健性检验", "分析报告")
    assert {f"{name}.{end}" for name in reports for end in ("html", "pdf")} <= names
    assert {"通知.docx", "通知.pdf", "manifest.json"} <= names
    assert sum(name.endswith(".svg") for name in names) >= 8


def test_the_manifest_holds_the_hash_of_every_other_file(written):
    manifest = json.loads((written / "manifest.json").read_text("utf-8"))
    files = {path for path in written.rglob("*") if path.is_file() and path.name != "manifest.json"}
    assert {written / name for name in manifest["files"]} == files
    for name, facts in manifest["files"].items():
        assert facts["sha256"] == hashlib.sha256((written / name).read_bytes()).hexdigest()
    assert (manifest["snapshot"], manifest["nature"], manifest["label"]) == (
        "s#1",
        "合成数据",
        "草案（未发布）",
    )


def test_the_same_edition_gives_the_same_bytes(written, edition, before, market, tmp_path):
    again = tmp_path / "again"
    export_edition(edition[::-1], again, market=market, previous=before)
    first, second = ((folder / "manifest.json").read_bytes() for folder in (written, again))
    assert first == second


def test_every_artefact_for_readers_says_that_the_data_are_generated(written):
    for page in written.glob("*.html"):
        assert "合成数据" in page.read_text("utf-8"), page.name
    for pdf in written.glob("*.pdf"):
        assert all("合成数据" in page.extract_text() for page in PdfReader(pdf).pages), pdf.name


def test_pdfs_are_tagged_and_embed_their_fonts(written):
    for pdf in written.glob("*.pdf"):
        reader = PdfReader(pdf)
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"], pdf.name
        for page in reader.pages[:2]:
            for font in page["/Resources"]["/Font"].values():
                inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.get_object()), pdf.name


def test_the_catalogue_is_printed_on_a4_landscape_with_its_header_on_every_page_of_the_table(written):
    reader = PdfReader(written / "急需紧缺人才目录.pdf")
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)
    texts = [page.extract_text() for page in reader.pages]
    for place, text in enumerate(texts, start=1):
        assert f"— {place} —" in text
    assert sum("职业编码" in text for text in texts) >= len(texts) - 1


def test_suppressed_figures_are_nowhere(written, edition):
    hidden = [e for e in edition[1].entries if e.obs_status.get("n_spell") is ObsStatus.CONFIDENTIAL]
    assert hidden
    kept = json.loads((written / "急需紧缺人才目录.json").read_text("utf-8"))["entries"]
    for entry in hidden:
        (shown,) = [each for each in kept if each["entry_id"] == entry.entry_id]
        assert (shown["n_spell"], shown["vacancy_ids"], shown["posting_ids"]) == (None, [], [])


def test_the_workbook_tells_what_changed(written, edition):
    book = CalamineWorkbook.from_path(written / "急需紧缺人才目录.xlsx")
    assert book.sheet_names == ["目录", "指标", "变化", "说明"]
    rows = book.get_sheet_by_name("变化").to_python()
    assert rows[2][0] == "变化"
    diff = json.loads((written / "急需紧缺人才目录-变化" / "diff.json").read_text("utf-8"))
    assert len(rows) - 3 == len(diff["changes"]) >= len(edition[1].entries)


def test_without_data_and_edition_before_the_rest_is_written(build, tmp_path):
    told: list[str] = []
    report: Progress = told.append
    paths = export_edition(build()[1:], tmp_path, progress=report)
    names = {path.name for path in paths}
    assert "稳健性检验.pdf" not in names
    assert not any("变化" in name for name in names)
    assert "没有保存数据快照" in (tmp_path / "数据质量报告.html").read_text("utf-8")
    assert told[0] == "急需紧缺人才目录数据"


def test_a_demand_catalogue_stands_alone(build, tmp_path):
    names = {path.name for path in export_edition(build()[:1], tmp_path / "new" / "folder")}
    assert {"人才需求目录.pdf", "数据质量报告.pdf", "通知.docx"} <= names
    assert "方法说明.pdf" not in names


def test_an_empty_edition_is_notes_and_headers(build, market, tmp_path):
    empty = build(market.vacancies.head(0))
    paths = export_edition(empty, tmp_path, market=market)
    assert "01-产业与星级.svg" not in {path.name for path in paths}
    assert "目录为空" in (tmp_path / "急需紧缺人才目录.html").read_text("utf-8")


def test_a_signed_edition_bears_number_day_and_label(build, tmp_path):
    days = (dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    standing = Standing("已发布", Signature("营人社发〔2026〕9号", *days))
    export_edition(build()[:1], tmp_path, standing=standing)
    text = PdfReader(tmp_path / "通知.pdf").pages[0].extract_text()
    assert "营人社发〔2026〕9号" in text
    assert "2026年12月31日" in text.replace(" ", "")
    metadata = json.loads((tmp_path / "人才需求目录.dcat.jsonld").read_text("utf-8"))
    assert metadata["@graph"][1]["dcterms:issued"]["@value"] == "2026-12-31"
    assert "已发布" in (tmp_path / "人才需求目录.html").read_text("utf-8")


def test_catalogues_of_two_editions_are_refused(edition, before, tmp_path):
    for given in ([], [edition[0], before[1]], [edition[0], edition[0]]):
        with pytest.raises(InputError) as refused:
            export_edition(given, tmp_path / "out")
        assert refused.value.code == "not_one_edition"


def test_a_folder_that_holds_something_is_left_alone(edition, tmp_path):
    (tmp_path / "别的.txt").write_text("留着", "utf-8")
    for place in (tmp_path, tmp_path / "别的.txt"):
        with pytest.raises(InputError, match="不是空文件夹"):
            export_edition(edition, place)
    assert [path.name for path in tmp_path.iterdir()] == ["别的.txt"]


def test_libreoffice_opens_the_workbook(written, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is absent")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76",
               "--outdir", str(tmp_path), str(written / "急需紧缺人才目录.xlsx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "紧缺等级" in (tmp_path / "急需紧缺人才目录.csv").read_text("utf-8")
