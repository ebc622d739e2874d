#!/usr/bin/env python3
"""What two hundred rules cost a new ticket, on throw-away servers.

    bin/with-servers .venv/bin/python bench/rules.py [--rules 200] [--blocks 10]

`decide()` alone, on texts of several lengths, beside the floor: as many searches for one word by plain Python. Then the
whole `open` command with one rule and with all of them, where the last fits in both. Every ticket has its own text:
nothing is remembered from the one before.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.rule_sets import NOUNS, all_off, in_force, mixed, named, rule  # noqa: E402
from escalation.conditions import compiled  # noqa: E402
from escalation.models import Rule  # noqa: E402
from escalation.rules import stored  # noqa: E402
from escalation.rules.decide import decide  # noqa: E402
from escalation.rules.stored import LiveSet, live_set  # noqa: E402
from tickets import commands  # noqa: E402
from tickets.commands.opening import Report  # noqa: E402
from tickets.conditions import facts_of, patterns, prose  # noqa: E402
from tickets.models import Ticket  # noqa: E402

PER_BLOCK = 8
LENGTHS = (200, 2_000, 20_000, 100_000)
LAST = [{"field": "text", "op": "contains_any", "value": ["cannot open", "page"]}]
CACHES = (
    patterns.emitted,
    patterns._compiled,
    patterns._searched,
    prose.prose,
    prose.compiled_words,
    prose.word_pattern,
)


def text_of(length: int, seed: int) -> str:
    """A text that the last rule is for, otherwise of other words than the rules ask for."""
    chance = random.Random(seed)  # noqa: S311
    text = "I cannot open the page. "
    while len(text) < length:
        text += f"{chance.choice(NOUNS)} {chance.randrange(10_000)} the {chance.randrange(36**4):x} "
    return text[:length]


def milliseconds(work: Callable[[int], object], rounds: int) -> float:
    """The median of several rounds."""
    seconds = []
    for number in range(rounds):
        begun = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds) * 1000


def forget() -> None:
    """As in a process that has just started."""
    stored._cached.clear()
    stored._parsed.clear()
    for cache in (*CACHES, compiled):
        cache.cache_clear()


def deciding(ticket: Ticket, live: LiveSet, rounds: int) -> None:
    """`decide()` beside its floor."""
    rules, now = live.by_trigger["opened"], timezone.now()
    for length in LENGTHS:
        texts = [text_of(length, number) for number in range(rounds)]
        facts = [{**facts_of(ticket, now), "description": text} for text in texts]
        took = milliseconds(lambda number: decide(facts[number], rules, now), rounds)  # noqa: B023
        floor = milliseconds(lambda number: [str(n) + "zz" in texts[number].lower() for n in range(len(rules))], rounds)  # noqa: B023
        again = milliseconds(lambda _number: decide(facts[-1], rules, now), rounds)  # noqa: B023
        found = decide(facts[0], rules, now)
        assert [one.rule_id for one in found.matched] == [rules[-1].rule_id]
        print(f"  decide, text of {length:>7,}: {took:.2f} ms, floor {floor:.2f}, ratio {took / floor:.1f};", end=" ")
        print(f"the same text again {again:.2f} ms")


def opening(people: User, seed: Iterator[int], length: int) -> Callable[[int], Ticket]:
    """Opens one ticket with a new text each time."""

    def one(_number: int) -> Ticket:
        report = Report(subject="It does not work", description=text_of(length, next(seed)))
        return commands.open(report, actor=people, requester=people)

    return one


def queries(open_one: Callable[[int], Ticket]) -> int:
    """How many queries opening a ticket takes, the rules being known."""
    open_one(0)
    with CaptureQueriesContext(connection) as captured:
        open_one(1)
    return len(captured)


def cold(open_one: Callable[[int], Ticket]) -> float:
    """Milliseconds of the first ticket in a process that has read no rule yet."""
    forget()
    return milliseconds(open_one, 1)


def only(rules: Sequence[int]) -> None:
    """Have these rules in force and no other, and know them."""
    all_off()
    Rule.objects.filter(pk__in=rules).update(is_active=True)
    live_set()


def beside(asker: User, sets: Mapping[int, Sequence[int]], length: int, blocks: int) -> None:
    """Open tickets with each of these sets in turn, so that a busy moment of the machine hits all of them."""
    seed = iter(range(length, 10**9))
    open_one = opening(asker, seed, length)
    warm: dict[int, list[float]] = {count: [] for count in sets}
    first: dict[int, list[float]] = {count: [] for count in sets}
    asked: dict[int, int] = {}
    for _block in range(blocks):
        for count, rules in sets.items():
            only(rules)
            first[count].append(cold(open_one))
            asked[count] = queries(open_one)
            warm[count] += [milliseconds(open_one, 1) for _round in range(PER_BLOCK)]
    for count in sets:
        hot, new = statistics.median(warm[count]), statistics.median(first[count])
        print(f"  open, text of {length:,}, {count} rules: {hot:.1f} ms warm, {new:.1f} cold, {asked[count]} queries")
    few, many = sorted(sets)[-2:]
    hot, new = (statistics.median(costs[many]) - statistics.median(costs[few]) for costs in (warm, first))
    print(f"  {many - few} rules more: {hot:+.1f} ms warm, {new:+.1f} cold, {asked[many] - asked[few]:+d} queries")
    assert asked[many] == asked[few]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--blocks", type=int, default=10)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    named()
    asker = User.objects.create_user("asker@bench.example", name="Asker")
    all_off()
    last = rule(asked.rules - 1, LAST, {"do": "set_team", "team": "team-0"})
    everything = [version.rule_id for version in in_force([*mixed(asked.rules - 1), last])]
    sets = {0: [], 1: everything[-1:], asked.rules: everything}
    for length in (200, 20_000):
        beside(asker, sets, length, asked.blocks)
    only(everything)
    deciding(Ticket.objects.latest("pk"), live_set(), asked.blocks * PER_BLOCK)


if __name__ == "__main__":
    main()
