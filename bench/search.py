#!/usr/bin/env python3
"""What a search costs among a million tickets, on throw-away servers.

    bin/with-servers .venv/bin/python bench/search.py [--tickets 1000000] [--rounds 40] [--plans]

Each kind of question is asked by one who sees everything, by an agent from whom a team is hidden and by a requester.
Timed is finding, ranking and counting (`find_tickets`), and the whole answer with snippets and the other sources
(`search`). The floor is one ticket by its key.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import Membership, Team, Tier, User  # noqa: E402
from bench.search_data import fill  # noqa: E402
from catalogue.models import Service  # noqa: E402
from tickets import commands  # noqa: E402
from tickets.commands.opening import Report  # noqa: E402
from tickets.models import Ticket  # noqa: E402
from tickets.search import vocabulary  # noqa: E402
from tickets.search.answer import bounded, search  # noqa: E402
from tickets.search.candidates import find_tickets  # noqa: E402
from tickets.search.language import parse  # noqa: E402
from tickets.search.meaning import meaning_of  # noqa: E402

PEOPLE = 3_000


def prepare(count: int) -> None:
    """The people, teams and tickets; only once on one database."""
    call_command("migrate", verbosity=0)
    if User.objects.filter(email="boss@bench.example").exists():
        return
    boss = User.objects.create_user("boss@bench.example", name="Boss", is_manager=True)
    User.objects.bulk_create([User(email=f"person{n}@bench.example", name=f"Sari Person{n}") for n in range(PEOPLE)])
    people = list(User.objects.filter(email__startswith="person").values_list("pk", flat=True))
    tiers = list(Tier.objects.order_by("level"))
    teams = [Team.objects.create(slug=f"team{n}", name=f"Team {n}", tier=tiers[n % 3]) for n in range(3)]
    teams.append(Team.objects.create(slug="hidden", name="Hidden", tier=tiers[1], is_restricted=True))
    agent = User.objects.create_user("agent@bench.example", name="Agent")
    Membership.objects.create(user=agent, team=teams[0])
    services = [Service.objects.create(slug=f"service{n}", name=f"Service {n}").pk for n in range(12)]
    source = commands.open(Report(subject="Slow", description="It is slow."), actor=boss, requester=boss)
    fill(source, count, people, [(team.pk, team.tier_id) for team in teams], services)


def timed(what: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one round that is not counted."""
    what()
    times = []
    for _round in range(rounds):
        begin = time.perf_counter()
        what()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), sorted(times)[max(0, int(len(times) * 0.95) - 1)]


def report(name: str, times: tuple[float, float], more: str = "") -> None:
    print(f"{name:52} p50 {times[0]:7.1f} ms   p95 {times[1]:7.1f} ms   {more}", flush=True)


QUESTIONS = {
    "rare word (twenty tickets)": "xerografi",
    "word in 0.05 %": "stempel",
    "word in 1 %": "proyektor",
    "word in 30 %": "gangguan",
    "two common words": "gangguan jaringan",
    "common word, begun": "gangg*",
    "typing error": "proyektro",
    "three operators": "status:open tier:II service:service3 gangguan",
    "from one person": "from:person7@bench.example gangguan",
    "late": "is:late gangguan",
    "since a week": "since:7d gangguan",
    "before a month long ago": "before:2024-06 gangguan",
    "phrase of common words": '"gangguan jaringan"',
    "phrase with a rarer word": '"proyektor laptop"',
    "common without common": "gangguan -jaringan",
    "status alone": "status:open",
}


def measure(rounds: int) -> None:
    """Print every question for everybody, in turn, and the floor."""
    vocabulary.refresh()
    key = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[5]
    report("floor: one ticket by its key", timed(lambda: Ticket.objects.get(pk=key), rounds))
    for name in ("boss", "agent", "person7"):
        user = User.objects.get(email=f"{name}@bench.example")
        for label, text in QUESTIONS.items():
            times = timed(partial(_find, user, text), rounds)
            whole = timed(partial(search, user, text), rounds)
            answer = search(user, text)
            found = f"{answer.total}{'+' if answer.more else ''}"
            report(f"{name}: {label}", times, f"whole answer p50 {whole[0]:6.1f} p95 {whole[1]:6.1f}   found {found}")


def _find(user: User, text: str) -> None:
    question = parse(text)
    with bounded():
        find_tickets(user, question, meaning_of(question, user))


def plans() -> None:
    """How the database finds the candidates of each question."""
    user = User.objects.get(email="boss@bench.example")
    for label, text in QUESTIONS.items():
        with CaptureQueriesContext(connection) as queries:
            _find(user, text)
        sql = next(query["sql"] for query in queries if "AS looks" in query["sql"])
        with bounded(), connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + sql.replace("%", "%%"))
            print(f"--- {label}: {text}", *(row[0] for row in cursor.fetchall()), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    begin = time.perf_counter()
    prepare(options.tickets)
    print(f"prepared in {time.perf_counter() - begin:.0f} s", flush=True)
    measure(options.rounds)
    if options.plans:
        plans()


if __name__ == "__main__":
    main()
