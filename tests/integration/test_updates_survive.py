"""kill -9 of whoever sends an update to hundreds, and of the workers that mail it: everybody gets it exactly once."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.integration.installation import Installation

pytestmark = pytest.mark.servers

PEOPLE = 150
SECONDS = 300
KILLS = 5
MAKE = f"""
from accounts.models import Team, Tier, User
from catalogue.models import Service
from escalation import commands as escalation
from tickets import commands
from tickets.commands.opening import Report
desk = Team.objects.create(slug="desk", name="Desk", tier=Tier.objects.get(level=1))
service = Service.objects.create(slug="vpn", name="VPN")
manager = User.objects.create_user("manager@arunika.example", name="Manager", is_manager=True)
with commands.quietly():
    tickets = []
    for n in range({PEOPLE}):
        person = User.objects.create_user(f"p{{n}}@arunika.example", name=f"P {{n}}", language="id" if n % 2 else "en")
        report = Report(subject="VPN is down", description="It does not connect.", service=service)
        tickets.append(commands.open(report, actor=person, requester=person, team=desk))
    incident = escalation.propose(tickets[0], actor=manager, reason="Everybody calls")
    escalation.promote(incident, actor=manager, declaration=escalation.Declaration(
        title="VPN is down", title_id="VPN mati", service=service, severity="everyone", service_state="outage",
        cadence_minutes=60))
    escalation.attach(incident, actor=manager, tickets=tickets[1:])
print(incident.pk)
"""
SEND = """
from accounts.models import User
from escalation import commands
from escalation.models import MajorIncident
manager = User.objects.get(email="manager@arunika.example")
incident = MajorIncident.objects.get()
print("sending", flush=True)
commands.send_update(incident, actor=manager, text="Nearly mended.", text_id="Hampir pulih.", dedupe_key="one intent")
"""
COUNT = """
from escalation.models import MajorUpdate
from notifications.models import OutboxMessage
from tickets.models import TicketEvent
rows = OutboxMessage.objects.filter(template="major_update")
print(MajorUpdate.objects.count(), rows.count(), rows.filter(sent_at__isnull=False).count(),
    TicketEvent.objects.filter(verb="broadcast").count())
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


def test_an_update_reaches_each_person_exactly_once(installation: Installation) -> None:
    assert ask(installation, MAKE) == "1"
    dice = random.Random(3)
    for _try in range(KILLS):
        kill_while_sending(installation, dice)
        told = [int(number) for number in ask(installation, COUNT).split()]
        assert told[:2] in ([0, 0], [1, PEOPLE]), "a part of an update is there"
    assert installation.manage("shell", "-v", "0", "-c", SEND).wait(60) == 0

    until = time.monotonic() + SECONDS
    while time.monotonic() < until and ask(installation, COUNT).split()[2] != str(PEOPLE):
        kill_a_worker(installation)
    assert ask(installation, COUNT) == f"1 {PEOPLE} {PEOPLE} {PEOPLE}"
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in caught(installation)]
    # a worker killed between the server's yes and its own note sends the same letter again, under the same number
    once = {str(letter["Message-ID"]): str(letter["To"]) for letter in letters}
    assert Counter(once.values()) == Counter(f"p{n}@arunika.example" for n in range(PEOPLE))
    for letter in letters:
        number = int(str(letter["To"]).split("@")[0][1:])
        body = letter.get_body(("plain",))
        assert body is not None and ("Hampir pulih." if number % 2 else "Nearly mended.") in body.get_content()


def kill_while_sending(installation: Installation, dice: random.Random) -> None:
    process = installation.manage("shell", "-v", "0", "-c", SEND)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(dice.uniform(0.0, 0.6))
    process.kill()
    process.wait(10)


def kill_a_worker(installation: Installation) -> None:
    try:
        pid = next(pid for part, pid in installation.pids().items() if part.lower().startswith("worker"))
        os.kill(pid, signal.SIGKILL)
    except (StopIteration, ProcessLookupError, ValueError, OSError):
        pass
    time.sleep(6.0)


def caught(installation: Installation) -> list[Path]:
    return sorted((installation.var / "mail").glob("*.eml"))


def ask(installation: Installation, code: str) -> str:
    output, complaint = installation.manage("shell", "-v", "0", "-c", code).communicate(timeout=120)
    assert output.strip(), complaint[-2000:]
    return output.strip().splitlines()[-1]
