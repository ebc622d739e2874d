"""kill -9 of web, worker, Redis and PostgreSQL while tickets come in: what was acknowledged is there, exactly once."""

import csv
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.installation import Installation

pytestmark = pytest.mark.servers

ROWS = 2_500
VICTIMS = ("web", "worker", "redis", "postgres")
KILLS = 8
IMPORT_SECONDS = 240
COUNTS = """
from tickets.models import Ticket, TicketEvent
from escalation.models import TierVisit, Clock
tickets = Ticket.objects.filter(external_ref__isnull=False)
print("|".join(tickets.values_list("external_ref", flat=True)))
opened = TicketEvent.objects.filter(verb="open")
print(tickets.count(), opened.count(), Clock.objects.count(), TierVisit.objects.count())
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


def test_every_acknowledged_ticket_is_there_exactly_once(installation: Installation, tmp_path: Path) -> None:
    _a_team(installation)
    file, ledger = tmp_path / "rows.csv", tmp_path / "ledger"
    with file.open("w", newline="") as handle:
        rows = [(f"printer {n} does not print on floor {n % 9}", f"Topic {n % 5}") for n in range(ROWS)]
        csv.writer(handle).writerows([("Document", "Topic_group"), *rows])

    importing = installation.manage("import_tickets", str(file), "--ledger", str(ledger))
    dice, killed = random.Random(4), []
    while importing.poll() is None and len(killed) < KILLS:
        time.sleep(1.2)
        victim = VICTIMS[len(killed) % len(VICTIMS)] if len(killed) < len(VICTIMS) else dice.choice(VICTIMS)
        if _kill(installation, victim):
            killed.append(victim)
    _output, complaint = importing.communicate(timeout=IMPORT_SECONDS)
    assert importing.returncode == 0, complaint[-2000:]
    assert {"redis", "postgres"} <= set(killed), "the import was over before anything was killed"

    acknowledged = ledger.read_text().split()
    references, counts = _state(installation)
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) <= set(references)
    assert len(references) == len(set(references)) == ROWS
    assert counts == [ROWS, ROWS, 2 * ROWS, ROWS], "a ticket without its event, clocks or visit"

    again = installation.manage("import_tickets", str(file))
    output, _complaint = again.communicate(timeout=IMPORT_SECONDS)
    assert f"0 tickets filed, {ROWS:,} were there already" in output


def _a_team(installation: Installation) -> None:
    code = (
        "from accounts.models import Team, Tier; "
        "Team.objects.create(slug='desk', name='Desk', tier=Tier.objects.get(level=1))"
    )
    assert installation.manage("shell", "-c", code).wait(60) == 0


def _kill(installation: Installation, name: str) -> bool:
    try:
        pid = next(pid for part, pid in installation.pids().items() if part.lower().startswith(name))
        os.kill(pid, signal.SIGKILL)
    except (StopIteration, ProcessLookupError, ValueError, OSError):
        return False
    return True


def _state(installation: Installation) -> tuple[list[str], list[int]]:
    output, complaint = installation.manage("shell", "-v", "0", "-c", COUNTS).communicate(timeout=60)
    references, counts = output.strip().splitlines()[-2:]
    assert references, complaint
    return references.split("|"), [int(number) for number in counts.split()]
