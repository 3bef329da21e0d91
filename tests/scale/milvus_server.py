"""A real Milvus standalone server for tests, from the PyPI package ``milvus``, in an environment of its own.

    python tests/scale/milvus_server.py        starts one, writes its address, and ends it on Ctrl-C

The package carries the server and its libraries, so that it starts without a network once it is installed.
It is old (Milvus 2.3) and by its own words not for production.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / "var" / "milvus-server"
PACKAGES = ("milvus==2.3.5", "setuptools<81")
PATIENCE = 180

# The server ends with its standard input: whatever becomes of the tests, it does not outlive them.
RUN = """
import sys
from milvus import MilvusServer
server = MilvusServer(data_dir=sys.argv[1])
server.start()
print(server.listen_port, server.server_proc.pid, flush=True)
sys.stdin.read()
server.stop()
"""


class NoServer(Exception):
    """The server cannot be had here; the text says why."""


def installed() -> Path:
    """Return the Python of the server's environment, which is made now if it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    ready = ENVIRONMENT / ".ready"
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with ENVIRONMENT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
            for command in ([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], install):
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
                if done.returncode:
                    raise NoServer(f"{PACKAGES[0]} cannot be installed: {done.stderr.strip()[-200:]}")
            ready.touch()
    return python


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a server with its data in a folder; yield its address and process id, and end it at the end."""
    try:
        python = installed()
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoServer(str(error)) from error
    # A server chooses free ports before it binds them: two must not start at once.
    with (ENVIRONMENT.parent / "milvus-start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [python, "-c", RUN, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        told = process.stdout.readline().split()
    try:
        if len(told) != 2:
            raise NoServer(f"the server ended while it started; its messages lie in {folder / 'logs'}")
        yield f"http://127.0.0.1:{told[0]}", int(told[1])
    finally:
        process.stdin.close()
        process.wait(PATIENCE)
        process.stdout.close()


def main() -> None:
    """Run a server until the user ends it."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as (address, process):
        sys.stdout.write(f"{address}（进程 {process}），Ctrl-C 结束\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            sys.stdin.read()


if __name__ == "__main__":
    main()
