"""Filling a database with the demo: the company, then every ticket in a transaction of its own, each exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.steady import steady
from helpdesk.demo.arrivals import draw_template
from helpdesk.demo.backlog import Open, tell_open
from helpdesk.demo.cases import Case, make_case
from helpdesk.demo.chance import chance
from helpdesk.demo.company import REQUESTER, make_company
from helpdesk.demo.content import load
from helpdesk.demo.major import Struck, tell_struck
from helpdesk.demo.people import DOMAIN
from helpdesk.demo.plan import (
    Entry,
    check_same_plan,
    first_number_of,
    is_newest,
    known_tickets,
    numbered,
    ordinary,
    today,
)
from helpdesk.demo.plot import tell
from helpdesk.demo.requester_today import Hers, tell_hers
from helpdesk.demo.roster import Roster
from tickets.commands import quietly
from tickets.progress import Progress

BATCH = 50
OURS = (f"@{DOMAIN}", "@tuntas.invalid", "@log.invalid")


@dataclass(slots=True)
class Seeding:
    """What one run has to do: the tickets still missing, those of today first."""

    roster: Roster
    now: datetime
    seed: int
    first_number: int
    missing: list[Entry]


def strangers() -> int:
    """How many people here are not the demo's."""
    people = User.objects.filter(is_automation=False)
    for domain in OURS:
        people = people.exclude(email__endswith=domain)
    return people.count()


def prepare(seed: int, days: int, *, newest: bool, older: bool, first_number: int | None = None) -> Seeding:
    """Make the company when it is not there yet, and find out which tickets are missing.

    The demo's "now" is the moment at which the company was made: a run that goes on tomorrow plans the same tickets.

    Args:
        seed, days: what the plan is made from.
        newest, older: which tickets are wanted: those of the first slice, those before it.
        first_number: the number of the oldest ticket, where another process has already settled it.

    Raises:
        OtherDemo: the tickets here were planned otherwise.
    """
    content = load()
    if not User.objects.filter(email=REQUESTER).exists():
        make_company(content, seed, timezone.now())
    now = User.objects.get(email=REQUESTER).date_joined
    roster, known, entries = Roster.read(content), known_tickets(), ordinary(now, seed, days)
    check_same_plan(entries, known)
    # Each process tells today's tickets first: while no newest ordinary one is missing, none of today's is.
    if not known or any(entry.reference not in known for entry in entries if is_newest(entry, now)):
        with steady():
            entries += today(roster, now, seed)
    wanted = [entry for entry in entries if (newest if is_newest(entry, now) else older)]
    if all(entry.reference in known for entry in wanted):
        return Seeding(roster, now, seed, 0, [])
    in_order = sorted(entries, key=lambda entry: (entry.opened_at, entry.reference))
    first = first_number or first_number_of(in_order, known)
    references = {entry.reference for entry in wanted} - set(known)
    missing = [entry for entry in numbered(in_order, first) if entry.reference in references]
    missing.sort(key=lambda entry: entry.special is None)
    return Seeding(roster, now, seed, first, missing)


def tell_all(seeding: Seeding, entries: Sequence[Entry], progress: Progress) -> None:
    """Tell these tickets. Nothing is announced to anybody."""
    for start in range(0, len(entries), BATCH):
        with steady(), quietly():
            _tell_some(seeding, entries[start : start + BATCH])
        progress.at(min(start + BATCH, len(entries)))


def _tell_some(seeding: Seeding, entries: Iterable[Entry]) -> None:
    for entry in entries:
        with transaction.atomic():
            _tell(seeding, entry)


def _tell(seeding: Seeding, entry: Entry) -> None:
    roster, now, special = seeding.roster, seeding.now, entry.special
    if isinstance(special, Open):
        tell_open(roster, _filed(special.case, entry), special, now)
    elif isinstance(special, Hers):
        tell_hers(roster, _filed(special.case, entry), special, now)
    elif isinstance(special, Struck):
        tell_struck(roster, _filed(special.case, entry), now)
    else:
        rng = chance(seeding.seed, entry.reference)
        template = draw_template(roster.content.tickets, entry.opened_at, rng)
        tell(roster, _filed(make_case(roster, entry.opened_at, template, rng), entry), now)


def _filed(case: Case, entry: Entry) -> Case:
    case.reference, case.number = entry.reference, entry.number
    return case
