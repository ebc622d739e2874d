#!/usr/bin/env python3
"""Many workers giving away many tickets at once by strategy, on throw-away servers; what it cost, and how they spread.

    bin/with-servers .venv/bin/python bench/assignment.py [--workers 50] [--tickets 5000] [--people 10] [--processes 2]

Every worker has a connection of its own and tries its share of the tickets and its neighbours', so that each ticket is
tried by three. It fails when a ticket was assigned twice or the spread is wider than one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Team, Tier, User  # noqa: E402
from core.steady import steady  # noqa: E402
from escalation.assignment.next_ticket import next_for  # noqa: E402
from escalation.assignment.strategy import parse  # noqa: E402
from escalation.commands import assign_by  # noqa: E402
from tickets import commands  # noqa: E402
from tickets.commands.opening import Report  # noqa: E402
from tickets.models import Ticket, TicketEvent  # noqa: E402

ROUNDS = 20


def team_of(people: int) -> Team:
    """A team of so many on the lowest tier."""
    team = Team.objects.create(slug="bench", name="Bench", tier=Tier.objects.get(level=1))
    for number in range(people):
        person = User.objects.create_user(f"agent{number}@bench.example", name=f"Agent {number}")
        person.memberships.create(team=team)
    return team


def opened(team: Team, count: int) -> None:
    """So many tickets in its queue, opened the usual way."""
    asker, _new = User.objects.get_or_create(email="asker@bench.example", defaults={"name": "Asker"})
    with steady():
        for number in range(count):
            commands.open(Report(subject=f"Slow {number}", description="x"), actor=asker, requester=asker, team=team)


def work(begin: int, count: int, picker: str, costs: list[float]) -> None:
    """Try so many tickets from a place of one's own on; seconds of each that was given away."""
    strategy = parse({"steps": [{"by": "on_shift"}, {"by": "language"}, {"by": picker}]})
    automation = User.objects.automation()
    numbers = list(Ticket.objects.live().order_by("pk").values_list("pk", flat=True))
    for number in [*numbers[begin:], *numbers[:begin]][:count]:
        ticket = Ticket.objects.get(pk=number)
        begun = time.perf_counter()
        if assign_by(ticket, strategy, actor=automation).by != "owner":
            costs.append(time.perf_counter() - begun)
    connection.close()


def threads_of(first: int, last: int, step: int, picker: str) -> None:
    """The workers from `first` to before `last` of this process; prints what each ticket took, in milliseconds."""
    costs: list[float] = []
    threads = [
        threading.Thread(target=work, args=(number * step, 3 * step, picker, costs)) for number in range(first, last)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(" ".join(f"{seconds * 1000:.1f}" for seconds in costs))


def everything(asked: argparse.Namespace, picker: str) -> None:
    """Start the workers, spread over processes, wait, and check."""
    step = -(-asked.tickets // asked.workers)
    bounds = [asked.workers * part // asked.processes for part in range(asked.processes + 1)]
    command = [sys.executable, __file__, "--picker", picker, "--step", str(step)]
    begun = time.perf_counter()
    started = [
        subprocess.Popen([*command, f"--part={first}-{last}"], stdout=subprocess.PIPE, text=True)
        for first, last in pairwise(bounds)
    ]
    costs = [float(text) for process in started for text in process.communicate()[0].split()]
    seconds = time.perf_counter() - begun
    live = Ticket.objects.live()
    events = Counter(TicketEvent.objects.filter(verb="assign", ticket__in=live).values_list("ticket_id", flat=True))
    spread = Counter(live.values_list("assignee_id", flat=True))
    # the start of the processes is in the seconds
    print(
        f"{picker}: {len(events):,} tickets, {asked.workers} workers, {seconds:.1f} s, {len(events) / seconds:,.0f}/s"
    )
    print(f"  each: median {statistics.median(costs):.0f} ms, p95 {statistics.quantiles(costs, n=20)[-1]:.0f} ms")
    print(f"  assigned twice: {sum(number > 1 for number in events.values())}, per person: {sorted(spread.values())}")
    assert None not in spread and len(events) == asked.tickets and set(events.values()) == {1}
    assert max(spread.values()) - min(spread.values()) <= 1


def next_costs(team: Team) -> float:
    """Milliseconds to find the next ticket in this queue, the median of several."""
    person = User.objects.filter(memberships__team=team).earliest("pk")
    costs = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        next_for(person, timezone.now())
        costs.append(time.perf_counter() - begun)
    return statistics.median(costs) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--tickets", type=int, default=5000)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--picker", default="")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--part", default="")
    asked = parser.parse_args()
    if asked.part:
        first, last = (int(number) for number in asked.part.split("-"))
        threads_of(first, last, asked.step, asked.picker)
        return
    call_command("migrate", verbosity=0)
    team = team_of(asked.people)
    for picker in ("round_robin", "least_effort"):
        opened(team, asked.tickets)
        print(f"next ticket of {asked.tickets:,} free: {next_costs(team):.1f} ms")
        everything(asked, picker)
        Ticket.objects.live().update(status="resolved")


if __name__ == "__main__":
    main()
