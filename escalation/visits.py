"""The ledger of tier visits, kept by listening: entered, accepted, left."""

from __future__ import annotations

from django.utils.translation import override

from escalation.models import TierVisit
from tickets.choices import ENDED
from tickets.models import TicketEvent
from tickets.reasons import text_of

WHY_LENGTH = 300


def on_event(event: TicketEvent) -> None:
    """Close the visit a ticket leaves and open the one it enters; note who first took it there."""
    ended = event.moved("status") and event.changes["status"][1] in ENDED
    reopened = event.verb == "reopen"
    left_a_team = event.moved("team") and event.changes["team"][0]
    if left_a_team or ended:
        _leave(event)
    if (event.moved("team") or reopened) and event.ticket.team_id:
        _enter(event)
    if event.moved("assignee") and event.changes["assignee"][1]:
        TierVisit.objects.filter(ticket_id=event.ticket_id, left_at__isnull=True, accepted_at__isnull=True).update(
            accepted_at=event.at, accepted_by_id=event.changes["assignee"][1]
        )


def _leave(event: TicketEvent) -> None:
    TierVisit.objects.filter(ticket_id=event.ticket_id, left_at__isnull=True).update(
        left_at=event.at, left_verb=event.verb, left_why=_why(event)
    )


def _enter(event: TicketEvent) -> None:
    team_id = event.changes["team"][1] if event.moved("team") else event.ticket.team_id
    tier_id = event.changes["tier"][1] if event.moved("tier") else event.ticket.tier_id
    if team_id is None or tier_id is None:
        return
    TierVisit.objects.create(
        ticket_id=event.ticket_id,
        team_id=team_id,
        tier_id=tier_id,
        entered_at=event.at,
        entered_by_id=event.actor_id,
        entered_verb=event.verb,
        entered_why=_why(event),
    )


def _why(event: TicketEvent) -> str:
    with override("en"):
        return text_of(event.data.get("reason", ""))[:WHY_LENGTH]
