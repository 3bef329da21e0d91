"""Few matches at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from matching.turns import in_turn


def test_no_more_than_two_are_at_work_at_once_and_every_one_gets_its_answer():
    inside, most, lock, both = 0, 0, threading.Lock(), threading.Barrier(2)

    @in_turn
    def work(number):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        both.wait(60)
        with lock:
            inside -= 1
        return number

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(16))) == list(range(16))
    assert most == 2


def test_a_turn_ends_where_work_fails():
    @in_turn
    def fail():
        raise ValueError("so")

    for _ in range(4):
        with pytest.raises(ValueError, match="so"):
            fail()
