"""Where a result comes from."""

from __future__ import annotations

import hashlib
import subprocess

import pytest

from training.provenance import UNKNOWN, content_sha256, read_provenance


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_outside_a_checkout_the_commit_is_unknown(tmp_path):
    found = read_provenance(tmp_path)
    assert (found.commit, found.dirty) == (UNKNOWN, False)
    assert found.packages["numpy"]
    assert "Python 3" in found.machine


def test_without_git_the_commit_is_unknown(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_provenance().commit == UNKNOWN


def test_packages_that_are_not_installed_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("training.provenance.PACKAGES", ("numpy", "no-such-package"))
    assert list(read_provenance(tmp_path).packages) == ["numpy"]


def test_a_checkout_tells_its_commit_and_whether_it_was_changed(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("1")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first")
    clean = read_provenance(tmp_path)
    assert len(clean.commit) == 40
    assert not clean.dirty
    (tmp_path / "new.txt").write_text("2")
    assert not read_provenance(tmp_path).dirty
    (tmp_path / "a.txt").write_text("3")
    assert read_provenance(tmp_path).dirty


def test_content_counts_and_names_do_not(tmp_path):
    for name, text in (("a", "1"), ("b", "2"), ("c", "1")):
        (tmp_path / name).write_text(text)
    a, b, c = (tmp_path / name for name in "abc")
    assert content_sha256([a]) == hashlib.sha256(b"1").hexdigest()
    assert content_sha256([a, b]) == content_sha256([c, b]) != content_sha256([b, a])
    with pytest.raises(FileNotFoundError):
        content_sha256([tmp_path / "d"])
