"""Open tickets of the demo on which others were asked to help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.demo.people import DOMAIN
from helpdesk.demo.roster import Roster
from tickets import commands
from tickets.choices import Status
from tickets.models import Helper, Ticket


@dataclass(frozen=True, slots=True)
class Asked:
    """One invitation: whose ticket, who is asked (a person's address before the @, or a team), and how far it came."""

    team: str
    person: str = ""
    helpers: str = ""
    words: str = ""
    minutes: int | None = None
    joined: bool = True


ASKED = (
    Asked(
        "service-desk",
        person="bayu.pratama",
        joined=False,
        words="Mohon cek log VPN pengguna ini, ada penolakan sejak pagi.",
    ),
    Asked(
        "business-apps",
        person="bayu.pratama",
        words="Please look at the connection pool with me, it runs empty at noon.",
    ),
    Asked(
        "network-access",
        person="binsar.hutapea",
        minutes=35,
        words="Mohon bandingkan konfigurasi switch lantai 2 dengan cadangan.",
    ),
    Asked(
        "hr-systems",
        person="binsar.hutapea",
        words="Basis data slip gaji lambat; mohon dibantu membaca rencana kuerinya.",
    ),
    Asked(
        "workplace-devices",
        helpers="service-desk",
        joined=False,
        words="Siapa yang sedang di gudang Surabaya? Mohon foto port printernya.",
    ),
)


@transaction.atomic
def tell_helpers(roster: Roster, now: datetime) -> None:
    """Ask, join and be done, each on the oldest open ticket of its team that has an owner."""
    if Helper.objects.exists():
        return
    with commands.quietly():
        for asked in ASKED:
            _tell(roster, asked, now)


def _tell(roster: Roster, asked: Asked, now: datetime) -> None:
    rows = Ticket.objects.filter(
        external_ref__startswith="demo-", team__slug=asked.team, status=Status.OPEN, assignee__isnull=False
    )
    ticket = rows.exclude(helpers__isnull=False).select_related("assignee").order_by("pk").first()
    person = roster.people.get(f"{asked.person}@{DOMAIN}")
    team = next((row for row in roster.teams.values() if row.slug == asked.helpers), None)
    if ticket is None or ticket.assignee is None or (person is None) == (team is None):
        return
    owner = roster.people[ticket.assignee.email]
    if person is not None and person.pk in (owner.pk, ticket.requester_id):
        return
    at = now - timedelta(minutes=90)
    commands.invite(ticket, actor=owner, asked=asked.words, person=person, team=team, at=at)
    if person is not None and asked.joined:
        commands.join(ticket, actor=person, at=at + timedelta(minutes=10))
        if asked.minutes:
            commands.help_done(ticket, actor=person, minutes=asked.minutes, at=at + timedelta(minutes=50))
