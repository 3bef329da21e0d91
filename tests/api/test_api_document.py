"""The manual of the API: its commands and programs run as written, its codes are those of the service."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import uvicorn

import api
from api.app import create_app
from api.commands.serve import server_options
from api.english import MESSAGES

MANUAL = (Path(api.__file__).parent / "deploy" / "API.md").read_text("utf-8")
BLOCK = re.compile(r"```(bash|python)\n(.*?)```", flags=re.DOTALL)
CODE = re.compile(r"^\| [0-9、]+ \| (.*?) \|", flags=re.MULTILINE)


@pytest.fixture
def address(serve):
    """Serve a folder of the test's own over a network, with a worker."""
    served = serve(worker_threads=1)
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(served.settings, service=served.service)
    server = uvicorn.Server(uvicorn.Config(app, **server_options()))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_the_commands_and_programs_run_as_written(address, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    there = os.environ | {"PATH": tools, "URL": address, "YINGCAI_VAR_DIR": str(tmp_path)}
    names = {"URL": address}
    for kind, text in BLOCK.findall(MANUAL):
        if kind == "python":
            exec(text, names)
            continue
        done = subprocess.run(
            ["bash", "-eu"], input=text, env=there, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (text, done.stderr)
        there["KEY"] = names["KEY"] = Path("key.txt").read_text("utf-8").strip()
    names["client"].close()
    printed = capsys.readouterr().out
    assert "done 1 1" in printed
    assert re.search(r"^2 需求人数 ", printed, flags=re.MULTILINE)
    assert re.search(r"^412 content_changed .+ [\w.-]{8,}$", printed, flags=re.MULTILINE)


def test_the_codes_of_the_manual_are_those_that_the_service_has_words_for():
    told = {code for row in CODE.findall(MANUAL) for code in re.findall(r"`(\w+)`", row)}
    assert len(told) > 15
    assert told <= MESSAGES.keys()
