"""Terms are found as whole, longest matches, whatever the width and the case."""

import pytest

from data.regions.terms import TermScanner, fold


def test_folding_takes_width_case_and_outer_blanks_away():
    assert fold(" ＪＡＶＡ工程师 ") == "java工程师"


def test_the_longest_term_at_a_place_is_found_and_not_the_one_inside_it():
    assert TermScanner(["镁", "镁砂", "电熔镁砂"]).find("生产电熔镁砂") == ["电熔镁砂"]


def test_every_term_is_named_once_in_order_of_appearance():
    assert TermScanner(["镁", "窑"]).find("窑，镁，窑") == ["窑", "镁"]


def test_terms_come_out_as_they_were_given():
    assert TermScanner(["Java", "JAVA", "C++"]).find(fold("熟悉Java和c++")) == ["Java", "JAVA", "C++"]


@pytest.mark.parametrize("text", ["javascript", "myjava", "java2"])
def test_a_latin_term_inside_a_longer_word_is_not_found(text):
    assert TermScanner(["java"]).find(text) == []


@pytest.mark.parametrize("text", ["java", "精通java开发", "c/java/go"])
def test_a_latin_term_between_other_characters_is_found(text):
    assert TermScanner(["java"]).find(text) == ["java"]


def test_a_term_that_ends_in_a_sign_needs_no_edge_there():
    assert TermScanner(["c++"]).find("c++11") == ["c++"]


def test_with_edges_only_whole_entries_are_found():
    scanner = TermScanner(["互联网", "汽车"], edges=",/")
    assert scanner.find("移动互联网,汽车/摩托车") == ["汽车"]


def test_nothing_is_found_in_an_empty_text():
    assert TermScanner(["镁"]).find("") == []
