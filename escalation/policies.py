"""Who may read and who may change what is promised; who leads a major incident."""

from __future__ import annotations

from accounts.models import User
from escalation.models import MajorIncident


def reads_promises(user: User) -> bool:
    """Whoever works by the promises may read them."""
    return user.hats.is_agent


def keeps_promises(user: User) -> bool:
    """Calendars and policies are changed by incident managers and operators."""
    return user.is_manager or user.is_superuser


def declares_major(user: User) -> bool:
    """Leads and incident managers declare a major incident, or dismiss the proposal."""
    return user.hats.is_lead


def steers_major(user: User, incident: MajorIncident) -> bool:
    """They, and whoever has a role in it, write updates, name people and set how often updates are due."""
    return user.hats.is_lead or (user.hats.is_agent and incident.holds_a_role(user))


def ends_major(user: User, incident: MajorIncident) -> bool:
    """They, and the commander, stand it down."""
    return user.hats.is_lead or (user.hats.is_agent and incident.commander_id == user.pk)


def finishes_review(user: User) -> bool:
    """The review is finished by an incident manager."""
    return user.hats.is_overseer
