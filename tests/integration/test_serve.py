"""The whole product under its supervisor: it starts, it answers, and nothing stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.embedded.options import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 40
STOP_SECONDS = 5


class Installation:
    """One data folder and the supervisor that runs on it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, *options: str, port: int | None = None) -> "subprocess.Popen[str]":
        removed = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST", "TUNTAS_SUPERVISED_BY")
        environment = {name: value for name, value in os.environ.items() if name not in removed}
        command = [sys.executable, "-m", "helpdesk.embedded", "serve", "--port", str(port or self.port), "--no-demo"]
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=environment | {"VAR_DIR": str(self.var)},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.process

    def wait_until_ready(self) -> None:
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as response:
                    assert response.status == 200
                    return
            except OSError:
                assert self.process.poll() is None, self.process.communicate()[1]
                time.sleep(0.05)
        pytest.fail("not ready in time")

    def processes(self) -> list[str]:
        """Every process, except the supervisor, that works for this folder."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                known = str(self.var).encode()
                if folder.name.isdigit() and (
                    known in (folder / "cmdline").read_bytes()
                    or b"TUNTAS_SUPERVISED_BY=" + known in (folder / "environ").read_bytes().split(b"\0")
                ):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    one = Installation(tmp_path / "var")
    yield one
    if one.process and one.process.poll() is None:
        one.process.terminate()
        one.process.wait(STOP_SECONDS + 5)


def test_it_starts_stops_in_time_and_leaves_nothing(installation: Installation) -> None:
    process = installation.start()
    installation.wait_until_ready()
    time.sleep(3)  # the worker is slowest to come up: stopping must be quick with all of them running
    assert len(installation.processes()) >= 6

    second = Installation(installation.var).start()
    _output, complaint = second.communicate(timeout=15)
    assert second.returncode == 2
    assert "already running" in complaint

    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert time.monotonic() - begun < STOP_SECONDS
    assert installation.processes() == []
    assert not (installation.var / "supervisor.lock").exists()
    assert list((installation.var / "run").iterdir()) == []


def test_a_start_after_kill_9_cleans_up_and_works(installation: Installation) -> None:
    process = installation.start()
    installation.wait_until_ready()
    process.kill()
    process.wait()

    process = installation.start()
    installation.wait_until_ready()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert installation.processes() == []


def test_a_taken_port_is_one_sentence_and_exit_code_2(installation: Installation) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        process = installation.start(port=occupant.getsockname()[1])
        _output, complaint = process.communicate(timeout=15)
    assert process.returncode == 2
    assert complaint.strip().count("\n") == 0
    assert "is taken" in complaint
    assert installation.processes() == []


def test_fresh_does_not_delete_without_an_answer(installation: Installation) -> None:
    kept = installation.var / "media" / "kept"
    kept.parent.mkdir(parents=True)
    kept.touch()
    process = installation.start("--fresh")
    _output, complaint = process.communicate(timeout=15)
    assert process.returncode == 2
    assert "--yes" in complaint
    assert kept.exists()
