"""The quick filters of a list: as a condition of the database, as chips that can be taken off, as choices of a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Service
from tickets.choices import PendingReason, Priority, Status
from tickets.lists.asked import ME, NOBODY, Asked
from tickets.querysets import TicketQuerySet

CHOICES_OF_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force: what it says, and the address of the list without it."""

    label: str
    value: str
    without: str


def narrowed(tickets: TicketQuerySet, asked: Asked, user: User) -> TicketQuerySet:
    """Those of the list that the filters let through; the tab comes on top of it."""
    wanted = Q()
    if asked.priorities:
        wanted &= Q(priority__in=asked.priorities)
    if asked.statuses:
        wanted &= _statuses(asked.statuses)
    if asked.owner:
        wanted &= _owner(asked.owner, user)
    if asked.service:
        wanted &= Q(service__slug=asked.service)
    if asked.tag:
        wanted &= Q(tags__contains=[asked.tag])
    if asked.text:
        wanted &= Q(subject__icontains=asked.text)
    return tickets.filter(wanted) if wanted else tickets


def in_tab(tickets: TicketQuerySet, tab: str, user: User) -> TicketQuerySet:
    """Those under one tab of the list."""
    match tab:
        case "unassigned":
            return tickets.unassigned()
        case "mine":
            return tickets.assigned_to(user)
        case "waiting":
            return tickets.filter(status=Status.PENDING)
        case _:
            return tickets


def chips(asked: Asked) -> Iterator[Chip]:
    """The filters in force, each with the way to take it off."""
    if asked.priorities:
        names = ", ".join(str(Priority(level).label) for level in asked.priorities)
        yield Chip(_("Priority"), names, asked.query(priorities=()))
    if asked.statuses:
        yield Chip(_("Status"), ", ".join(map(status_label, asked.statuses)), asked.query(statuses=()))
    if asked.owner:
        yield Chip(_("Owner"), _owner_label(asked.owner), asked.query(owner=""))
    if asked.service:
        service = Service.objects.filter(slug=asked.service).first()
        yield Chip(_("Service"), service.label if service else asked.service, asked.query(service=""))
    if asked.tag:
        yield Chip(_("Tag"), asked.tag, asked.query(tag=""))
    if asked.text:
        yield Chip(_("Subject"), asked.text, asked.query(text=""))


def choices(asked: Asked, user: User) -> dict[str, Any]:
    """What the filter form offers."""
    mine = [team.pk for team in user.hats.my_teams] or [team.pk for team in user.hats.visible_teams]
    people = User.objects.filter(is_active=True, memberships__team_id__in=mine).distinct().order_by("name")
    owners = [(ME, _("Me")), (NOBODY, _("Nobody")), *((str(row.pk), row.name) for row in people[:CHOICES_OF_PEOPLE])]
    return {
        "priorities": [(level, label, level in asked.priorities) for level, label in Priority.choices],
        "statuses": [(value, status_label(value), value in asked.statuses) for value in _offered()],
        "owners": owners,
        "services": [(row.slug, row.label) for row in Service.objects.order_by("name")],
    }


def status_label(value: str) -> str:
    """A status as people read it; one kind of waiting names what for."""
    status, _sep, reason = value.partition("-")
    return str(PendingReason(reason).label if reason else Status(status).label)


def _offered() -> tuple[str, ...]:
    return (Status.NEW, Status.OPEN, *(f"pending-{reason}" for reason in PendingReason.values))


def _statuses(statuses: tuple[str, ...]) -> Q:
    wanted = Q()
    for value in statuses:
        status, _sep, reason = value.partition("-")
        wanted |= Q(status=status, pending_reason=reason) if reason else Q(status=status)
    return wanted


def _owner(owner: str, user: User) -> Q:
    if owner == NOBODY:
        return Q(assignee_id__isnull=True)
    return Q(assignee_id=user.pk if owner == ME else int(owner))


def _owner_label(owner: str) -> str:
    if owner == ME:
        return _("Me")
    person = None if owner == NOBODY else User.objects.filter(pk=int(owner)).first()
    return person.name if person else _("Nobody")
