"""Whose rows are whose, and under which number they are kept."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data.owners import MIXED, OFFICE, is_visible, owned_id, visible_to
from data.store.schema import posting, vacancy

AGENCIES = ("ag_00000001", "ag_00000002")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_number_that_an_agency_states_is_another_owners(mine, theirs):
    first, second = (owned_id(each, mine) for each in AGENCIES)
    assert first != second
    assert first not in {owned_id(AGENCIES[1], theirs), owned_id(OFFICE, mine)}
    assert owned_id(AGENCIES[0], first) != first
    assert owned_id(OFFICE, mine) == mine


def test_an_agencys_number_fits_every_column_and_names_nothing_that_was_stated():
    assert re.fullmatch(r"ag_00000001\.[0-9a-f]{24}", owned_id(AGENCIES[0], "张三 13900000000" * 20))


def test_one_number_in_two_widths_is_one_row():
    assert owned_id(AGENCIES[0], "Ａ－１７") == owned_id(AGENCIES[0], "A-17")


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        (OFFICE, (True, True, True)),
        (AGENCIES[0], (True, True, False)),
        (AGENCIES[1], (True, False, True)),
        (MIXED, (True, False, False)),
    ],
)
def test_the_office_sees_all_and_an_agency_the_offices_and_its_own(row, seen):
    assert tuple(is_visible(row, owner) for owner in (OFFICE, *AGENCIES)) == seen


@pytest.mark.parametrize("table", [posting, vacancy])
@pytest.mark.parametrize("owner", [OFFICE, *AGENCIES])
def test_the_database_is_asked_for_just_these(table, owner):
    engine = sa.create_engine("sqlite://")
    rows = [(OFFICE, None), (AGENCIES[0], None), (AGENCIES[1], None), (MIXED, None), (OFFICE, "V1")]
    own = sa.Table(table.name, sa.MetaData(), sa.Column("owner", sa.Text), sa.Column("counted_in", sa.Text))
    if table is posting:
        own = sa.Table("p", sa.MetaData(), sa.Column("owner", sa.Text))
    with engine.begin() as connection:
        own.create(connection)
        connection.execute(
            own.insert(), [{"owner": o, **({"counted_in": c} if table is vacancy else {})} for o, c in rows]
        )
        found = connection.execute(sa.select(own).where(visible_to(own, owner))).all()
    if owner == OFFICE and table is vacancy:
        assert sorted(found) == sorted(row for row in rows if row[1] is None)
    else:
        assert sorted(row[0] for row in found) == sorted(o for o, _ in rows if is_visible(o, owner))
