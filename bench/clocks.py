#!/usr/bin/env python3
"""What clocks cost at scale, on throw-away servers: the sweep beside a floor, a second full of milestones, a recount.

    bin/with-servers .venv/bin/python bench/clocks.py [--sizes 10000,100000,1000000] [--due 2000] [--recount 100000]

Open tickets are copies of one that went through the real commands, each shifted in time. The floor is an index lookup of
one row on the same server; what matters is that the sweep stays a small multiple of it while the open tickets grow.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
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
from escalation import recount  # noqa: E402
from escalation.commands import draft_calendar, draft_policy, put_in_force  # noqa: E402
from escalation.models import BusinessCalendar, Clock, Recount, SlaPolicy  # noqa: E402
from escalation.sweep import fire_due  # noqa: E402
from tickets import commands  # noqa: E402
from tickets.commands.opening import Report  # noqa: E402
from tickets.models import Ticket  # noqa: E402

ROUNDS = 30
WORKERS = 2
ROUND_THE_CLOCK = [[[0, 1440]]] * 7
OFFICE = [[[480, 1020]]] * 5 + [[], []]
MONTHS = {str(priority): 60 * 24 * 60 for priority in (1, 2, 3, 4)}
SOON = {str(priority): 120 for priority in (1, 2, 3, 4)}
SWEEP = f"""
import django; django.setup()
from escalation.sweep import BATCH, fire_due
import sys
part = (int(sys.argv[1]), {WORKERS})
while fire_due(part=part) == BATCH: pass
"""


def template() -> Ticket:
    """One open ticket with both promises, a route, an owner and an answer."""
    calendar = BusinessCalendar.objects.get()
    put_in_force(draft_calendar(calendar, {**calendar.current.definition, "weekly": ROUND_THE_CLOCK}))
    policy = SlaPolicy.objects.get()
    targets = {"response": SOON, "resolution": MONTHS}
    steps = [{"metric": "resolution", "percent": 100, "actions": [{"do": "call", "who": ["lead"]}]}]
    put_in_force(draft_policy(policy, calendar, {"conditions": {"all": []}, "targets": targets, "steps": steps}))
    team = Team.objects.create(slug="bench", name="Bench", tier=Tier.objects.get(level=1))
    agent = User.objects.create_user("agent@bench.example", name="Agent")
    agent.memberships.create(team=team, role="lead")
    asker = User.objects.create_user("asker@bench.example", name="Asker")
    ticket = commands.open(Report(subject="Slow", description="It is slow."), actor=asker, requester=asker)
    commands.assign(ticket, actor=agent, assignee=agent)
    commands.reply(ticket, actor=agent, body="Looking into it.")
    return ticket


def grow(source: Ticket, wanted: int) -> None:
    """Copies of the ticket with its events and clocks until there are `wanted` open ones."""
    first = (Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]) + 1
    missing = wanted - Ticket.objects.count()
    if missing <= 0:
        return
    shift = "make_interval(secs => mod(n.n, 86400)::float * 5)"
    last = first + missing - 1
    with connection.cursor() as cursor:
        for model, by in ((Ticket, "id"), (source.events.model, "ticket_id"), (Clock, "ticket_id")):
            columns = [field.column for field in model._meta.concrete_fields]
            picked = ", ".join(_copied(model, column, by, shift) for column in columns if _is_copied(model, column))
            names = ", ".join(column for column in columns if _is_copied(model, column))
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {picked} FROM {table} t, generate_series(%s, %s) AS n(n) "  # noqa: S608
                f"WHERE t.{by} = %s ORDER BY n.n, t.id",
                [first, last, source.pk],
            )
        cursor.execute("SELECT setval(pg_get_serial_sequence('tickets_ticket', 'id'), %s)", [last])
        cursor.execute("ANALYZE")


def _is_copied(model: type, column: str) -> bool:
    return column != "id" or model is Ticket


def _copied(model: type, column: str, by: str, shift: str) -> str:
    if column == by:
        return "n.n"
    if column == "external_ref":
        return "NULL"
    kind = next(field for field in model._meta.concrete_fields if field.column == column)  # type: ignore[attr-defined]
    return f"t.{column} + {shift}" if kind.get_internal_type() == "DateTimeField" else f"t.{column}"


def milliseconds(work: object) -> float:
    """Median over several rounds."""
    seconds = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        work()  # type: ignore[operator]
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds) * 1000


def plan() -> str:
    """How the database finds what is due."""
    due = Clock.objects.filter(next_at__isnull=False, next_at__lte=timezone.now()).order_by("next_at", "id")
    return due.values_list("pk", "ticket_id")[:200].explain(analyze=True, buffers=True)


def burst(due: int) -> float:
    """Seconds until `due` milestones that come due in the same second have fired, with two workers."""
    now = timezone.now()
    chosen = list(Clock.objects.filter(next_at__isnull=False).order_by("pk").values_list("pk", flat=True)[:due])
    Clock.objects.filter(pk__in=chosen).update(next_at=now, due_at=now)
    command = [sys.executable, "-c", SWEEP]
    begun = time.perf_counter()
    workers = [subprocess.Popen([*command, str(number)], cwd=ROOT) for number in range(WORKERS)]
    assert [worker.wait() for worker in workers] == [0] * WORKERS
    seconds = time.perf_counter() - begun
    assert not Clock.objects.filter(pk__in=chosen, next_at__isnull=False).exists()
    return seconds


def recounted(limit: int) -> tuple[int, float]:
    """Tickets counted anew by another version of their calendar, and the seconds it took."""
    calendar = BusinessCalendar.objects.get()
    version = draft_calendar(calendar, {**calendar.current.definition, "weekly": OFFICE})
    asked = recount.ask(version, Recount.Kind.APPLY, actor=None)
    assert asked.total >= limit
    begun = time.perf_counter()
    while recount.work_off(60):
        pass
    asked.refresh_from_db()
    return asked.done, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--due", type=int, default=2000)
    parser.add_argument("--recount", type=int, default=100_000)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    source = template()
    for size in sorted(int(text) for text in asked.sizes.split(",")):
        begun = time.perf_counter()
        grow(source, size)
        made = time.perf_counter() - begun
        floor = milliseconds(lambda: Ticket.objects.filter(pk=source.pk).values_list("pk").first())
        idle = milliseconds(fire_due)
        print(
            f"{size:>9,} open tickets (made in {made:.0f} s): empty sweep {idle:.2f} ms, floor {floor:.2f} ms, ratio {idle / floor:.1f}"
        )
        print("\n".join(f"           {line}" for line in plan().splitlines()[:8]))
        print(f"           {asked.due:,} due in one second, {WORKERS} workers: {burst(asked.due):.1f} s")
        if size == asked.recount:
            done, seconds = recounted(size)
            print(f"           recount of {done:,} open tickets: {seconds:.0f} s, {done / seconds:,.0f} a second")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
