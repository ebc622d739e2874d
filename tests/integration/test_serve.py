"""The whole product under its supervisor: it starts, it answers, and nothing stays behind."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.installation import Installation

pytestmark = pytest.mark.servers

STOP_SECONDS = 5


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
