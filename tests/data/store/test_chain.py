"""A chain tells which of its entries does not hold."""

from __future__ import annotations

import dataclasses

from data.canonical import json_sha256
from data.store.chain import ORIGIN, checked_links


@dataclasses.dataclass(frozen=True)
class Entry:
    """The smallest entry that can be chained."""

    number: int
    text: str
    previous_sha256: str
    sha256: str = ""

    @property
    def computed_sha256(self):
        """Hash of the entry."""
        return json_sha256([self.number, self.text, self.previous_sha256])


def chain(count):
    entries, previous = [], ORIGIN
    for number in range(1, count + 1):
        entry = Entry(number, "甲", previous)
        entry = dataclasses.replace(entry, sha256=entry.computed_sha256)
        previous = entry.sha256
        entries.append(entry)
    return entries


def faults(entries):
    return [fault for _, found in checked_links(entries) for fault in found]


def test_a_whole_chain_and_an_empty_one_have_no_faults():
    assert faults(chain(4)) == faults([]) == []


def test_an_altered_entry_is_named_alone():
    first, second, third = chain(3)
    assert faults([first, dataclasses.replace(second, text="乙"), third]) == ["第 2 条的内容被改动过"]


def test_a_removed_entry_shows_where_it_is_missing_and_nowhere_after():
    first, _, third, fourth = chain(4)
    assert faults([first, third, fourth]) == [
        "第 2 条的编号是 3，有记录缺失",
        "第 3 条与上一条的校验值不相接",
    ]


def test_an_entry_cut_off_at_the_end_does_not_show():
    assert faults(chain(4)[:3]) == []
