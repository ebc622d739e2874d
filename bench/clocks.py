#!/usr/bin/env python3
"""What clocks cost at scale, on throw-away servers: the sweep beside a floor, a second full of milestones, a recount.

    bin/with-servers .venv/bin/python bench/clocks.py [--sizes 10000,100000,1000000] [--due 2000] [--recount 100000]

Open tickets are copies of one that went through the real commands, each shifted in time. The floor is an index lookup
of one row on the same server; what matters is that the sweep stays a small multiple of it while the open tickets grow.
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
from django.utils import timezone  # noqa: E402

from bench.copies import OFFICE, grow, hours, template  # noqa: E402
from escalation import recount  # noqa: E402
from escalation.models import BusinessCalendar, Clock, Recount  # noqa: E402
from escalation.sweep import fire_due  # noqa: E402
from tickets.models import Ticket  # noqa: E402

ROUNDS = 30
WORKERS = 2
SWEEP = f"""
import django; django.setup()
from escalation.sweep import BATCH, fire_due
import sys
part = (int(sys.argv[1]), {WORKERS})
while fire_due(part=part) == BATCH: pass
"""


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
    version = hours(calendar, OFFICE)
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
        print(f"{size:>9,} open tickets (made in {made:.0f} s)")
        print(f"           empty sweep {idle:.2f} ms, floor {floor:.2f} ms, ratio {idle / floor:.1f}")
        print("\n".join(f"           {line}" for line in plan().splitlines()[:8]))
        print(f"           {asked.due:,} due in one second, {WORKERS} workers: {burst(asked.due):.1f} s")
        if size == asked.recount:
            done, seconds = recounted(size)
            print(f"           recount of {done:,} open tickets: {seconds:.0f} s, {done / seconds:,.0f} a second")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
