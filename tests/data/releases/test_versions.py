"""Version numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.releases.versions import Version, checked_name, parse_version

names = st.text(
    st.characters(blacklist_characters=".@", blacklist_categories=("Z", "C")), min_size=1, max_size=24
)
counts = st.integers(1, 999)
versions = st.one_of(
    st.builds(lambda name, number: Version(name, candidate=number), names, counts),
    st.builds(
        lambda name, issue, erratum: Version(name, 0, issue, erratum), names, counts, st.integers(0, 99)
    ),
)


@given(versions)
def test_a_version_reads_back_as_it_was_written(version):
    assert parse_version(str(version)) == version


def test_candidate_publication_and_erratum_are_told_apart():
    published = parse_version("2027.1")
    assert published == Version("2027", issue=1)
    assert str(published.corrected.corrected) == "2027.1.2"
    assert parse_version("2027.0-rc3") == Version("2027", candidate=3)


@pytest.mark.parametrize(
    "text", ["", "2027", "2027.0", "2027.0-rc0", "2027.1.0", "2027.1.1.1", "a b.1", "2027.01"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(InputError) as caught:
        parse_version(text)
    assert caught.value.code == "version_unknown"


@given(names)
def test_a_name_without_dot_at_and_space_may_be_used(name):
    assert parse_version(f"{checked_name(name)}.1").name == name


@pytest.mark.parametrize("name", ["", "2027.1", "2027@1", "二〇二七 年", "长" * 25])
def test_a_name_no_version_can_be_made_of_is_refused(name):
    with pytest.raises(InputError) as caught:
        checked_name(name)
    assert caught.value.code == "edition_name_unusable"
