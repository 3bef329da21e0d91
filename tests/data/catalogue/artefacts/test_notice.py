import datetime as dt

import docx

from data.catalogue.artefacts.notice import Signature, notice_of, write_notice

DAYS = (dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 12, 31))


def test_until_signed_number_day_and_term_are_blank(edition):
    notice = notice_of(edition, None)
    assert "签发时填写" in notice.number
    assert "签发时填写" in notice.day
    assert notice.attachments == (
        "营口市人才需求目录（2026Q4版）", "营口市急需紧缺人才目录（2026Q4版）", "编制说明",
    )  # fmt: skip


def test_a_signature_fills_them(edition):
    notice = notice_of(edition[:1], Signature("营人社发〔2026〕9号", *DAYS))
    assert (notice.number, notice.day) == ("营人社发〔2026〕9号", "2026年12月31日")
    assert "有效期至2027年12月31日" in notice.paragraphs[1]


def test_real_data_are_not_called_generated(edition):
    real = edition[0].model_copy(update={"synthetic": False})
    notice = notice_of([real], None)
    assert notice.banner == ""
    assert not any("合成" in text for text in notice.paragraphs)


def test_the_word_file_keeps_to_the_standard(edition, tmp_path):
    word, _ = write_notice(notice_of(edition, None), tmp_path)
    document = docx.Document(str(word))
    page = document.sections[0]
    edges = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(edge.mm) for edge in edges] == [37, 35, 28, 26]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    fonts = {run.font.name: run.font.size.pt for line in document.paragraphs for run in line.runs if run.text}
    assert fonts == {"仿宋_GB2312": 16, "方正小标宋简体": 22, "黑体": 16}
    assert "【合成数据】" in page.header.paragraphs[0].text
    texts = [line.text.strip() for line in document.paragraphs]
    assert "附件1" in texts
    assert any(text.startswith("附件：1. 营口市人才需求目录") for text in texts)
    assert round(page.footer_distance.mm) == 28


def test_the_same_text_gives_the_same_bytes(edition, tmp_path):
    written = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        paths = write_notice(notice_of(edition, None), tmp_path / name)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
