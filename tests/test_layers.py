"""What importing costs, and what the repository must not hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_importing_the_application_loads_no_heavy_library():
    code = (
        "import sys, api.app; print(*sorted({'torch', 'mlflow', 'faiss', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_module_grows_beyond_four_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for package in ("data", "matching", "training", "api")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_the_folders_of_the_tests_hold_no_package_marker():
    assert list((ROOT / "tests").rglob("__init__.py")) == []
    assert "data/" not in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_lock_pins_every_dependency_exactly_and_names_no_place():
    lines = (ROOT / "requirements.lock").read_text("utf-8").split()
    assert all("==" in line and "/" not in line for line in lines)
    assert "torch==2.13.0" in lines
