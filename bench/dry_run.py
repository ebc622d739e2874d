#!/usr/bin/env python3
"""How long a dry run takes over tickets with real texts, in one process, on throw-away servers.

    bin/with-servers .venv/bin/python bench/dry_run.py --texts FILE [--tickets 50000] [--rules 30]

FILE is a gzipped CSV with a column `Document`. Tickets are copies of three that went through the commands, with these
texts, opened within thirty days. Both sides have so many rules about texts and differ in five of them; then the same
with rules on events and on a schedule, for which whole histories are read. The floor is one pass over the same texts.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from psycopg2.extras import execute_values  # noqa: E402

from accounts.models import Team, User  # noqa: E402
from bench.rule_sets import Definition, in_force, named, rule  # noqa: E402
from core.time import database_now  # noqa: E402
from escalation.commands.dry_runs import try_rules  # noqa: E402
from escalation.commands.rules import RuleWording, draft_rule  # noqa: E402
from escalation.models import RuleVersion  # noqa: E402
from escalation.rules.dry import runner  # noqa: E402
from tickets import commands  # noqa: E402
from tickets.commands.opening import Report  # noqa: E402
from tickets.models import Ticket, TicketEvent  # noqa: E402

DAYS = 30
CHANGED = 5
TIMED = (
    {"when": {"every": 5, "reaches": {"what": "in_tier", "minutes": 120}}, "then": [{"do": "escalate", "to": "next"}]},
    {"when": {"every": 15, "reaches": {"what": "staff_silent", "minutes": 480}}, "then": [{"do": "note", "text": "?"}]},
    {"when": {"on": ["requester_replied"]}, "then": [{"do": "note", "text": "Answered."}]},
    {"when": {"on": ["team_changed"]}, "then": [{"do": "tag", "add": ["moved"]}]},
)


def texts_of(path: str, count: int) -> list[str]:
    """The first texts of a file."""
    csv.field_size_limit(10**9)
    with gzip.open(path, "rt") as lines:
        return [row["Document"] for row in islice(csv.DictReader(lines), count)]


def lives() -> list[Ticket]:
    """Three tickets of eight events or so: solved, still open, and waiting."""
    team = Team.objects.get(slug="team-1")
    agent = User.objects.create_user("agent@bench.example", name="Agent")
    for each in Team.objects.all():
        agent.memberships.create(team=each, role="lead")
    asker = User.objects.create_user("asker@bench.example", name="Asker")
    begun = database_now() - timedelta(days=DAYS - 1)
    found = []
    for end in ("resolve", "note", "wait"):
        ticket = commands.open(Report(subject="Slow", description="x"), actor=asker, requester=asker, at=begun)
        at = (begun + timedelta(hours=hours) for hours in range(1, 50))
        commands.transfer(ticket, actor=agent, team=team, reason="Ours", at=next(at))
        commands.assign(ticket, actor=agent, assignee=agent, at=next(at))
        for _round in range(2):
            commands.reply(ticket, actor=agent, body="Looking into it.", at=next(at))
            commands.reply(ticket, actor=asker, body="Thank you.", at=next(at))
        commands.note(ticket, actor=agent, body="Restarted.", at=next(at))
        if end == "resolve":
            commands.resolve(ticket, actor=agent, resolution="Fixed.", at=next(at))
        found.append(ticket)
    return found


def copies(sources: Sequence[Ticket], texts: Iterable[str], count: int) -> None:
    """So many copies with texts of their own, spread over the days looked at."""
    first = Ticket.objects.latest("pk").pk + 1
    shift = f"make_interval(secs => (n.n - {first})::float / {count} * {(DAYS - 2) * 86400})"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_text (n bigint PRIMARY KEY, source bigint, subject text, body text)")
        rows = (
            (first + number, sources[number % len(sources)].pk, text[:80] or "-", text)
            for number, text in enumerate(islice(cycle(texts), count))
        )
        execute_values(cursor.cursor, "INSERT INTO bench_text VALUES %s", rows)
        _copy(cursor, Ticket, "id", shift, {"subject": "n.subject", "description": "n.body", "external_ref": "NULL"})
        said = (
            "CASE t.verb WHEN 'open' THEN jsonb_set(t.changes, '{subject,1}', to_jsonb(n.subject)) ELSE t.changes END"
        )
        _copy(cursor, TicketEvent, "ticket_id", shift, {"changes": said})
        cursor.execute("ANALYZE")


def _copy(cursor: object, model: type, by: str, shift: str, instead: dict[str, str]) -> None:
    picked = {}
    for field in model._meta.concrete_fields:  # type: ignore[attr-defined]
        is_time = field.get_internal_type() == "DateTimeField"
        picked[field.column] = f"t.{field.column} + {shift}" if is_time else f"t.{field.column}"
    picked |= {**instead, by: "n.n"}
    if by != "id":
        del picked["id"]
    table = model._meta.db_table  # type: ignore[attr-defined]
    cursor.execute(  # type: ignore[attr-defined]
        f"INSERT INTO {table} ({', '.join(picked)}) SELECT {', '.join(picked.values())} "  # noqa: S608
        f"FROM bench_text n JOIN {table} t ON t.{by} = n.source ORDER BY n.n, t.id"
    )


def about_texts(texts: Sequence[str], count: int) -> list[Definition]:
    """Rules about words that real texts have: common ones first, a pattern in every sixth."""
    times = Counter(word for text in texts for word in text.split())
    common = sorted(times, key=lambda word: (-times[word], word))
    found = []
    for number in range(count):
        words = common[600 + number * 12 : 612 + number * 12]
        words += [f"{common[100 + number]} {common[200 + number]}", f"{common[900 + number][:5]}*"]
        asked = {"field": "text", "op": "contains_any", "value": words}
        if number % 6 == 5:
            pattern = f"{common[300 + number]} .{{0,20}}{common[400 + number]}"
            asked = {"field": "text", "op": "matches", "value": pattern}
        then = {"do": "set_team", "team": f"team-{number % 10}"}
        found.append(rule(number, [asked], then, stop=number % 2 == 0))
    return found


def other(versions: Sequence[RuleVersion]) -> list[RuleVersion]:
    """Another version of each: it sends elsewhere."""
    actor = User.objects.automation()
    found = []
    for version in versions:
        definition = {**version.definition, "then": [{"do": "set_team", "team": "team-9"}]}
        found.append(draft_rule(version.rule, RuleWording(version.name, definition), actor=actor))
    return found


def run(drafts: Sequence[RuleVersion]) -> None:
    """One dry run of the thirty days, and what it cost."""
    manager = User.objects.automation()
    begun, cpu = time.perf_counter(), time.process_time()
    dry_run = try_rules(drafts, actor=manager, days=DAYS)
    assert runner.work_off() == 1
    seconds, own = time.perf_counter() - begun, time.process_time() - cpu
    dry_run.refresh_from_db()
    assert dry_run.error == "", dry_run.error
    report = dry_run.report
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {seconds:.1f} s ({own:.1f} s of this process), at most {most:.0f} MiB: {report['tickets']:,} tickets,",
        end=" ",
    )
    print(f"{report['opened']:,} openings, {report['differs'].get('team', 0):,} elsewhere, acts {report['acts']}")


def floor(count: int) -> None:
    """Reading the same texts, and looking for one word in each."""
    begun = time.perf_counter()
    found = 0
    for start in range(0, count, 1000):
        page = Ticket.objects.order_by("pk").values_list("description", flat=True)[start : start + 1000]
        found += sum("printer" in text.lower() for text in page)
    print(f"  floor: {time.perf_counter() - begun:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", required=True)
    parser.add_argument("--tickets", type=int, default=50_000)
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    named()
    texts = texts_of(asked.texts, asked.tickets)
    copies(lives(), texts, asked.tickets)
    print(f"{asked.tickets:,} tickets, {TicketEvent.objects.count():,} events")
    floor(asked.tickets)
    live = in_force(about_texts(texts, asked.rules))
    drafts = other(live[:: asked.rules // CHANGED][:CHANGED])
    print(f"{asked.rules} rules about texts, {len(drafts)} differ")
    for _round in range(asked.rounds):
        run(drafts)
    in_force([{"if": {"all": []}, "order": 100 + number, **timed} for number, timed in enumerate(TIMED)])
    print(f"with {len(TIMED)} rules on events and on a schedule")
    for _round in range(asked.rounds):
        run(drafts)


if __name__ == "__main__":
    main()
