"""Firing what is due. Any number of sweeps may run at once: a ticket's lock decides, a fired row stays fired."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import Team, User
from core.time import database_now
from escalation.commands import Packet, breach, escalate
from escalation.models import Clock, Handover, Milestone, SlaPolicy
from tickets.commands import unit_of_work
from tickets.models import Ticket

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_MINUTES = 5


def fire_due(limit: int = BATCH) -> int:
    """Fire up to `limit` due milestones, each in its own transaction.

    Returns:
        How many fired; less than `limit` means nothing more is due.
    """
    now = database_now()
    due = Milestone.objects.filter(fired_at__isnull=True, due_at__lte=now).order_by("due_at", "id")
    fired = 0
    for milestone_id, ticket_id in due.values_list("pk", "clock__ticket_id")[:limit]:
        try:
            fired += _fire(milestone_id, ticket_id, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would fare better
        except Exception:
            # one row nobody foresaw must not hold up every promise behind it: it steps back and is tried again
            logger.exception("milestone %s could not fire", milestone_id)
            later = now + timedelta(minutes=RETRY_MINUTES)
            Milestone.objects.filter(pk=milestone_id, fired_at__isnull=True).update(due_at=later)
    return fired


@transaction.atomic
def _fire(milestone_id: int, ticket_id: int, now: datetime) -> int:
    """Lock the ticket first, as every command does, so that sweep and command never wait for each other in a ring."""
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        return 0
    milestone = (
        Milestone.objects.select_for_update(of=("self",))
        .select_related("clock__policy")
        .filter(pk=milestone_id, fired_at__isnull=True, due_at__lte=now)
        .first()
    )
    if milestone is None:
        return 0
    clock = milestone.clock
    if clock.state != Clock.State.RUNNING or not ticket.is_live:
        milestone.delete()
        return 0
    automation = User.objects.automation()
    milestone.fired_at = now
    milestone.save(update_fields=["fired_at"])
    with unit_of_work():
        breach(ticket, actor=automation, clock=clock, at=now)
    if clock.policy.breach_step == SlaPolicy.BreachStep.NEXT_TIER and clock.metric == Clock.Metric.RESOLUTION:
        _to_next_tier(ticket, automation, now)
    return 1


def _to_next_tier(ticket: Ticket, automation: User, now: datetime) -> None:
    """The lead hears of every breach; where a higher rung serves the ticket's service, it goes there too."""
    team = next_team(ticket)
    if team is None:
        return
    packet = Packet(
        reason=Handover.Reason.LATE,
        symptom=ticket.subject,
        asked=ticket.subject,
        evidence=ticket.description[:2000],
    )
    escalate(ticket, actor=automation, team=team, packet=packet, at=now)


def next_team(ticket: Ticket) -> Team | None:
    """The team on the next higher rung of the ticket's service; None at the top or without a service."""
    if ticket.service is None or ticket.tier is None:
        return None
    line = ticket.service.support_teams.select_related("team__tier").filter(tier__level__gt=ticket.tier.level)
    found = line.exclude(team_id=ticket.team_id or 0).order_by("tier__level").first()
    return found.team if found else None
