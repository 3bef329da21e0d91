"""``yingcai index``."""

from __future__ import annotations


def test_vectors_are_made_shown_and_checked(run, filled, service):
    made = run("index", "rebuild", "--json").json
    assert made["profiles"] == len(service.matcher.profiles)
    shown = run("index", "show", "--json").json
    assert shown["version"] == made["version"]
    assert shown["vacancies"] == len(service.matcher.vacancies)
    assert "校验无误" in run("index", "show").out
    assert made["version"] in run("index", "rebuild").out


def test_without_vectors_it_says_how_to_make_them(run, filled):
    done = run("index", "show")
    assert done.code == 1
    assert "yingcai index rebuild" in done.line


def test_damaged_vectors_are_reported(run, filled):
    run("index", "rebuild")
    victim = next((filled / "index").rglob("profiles.joined.npy"))
    content = bytearray(victim.read_bytes())
    content[-1] ^= 0xFF
    victim.write_bytes(content)
    done = run("index", "show")
    assert done.code == 1
    assert "重建" in done.line
