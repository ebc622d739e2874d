"""Who may see and change what of a roster."""

from __future__ import annotations

from accounts.models import Absence, Swap, Team, User


def sees_roster(user: User, team: Team) -> bool:
    """The desk's page of this team."""
    return user.hats.sees_team(team.pk)


def sees_duties(user: User, team: Team) -> bool:
    """Who is on duty, without notes and reasons: everybody signed in, for restricted teams those who see them."""
    return user.is_active and (not team.is_restricted or sees_roster(user, team))


def edits_roster(user: User, team: Team) -> bool:
    """Shifts, rota, overrides, cover, anybody's absence, and whether a swap is approved."""
    return user.hats.leads(team.pk)


def in_team(user: User, team: Team) -> bool:
    """Members ask for swaps and enter their own absences."""
    return team.pk in user.hats.roles


def reads_absences(user: User, team: Team) -> bool:
    """Kind and note of an absence."""
    return user.hats.works_for(team.pk)


def keeps_absence(user: User, absence: Absence) -> bool:
    """One's own, and those of the people one leads."""
    if absence.person_id == user.pk:
        return bool(user.hats.roles)
    teams = absence.person.memberships.values_list("team_id", flat=True)
    return user.hats.is_overseer or any(user.hats.leads(team_id) for team_id in teams)


def answers(user: User, swap: Swap) -> list[str]:
    """What this person can say to the swap as it stands, in the order it is offered."""
    said: list[str] = []
    if swap.state == Swap.State.ASKED and swap.colleague_id == user.pk:
        said += ["agree", "decline"]
    if swap.state == Swap.State.AGREED and user.hats.leads(swap.team_id):
        said += ["approve", "decline"]
    if swap.is_open and swap.asker_id == user.pk:
        said.append("withdraw")
    return said
