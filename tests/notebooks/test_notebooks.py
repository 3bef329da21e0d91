"""The demonstration from nothing, and every notebook on what it made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory) -> Path:
    """Run ``yingcai demo`` as a user would, without serving."""
    folder = tmp_path_factory.mktemp("var")
    environment = {**os.environ, "YINGCAI_VAR_DIR": str(folder)}
    command = [sys.executable, "-c", "from api.cli import main; main()", "demo", "--no-serve"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    (folder / "demo.txt").write_text(done.stdout, "utf-8")
    return folder


@pytest.mark.model
def test_the_demonstration_shows_every_step_and_writes_its_artefacts(var_dir):
    shown = (var_dir / "demo.txt").read_text("utf-8")
    for step in ("一、编码模型", "二、导入", "三、编制目录", "四、预测", "五、匹配"):
        assert step in shown
    assert "合成数据" in shown
    made = {path.name for path in (var_dir / "demo").rglob("*") if path.is_file()}
    assert {"yingcai.db", "forecast.json", "matches.json"} <= made
    assert {Path(name).suffix for name in made} >= {".xlsx", ".csv", ".json"}


@pytest.mark.model
@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "notebooks").glob("0*.py")))
def test_a_notebook_runs_from_top_to_bottom(var_dir, name, monkeypatch):
    monkeypatch.setenv("YINGCAI_VAR_DIR", str(var_dir))
    notebook = jupytext.read(ROOT / "notebooks" / f"{name}.py")
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": str(ROOT)}}).execute()
    assert all(cell.get("execution_count") for cell in notebook.cells if cell.cell_type == "code")
