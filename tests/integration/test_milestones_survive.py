"""kill -9 of worker and beat while ten thousand milestones come due: each fires exactly once."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.installation import Installation

pytestmark = pytest.mark.servers

DUE = 10_000
VICTIMS = ("worker", "beat")
SECONDS = 300
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


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    one = Installation(tmp_path / "var")
    one.start()
    one.wait_until_ready()
    yield one
    if one.process and one.process.poll() is None:
        one.process.terminate()
        one.process.wait(10)


def test_ten_thousand_milestones_fire_once_each(installation: Installation) -> None:
    assert ask(installation, MAKE) == str(DUE)
    dice, killed, until = random.Random(7), 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(dice.uniform(1.0, 4.0))
        killed += kill(installation, dice.choice(VICTIMS))
        if killed % 5 == 0 and ask(installation, LEFT) == "0":
            break
    assert ask(installation, SAID) == " ".join([str(DUE)] * 5)
    assert killed >= 5, "all was over before anything was killed"


def ask(installation: Installation, code: str) -> str:
    output, complaint = installation.manage("shell", "-v", "0", "-c", code).communicate(timeout=120)
    assert output.strip(), complaint[-2000:]
    return output.strip().splitlines()[-1]


def kill(installation: Installation, name: str) -> bool:
    try:
        pid = next(pid for part, pid in installation.pids().items() if part.lower().startswith(name))
        os.kill(pid, signal.SIGKILL)
    except (StopIteration, ProcessLookupError, ValueError, OSError):
        return False
    return True
