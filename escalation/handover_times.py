"""How long the receiving team has to accept: in working time, by the ladder's step."""

from __future__ import annotations

from datetime import datetime

from escalation.business_time import CalendarError, add
from escalation.ladder_definition import LadderStep
from escalation.visits import calendar_of
from tickets.commands import is_quiet
from tickets.models import Ticket


def deadlines(ticket: Ticket, step: LadderStep, at: datetime) -> dict[str, datetime | None]:
    """When the team is reminded (`remind_at`) and when its lead is told (`lead_at`); None for never.

    `remind_at` is what the sweep looks for, so it is the first of the two. What is imported reminds nobody.
    """
    nothing: dict[str, datetime | None] = {"remind_at": None, "lead_at": None}
    hours = calendar_of(ticket) if step.accept_minutes or step.lead_minutes else None
    if hours is None or is_quiet():
        return nothing
    try:
        team_at = add(hours.calendar, at, step.accept_minutes * 60) if step.accept_minutes else None
        lead_at = add(hours.calendar, at, step.lead_minutes * 60) if step.lead_minutes else None
    except CalendarError:
        return nothing  # a calendar that never opens again cannot hold anybody to a time
    return {"remind_at": team_at or lead_at, "lead_at": lead_at}
