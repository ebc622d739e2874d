#!/usr/bin/env python3
"""What a look of a rule on a schedule costs among a million tickets, on throw-away servers.

    bin/with-servers .venv/bin/python bench/scheduled_rules.py [--tickets 1000000] [--live 50000] [--plans]

Most tickets are closed; the live ones are spread over teams, ages and priorities so that each of three rules is for
about a thousand of them. Timed is the query of one look, before any rule has acted and when each has acted on all of
its tickets in their stay, among so many older runs. The floor is the same rows by their keys.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.rule_sets import all_off, in_force, named  # noqa: E402
from escalation.models import RuleDecision, RuleRun  # noqa: E402
from escalation.rules.decide import LiveRule  # noqa: E402
from escalation.rules.scheduled import BATCH, first_of, matches  # noqa: E402
from escalation.rules.stored import live_set  # noqa: E402
from tickets import commands  # noqa: E402
from tickets.choices import LIVE  # noqa: E402
from tickets.commands.opening import Report  # noqa: E402
from tickets.models import Ticket  # noqa: E402

ROUNDS = 11
RULES = (
    ("P1 and P2 two hours on a tier", "in_tier", 120, {"field": "priority", "op": "at_least", "value": 2}),
    ("open, staff silent for two days", "staff_silent", 2880, {"field": "status", "op": "is", "value": "open"}),
    ("an hour in a team, nobody assigned", "in_team", 60, {"field": "assignee", "op": "is_empty"}),
)
# what differs from ticket to ticket: closed ones first, then {live} live ones; i is the place among these
CHANGED = {
    "id": "n.n",
    "external_ref": "NULL",
    "status": "CASE WHEN n.i < 0 THEN 'closed' ELSE (ARRAY['open','open','open','new','pending'])[1 + n.i % 5] END",
    "pending_reason": "CASE WHEN n.i >= 0 AND n.i % 5 = 4 THEN 'vendor' ELSE '' END",
    "priority": "CASE WHEN n.i % 46 = 7 THEN 1 + n.i % 2 ELSE 3 + n.i % 2 END",
    "team_id": "(SELECT ids[1 + n.n % array_length(ids, 1)] FROM bench_teams)",
    "assignee_id": "CASE WHEN n.i % 49 = 3 THEN NULL ELSE t.requester_id END",
    "tags": "ARRAY['tag-' || n.n % 200]",
    "opened_at": "n.at",
    "updated_at": "n.at",
    "status_since": "n.at",
    "team_since": "n.at",
    "tier_since": "n.at",
    "requester_acted_at": "n.at",
    # staff look at most live tickets within two days
    "staff_acted_at": (
        "CASE WHEN n.i % 31 = 5 THEN n.at - interval '2 days' ELSE now() - n.i % 2000 * interval '1 minute' END"
    ),
    "closed_at": "CASE WHEN n.i < 0 THEN n.at + interval '1 day' END",
    "resolved_at": "CASE WHEN n.i < 0 THEN n.at + interval '1 day' END",
    "next_due_at": "CASE WHEN n.i >= 0 THEN n.at + interval '9 days' END",
}


def tickets(count: int, live: int) -> None:
    """So many tickets made by the database itself from one that went through the command."""
    asker = User.objects.create_user("asker@bench.example", name="Asker")
    source = commands.open(Report(subject="Slow", description="It is slow. " * 20), actor=asker, requester=asker)
    columns = {str(field.column): f"t.{field.column}" for field in Ticket._meta.concrete_fields} | CHANGED
    # live tickets are up to thirty days old, closed ones up to three years
    at = f"now() - CASE WHEN n >= {count - live} THEN n %% 43200 ELSE 43200 + n %% 1500000 END * interval '1 minute'"
    numbers = f"SELECT n + 100000 AS n, n - {count - live} AS i, {at} AS at FROM generate_series(0, %s) AS s(n)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no check of each foreign key
        cursor.execute("CREATE TABLE bench_teams AS SELECT array_agg(id ORDER BY id) AS ids FROM accounts_team")
        picked = ", ".join(columns.values()).replace(" % ", " %% ")
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(columns)}) SELECT {picked} "  # noqa: S608
            f"FROM tickets_ticket t, ({numbers}) n WHERE t.id = %s",
            [count - 1, source.pk],
        )
        cursor.execute("VACUUM ANALYZE tickets_ticket")


def runs(rule_id: int, ticket_ids: Sequence[int], at: str, copies: int = 1) -> None:
    """Runs of a rule on these tickets; `at` is SQL for when, with n counting the copies from 1."""
    decision = RuleDecision.objects.first() or RuleDecision.objects.create(ticket_id=ticket_ids[0], at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO escalation_rulerun "  # noqa: S608
            "(decision_id, ticket_id, rule_id, name, name_id, number, state, did, at) "
            f"SELECT %s, i, %s, 'rule', '', 1, 'done', '[]', {at} "
            "FROM unnest(%s) AS i, generate_series(1, %s) AS n",
            [decision.pk, rule_id, list(ticket_ids), copies],
        )
        cursor.execute("VACUUM ANALYZE escalation_rulerun")


def milliseconds(query: object) -> tuple[float, int]:
    """The median of several rounds, the first left out, and how many rows came."""
    seconds, rows = [], 0
    for _round in range(ROUNDS + 1):
        begun = time.perf_counter()
        rows = len(list(query.all()))  # type: ignore[attr-defined]
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds[1:]) * 1000, rows


def look(rule: LiveRule, plans: bool) -> list[int]:
    """Time both forms of a rule's look; returns the tickets it is for."""
    now = timezone.now()
    every, first = matches(rule, now).values_list("pk", flat=True), first_of(matches(rule, now), BATCH)
    ids = list(every)
    known = Ticket.objects.filter(pk__in=ids or [1]).values_list("pk", flat=True)
    (all_of_them, rows), (a_batch, _rows), (floor, _same) = map(milliseconds, (every, first, known))
    print(f"  {rule.name}: {rows:,} tickets in {all_of_them:.1f} ms, the first {BATCH} in {a_batch:.1f} ms,", end=" ")
    print(f"floor {floor:.1f} ms" + (f", ratio {all_of_them / floor:.1f}" if ids else ""))
    for query in (every, first) if plans else ():
        print("\n".join(f"      {line}" for line in query.explain(analyze=True, buffers=True).splitlines()))
    sys.stdout.flush()
    return ids


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--live", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=300_000)
    parser.add_argument("--plans", action="store_true", help="print how the database finds them")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    named()
    all_off()
    begun = time.perf_counter()
    tickets(asked.tickets, asked.live)
    in_force(
        {
            "name": name,
            "when": {"every": 5, "reaches": {"what": what, "minutes": minutes}},
            "if": {"all": [condition]},
            "then": [{"do": "note", "text": "Look."}],
            "order": order,
        }
        for order, (name, what, minutes, condition) in enumerate(RULES)
    )
    rules = live_set().rules
    print(f"{asked.tickets:,} tickets, {asked.live:,} of them live (made in {time.perf_counter() - begun:.0f} s)")
    print("first look")
    found = {rule.rule_id: look(rule, asked.plans) for rule in rules}
    for rule in rules:
        live = list(Ticket.objects.filter(status__in=LIVE).order_by("pk").values_list("pk", flat=True))
        copies = -(-asked.runs // len(rules) // len(live))
        runs(rule.rule_id, live, "now() - interval '100 days' - n * interval '1 day'", copies)
        runs(rule.rule_id, found[rule.rule_id], "now()")
    print(f"all acted on, {RuleRun.objects.count():,} runs")
    for rule in rules:
        assert look(rule, asked.plans) == []


if __name__ == "__main__":
    main()
