"""The demo's major incidents: one of last week with its review, and one that is proposed right now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.steady import steady
from escalation import commands as escalation
from escalation.commands.major_review import Action
from escalation.models import MajorIncident
from escalation.past import run_out
from helpdesk.demo.arrivals import ZONE
from helpdesk.demo.cases import Case, forecast, make_case
from helpdesk.demo.chance import chance
from helpdesk.demo.people import DOMAIN
from helpdesk.demo.roster import Roster
from helpdesk.demo.story import Story
from tickets import commands
from tickets.commands import quietly
from tickets.models import Ticket

DAYS_AGO = 6
FRIDAY = 4
STRUCK, CATEGORY, SERVICE = 4, "mail-trouble", "email"
PREFIX = "major-"
PROPOSED = "demo-standstill-wms-down"
MANAGER, LEAD, AGENT = "maya.hapsari", "nadia.kusuma", "fitri.handayani"
CARRIER = "Mail to and from outside stands still. The gateway's certificate has expired; we are replacing it."
CARRIER_ID = "Email ke dan dari luar terhenti. Sertifikat gateway kedaluwarsa dan sedang kami ganti."
HALF = "The new certificate is in place. Held-back mail arrives over the next half hour."
HALF_ID = "Sertifikat baru sudah terpasang. Email yang tertahan masuk dalam setengah jam ke depan."
OVER = "Mail gets through again; nothing was lost."
OVER_ID = "Email sudah tersampaikan seperti biasa; tidak ada yang hilang."
RESOLUTION = "Sertifikat gateway email diganti; email yang tertahan sudah masuk semua."


@dataclass(frozen=True, slots=True)
class Struck:
    """One ticket of last week's major incident."""

    case: Case


def struck(roster: Roster, now: datetime, seed: int) -> Iterator[Struck]:
    """Four people report the same, minutes apart, on a morning of last week. Writes nothing."""
    templates = [row for row in roster.content.tickets if row.category == CATEGORY]
    day = now.astimezone(ZONE) - timedelta(days=DAYS_AGO)
    day -= timedelta(days=max(0, day.weekday() - FRIDAY))
    morning = day.replace(hour=9, minute=12, second=0, microsecond=0)
    for position in range(STRUCK):
        rng = chance("struck", seed, position)
        at = morning.astimezone(now.tzinfo) + timedelta(minutes=4 * position, seconds=rng.randrange(50))
        case = make_case(roster, at, templates[position % len(templates)], rng)
        case.reference = f"{PREFIX}{position}"
        yield Struck(case)


def tell_struck(roster: Roster, case: Case, now: datetime) -> Ticket:
    """Tell its beginning; the rest is told with the others."""
    return Story(roster, case, forecast(roster, case), now).ticket


@transaction.atomic
def tell_major(roster: Roster, now: datetime) -> None:
    """Tell both, once all tickets are there. A second time adds nothing; nobody is told of the past."""
    people = [roster.people.get(f"{name}@{DOMAIN}") for name in (MANAGER, LEAD, AGENT)]
    tickets = list(Ticket.objects.filter(external_ref__startswith=f"demo-{PREFIX}").order_by("pk"))
    if MajorIncident.objects.exists() or None in people or len(tickets) < STRUCK:
        return
    with steady(), quietly():
        _last_week(roster, tickets, *people)  # type: ignore[arg-type]
        standstill = Ticket.objects.filter(external_ref=PROPOSED).select_related("service").first()
        if standstill is not None and standstill.is_live:
            at = min(now, standstill.updated_at + timedelta(minutes=2))
            escalation.propose(standstill, actor=roster.automation, evidence={"rule": "urgent"}, at=at)


def _last_week(roster: Roster, tickets: Sequence[Ticket], manager: User, lead: User, agent: User) -> None:
    head, rest = tickets[0], tickets[1:]
    began = tickets[-1].opened_at

    def at(minutes: int) -> datetime:
        moment = began + timedelta(minutes=minutes)
        for ticket in tickets:
            ticket.refresh_from_db()
            for _missed in run_out(ticket, moment, roster.automation):
                pass
        return moment

    incident = escalation.propose(head, actor=lead, reason="Four calls in a quarter of an hour", at=at(3))
    _declare(incident, manager, at)
    escalation.name_for_role(incident, actor=manager, role="communicator", person=lead, at=at(8))
    escalation.name_for_role(incident, actor=manager, role="scribe", person=agent, at=at(8))
    escalation.attach(incident, actor=manager, tickets=rest, at=at(10))
    escalation.send_update(incident, actor=lead, text=CARRIER, text_id=CARRIER_ID, at=at(16))
    escalation.note_down(
        incident, actor=agent, text="Certificate expired at 08:59; the reminder went to nobody.", at=at(22)
    )
    escalation.send_update(incident, actor=lead, text=HALF, text_id=HALF_ID, at=at(44))
    over = at(71)
    escalation.stand_down(incident, actor=manager, text=OVER, text_id=OVER_ID, resolution=RESOLUTION, at=over)
    for ticket in tickets:
        commands.resolve(ticket, actor=manager, resolution=RESOLUTION, at=over + timedelta(minutes=2))
        commands.close(ticket, actor=ticket.requester, at=over + timedelta(minutes=40))
    _review(incident, manager, lead, over + timedelta(days=1))


def _declare(incident: MajorIncident, manager: User, at: Callable[[int], datetime]) -> None:
    declaration = escalation.Declaration(
        title="Mail is not getting through",
        title_id="Email tidak tersampaikan",
        service=incident.service,
        severity="everyone",
        service_state="outage",
        cadence_minutes=30,
        commander=manager,
    )
    escalation.promote(incident, actor=manager, declaration=declaration, at=at(7))


def _review(incident: MajorIncident, manager: User, lead: User, at: datetime) -> None:
    draft = incident.reviews.get()
    sections = {
        "happened": draft.happened,
        "cause": "The mail gateway's certificate had expired. Its reminder went to a mailbox nobody reads.",
        "went_well": "Declared seven minutes after the last of four calls. Three updates, each in time.",
        "improve": "A certificate must not be the work of one person's calendar.",
        "questions": "Which other certificates have no owner?",
    }
    due: date = (at + timedelta(days=14)).date()
    actions = [
        Action("Put every certificate into the asset register with its end", lead.pk, due),
        Action("Send the reminders to the team, not to a person", manager.pk, due),
    ]
    escalation.save_review(incident, actor=manager, sections=sections, actions=actions, number=1, at=at)
    escalation.finish_review(incident, actor=manager, number=2, at=at + timedelta(hours=1))
