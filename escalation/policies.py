"""Who may read and who may change what is promised; who leads a major incident."""

from __future__ import annotations

from accounts.models import User
from escalation.models import Macro, MajorIncident, Summons
from tickets.models import SavedView


def reads_promises(user: User) -> bool:
    """Whoever works by the promises may read them."""
    return user.hats.is_agent


def keeps_promises(user: User) -> bool:
    """Calendars and policies are changed by incident managers and operators."""
    return user.is_manager or user.is_superuser


def writes_rules(user: User) -> bool:
    """Leads and those who oversee every team write drafts of rules and try them on the past."""
    return user.hats.is_lead


def keeps_rules(user: User) -> bool:
    """Rules act on every team's tickets: incident managers and operators turn them on, and the product its own."""
    return keeps_promises(user) or user.is_automation


def keeps_ladder(user: User) -> bool:
    """The ladder and who stands on it are changed by incident managers and operators."""
    return keeps_promises(user)


def may_answer(user: User, summons: Summons) -> bool:
    """Whoever was called, the lead of the team that has the ticket, and overseers."""
    if summons.state != Summons.State.OPEN:
        return False
    return user.hats.leads(summons.ticket.team_id) or summons.calls.filter(person_id=user.pk).exists()


def keeps_vendors(user: User) -> bool:
    """Vendors and contracts are written by those who oversee every team."""
    return user.hats.is_overseer


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


def writes_macros(user: User, scope: str, team_id: int | None) -> bool:
    """Every agent writes their own, a team's lead the team's, who oversees every team those for everybody."""
    if scope == SavedView.Scope.EVERYBODY:
        return user.hats.is_overseer
    if scope == SavedView.Scope.TEAM:
        return user.hats.leads(team_id)
    return user.hats.is_agent


def changes_macro(user: User, macro: Macro) -> bool:
    """Whose own it is; one that others use, whoever writes such macros."""
    if macro.scope == SavedView.Scope.PRIVATE:
        return macro.owner_id == user.pk and user.hats.is_agent
    return writes_macros(user, macro.scope, macro.team_id)
