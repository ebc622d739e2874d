"""kill -9 of workers and beats while thousands of milestones come due: each fires exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.installation import ROOT, Installation

pytestmark = pytest.mark.servers

# ten thousand and ten kills were run too (docs/performance.md); MILESTONES_DUE=10000 MILESTONE_KILLS=10 does it again
DUE = int(os.environ.get("MILESTONES_DUE", "2000"))
KILLS = int(os.environ.get("MILESTONE_KILLS", "6"))
SECONDS = 420
WORKER = ("-A", "helpdesk", "worker", "-c", "3", "--loglevel", "ERROR")
BEAT = ("-A", "helpdesk", "beat", "--loglevel", "ERROR")
MAKE = f"""
from bench.copies import grow, template
from core.time import database_now
from escalation.models import Clock
grow(template([{{"do": "notify", "who": ["lead"]}}]), {DUE})
now = database_now()
print(Clock.objects.filter(metric="resolution").update(next_at=now, due_at=now))
"""
LEFT = """
from escalation.models import Clock
print(Clock.objects.filter(next_at__isnull=False).count())
"""
SAID = """
from django.db.models import Count
from escalation.models import Clock, Milestone
from notifications.models import OutboxMessage
from tickets.models import TicketEvent
fired = TicketEvent.objects.filter(verb="breach")
told = OutboxMessage.objects.filter(template="breached", channel="in_app")
print(fired.count(), fired.values("ticket").distinct().count(), Milestone.objects.count(),
    told.values("context__key").distinct().count(), Clock.objects.filter(missed_at__isnull=False).count())
"""


class Crew:
    """Workers and beats beside those of the installation; whoever is killed is followed by another at once."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation, self.folder = installation, folder
        self.running: list[tuple[tuple[str, ...], subprocess.Popen[bytes]]] = []

    def start(self, arguments: tuple[str, ...]) -> None:
        known = (self.installation.var / "environment").read_text().splitlines()
        environment = dict(os.environ) | dict(line.split("=", 1) for line in known)
        environment |= {"VAR_DIR": str(self.installation.var), "DJANGO_SETTINGS_MODULE": "helpdesk.settings.local"}
        own = ("-s", str(self.folder / f"schedule-{len(self.running)}-{time.monotonic_ns()}"))
        command = [sys.executable, "-m", "celery", *arguments, *(own if arguments == BEAT else ())]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        self.running.append((arguments, process))

    def kill_one(self, dice: random.Random) -> None:
        arguments, process = self.running.pop(dice.randrange(len(self.running)))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.start(arguments)

    def stop(self) -> None:
        for _arguments, process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    one = Installation(tmp_path / "var")
    one.start()
    one.wait_until_ready()
    yield one
    if one.process and one.process.poll() is None:
        one.process.terminate()
        one.process.wait(10)


@pytest.fixture
def crew(installation: Installation, tmp_path: Path) -> Iterator[Crew]:
    one = Crew(installation, tmp_path)
    yield one
    one.stop()


def test_thousands_of_milestones_fire_once_each(installation: Installation, crew: Crew) -> None:
    for arguments in (WORKER, WORKER, BEAT):
        crew.start(arguments)
    assert ask(installation, MAKE) == str(DUE)
    dice, killed, until = random.Random(7), 0, time.monotonic() + SECONDS
    while time.monotonic() < until and (killed < KILLS or ask(installation, LEFT) != "0"):
        time.sleep(dice.uniform(1.5, 4.0))
        if killed < KILLS:
            crew.kill_one(dice)
            killed += 1
    assert ask(installation, SAID) == " ".join([str(DUE)] * 5)


def ask(installation: Installation, code: str) -> str:
    output, complaint = installation.manage("shell", "-v", "0", "-c", code).communicate(timeout=120)
    assert output.strip(), complaint[-2000:]
    return output.strip().splitlines()[-1]
