"""Files of the TalentCLEF task."""

from __future__ import annotations

import pytest

from data.errors import FileProblem
from training.pairs.talentclef import read_test_titles, read_title_pairs

LINE = "http://x/isco/C0110\thttp://x/occupation/abc\t{}\t{}\n"


def test_a_line_is_a_pair_of_its_occupation_in_the_language_of_the_file(tmp_path):
    path = tmp_path / "taskA_training_de.tsv"
    path.write_text(LINE.format("Koch", 'Köchin "A"') + LINE.format("Koch", "NA"), "utf-8")
    one, other = read_title_pairs(path)
    assert (one.anchor, one.positive, one.language) == ("Koch", 'Köchin "A"', "de")
    assert one.concept == one.group == "esco:abc"
    assert other.positive == "NA"


def test_a_file_without_a_language_in_its_name_is_read(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text(LINE.format("a", "b"), "utf-8")
    assert [each.language for each in read_title_pairs(path)] == ["other"]


def test_files_of_another_layout_are_refused_by_name(tmp_path):
    path = tmp_path / "pairs.tsv"
    with pytest.raises(FileProblem, match=r"pairs\.tsv"):
        list(read_title_pairs(path))
    path.write_text("a\tb\n", "utf-8")
    with pytest.raises(FileProblem, match="2 列"):
        list(read_title_pairs(path))
    path.write_text("", "utf-8")
    with pytest.raises(FileProblem) as caught:
        list(read_title_pairs(path))
    assert caught.value.code == "file_unreadable"


def test_the_titles_of_all_tests_below_a_folder_are_read(tmp_path):
    for language, title in (("german", "Koch"), ("english", "cook")):
        folder = tmp_path / language
        folder.mkdir()
        (folder / "queries").write_text(f"q_id\tjobtitle\n1\t{title}\n", "utf-8")
        (folder / "corpus_elements").write_text("c_id\tjobtitle\n1\tnanny\n", "utf-8")
        (folder / "qrels.tsv").write_text("1\t0\t1\t1\n", "utf-8")
    assert read_test_titles(tmp_path) == {"Koch", "cook", "nanny"}


def test_a_folder_without_tests_is_refused(tmp_path):
    with pytest.raises(FileProblem, match="queries"):
        read_test_titles(tmp_path)


@pytest.mark.real
def test_the_real_files_are_read(real_data):
    german = real_data / "talentclef25/training/german/taskA_training_de.tsv"
    pairs = list(read_title_pairs(german))
    assert len(pairs) == 23_023
    assert {each.language for each in pairs} == {"de"}
    assert len(read_test_titles(real_data / "talentclef25/validation")) > 5000
