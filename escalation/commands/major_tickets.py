"""Which tickets are in a major incident, and solving them together at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError, Invalid, NotAllowed
from escalation.commands._major import (
    FINISHED,
    State,
    held_incident,
    keep,
    moment,
    require,
    require_active,
    require_candidate,
)
from escalation.models import MajorEvent, MajorIncident, MajorTicket
from escalation.policies import declares_major, ends_major
from tickets.commands import change, resolve, unit_of_work
from tickets.commands._change import held
from tickets.models import Ticket
from tickets.policies import sees_as_staff

MOST_AT_ONCE = 200


@dataclass(slots=True)
class Together:
    """What came of a step on several tickets: those it worked for, and the others, each with the reason."""

    done: list[Ticket] = field(default_factory=list)
    refused: list[tuple[Ticket, str]] = field(default_factory=list)


def attach(incident: MajorIncident, *, actor: User, tickets: Sequence[Ticket], at: datetime | None = None) -> Together:
    """Take tickets in as duplicates. Those that do not fit stay as they are, each with the reason.

    Raises:
        Invalid: not one of them fits, with the reasons; or too many at once.
        Conflict: the incident is not active any more.
    """
    if not tickets:
        raise Invalid.field("ticket", _("Choose at least one ticket."))
    if len(tickets) > MOST_AT_ONCE:
        raise Invalid.field("ticket", _("Choose at most %(most)s tickets at once.") % {"most": MOST_AT_ONCE})
    with held_incident(incident) as current:
        require(actor.hats.is_agent)
        require_active(current)
        together = Together()
        for ticket in _in_order(tickets):
            _attach_one(current, ticket, actor, at, together)
        if not together.done:
            raise Invalid.field("ticket", " ".join(words for _ticket, words in together.refused))
    return together


def _in_order(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Each once, in the order in which everybody locks them."""
    return sorted({ticket.pk: ticket for ticket in tickets}.values(), key=lambda ticket: ticket.pk)


def _attach_one(incident: MajorIncident, ticket: Ticket, actor: User, at: datetime | None, together: Together) -> None:
    with held(ticket) as locked:
        if refusal := _why_not(incident, locked, actor):
            together.refused.append((ticket, refusal))
            return
        with change(ticket, "attach", actor=actor, at=at) as step:
            step.data.update(incident=incident.pk, about=incident.key)
        MajorTicket.objects.create(incident=incident, ticket=ticket, attached_by=actor, attached_at=step.at)
        together.done.append(ticket)


def _why_not(incident: MajorIncident, ticket: Ticket, actor: User) -> str:
    """Words for the refusal; empty when the ticket can be attached. The caller holds its lock."""
    names = {"ticket": ticket.key, "key": incident.key}
    if not sees_as_staff(actor, ticket):
        return _("%(ticket)s is not yours to attach.") % names
    if ticket.pk == incident.lead_id:
        return _("%(ticket)s leads this major incident; it cannot be attached to itself.") % names
    if not ticket.is_live:
        return _("%(ticket)s has ended.") % names
    link = MajorTicket.objects.filter(ticket=ticket, is_open=True).select_related("incident").first()
    if link is None:
        return ""
    if link.incident_id == incident.pk:
        return _("%(ticket)s is already part of this.") % names
    return _("%(ticket)s is already part of %(key)s.") % {**names, "key": link.incident.key}


def detach(incident: MajorIncident, *, actor: User, ticket: Ticket, at: datetime | None = None) -> MajorTicket:
    """Take a ticket out again: the way back from attaching it.

    Raises:
        Invalid: it leads, or is not part of it.  Conflict: the incident is not active any more.
        NotAllowed: as `change`.
    """
    with held_incident(incident) as current:
        require(actor.hats.is_agent)
        require_active(current)
        with change(ticket, "detach", actor=actor, at=at) as step:
            link = MajorTicket.objects.filter(incident=current, ticket=ticket, detached_at__isnull=True).first()
            if link is None:
                raise Invalid(_("%(ticket)s is not part of this major incident.") % {"ticket": ticket.key})
            if link.is_lead:
                raise Invalid(_("The leading ticket stays until the end."))
            step.data.update(incident=current.pk, about=current.key)
            link.is_open, link.detached_by, link.detached_at = False, actor, step.at
            link.save(update_fields=["is_open", "detached_by", "detached_at"])
    return link


def fold(candidate: MajorIncident, *, into: MajorIncident, actor: User, at: datetime | None = None) -> MajorIncident:
    """Attach a candidate's ticket to an active major incident instead of declaring a second one.

    Returns:
        The active incident.

    Raises:
        Conflict: somebody decided already, or it is not active any more.  Invalid: as `attach`.
        NotAllowed: leads and incident managers decide.
    """
    with unit_of_work(), held_incident(candidate) as current:
        require(declares_major(actor))
        require_candidate(current)
        current.state = State.DISMISSED
        current.dismissed_by, current.dismissed_at = actor, moment(at)
        current.dismissal = _("Attached to %(key)s.") % {"key": into.key}
        current.save(update_fields=["state", "dismissal", "dismissed_by", "dismissed_at"])
        keep(current, MajorEvent.Kind.DISMISS, by=actor, at=current.dismissed_at, text=current.dismissal)
        attach(into, actor=actor, tickets=[current.lead], at=at)
    return into


def resolve_together(
    incident: MajorIncident, *, actor: User, tickets: Sequence[Ticket], resolution: str, at: datetime | None = None
) -> Together:
    """Resolve tickets of a major incident that was stood down, with one text, each in a transaction of its own: what
    one refuses keeps none of the others back, and what a crash leaves can be done again.

    Args:
        tickets: those the person chose; tickets that are not part of it are refused.

    Raises:
        Invalid: it is not stood down, or nothing is written.  NotAllowed: as `ends_major`.
    """
    require(ends_major(actor, incident))
    if incident.state not in FINISHED:
        raise Invalid(_("Stand the major incident down first."))
    inside = set(incident.links.filter(detached_at__isnull=True).values_list("ticket_id", flat=True))
    together = Together()
    for ticket in _in_order(tickets):
        try:
            if ticket.pk not in inside:
                raise Invalid(_("%(ticket)s is not part of this major incident.") % {"ticket": ticket.key})
            if not sees_as_staff(actor, ticket):
                raise NotAllowed()
            resolve(ticket, actor=actor, resolution=resolution, at=at)
        except DomainError as error:
            words = error.in_full if isinstance(error, Invalid) else error.message
            together.refused.append((ticket, words))
        else:
            together.done.append(ticket)
    return together
