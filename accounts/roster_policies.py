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


def approves_swap(user: User, swap: Swap) -> bool:
    """Whoever leads the team and is not part of the swap; an overseer where no other lead is left."""
    return user.hats.leads(swap.team_id) and user.pk not in (swap.asker_id, swap.colleague_id)


def reads_note(user: User, swap: Swap) -> bool:
    """What is written to a swap is for the two and for those who may approve it."""
    return user.pk in (swap.asker_id, swap.colleague_id) or approves_swap(user, swap)


def answers(user: User, swap: Swap) -> list[str]:
    """What this person can say to the swap as it stands, in the order it is offered."""
    said: list[str] = []
    if swap.state == Swap.State.ASKED and swap.colleague_id == user.pk:
        said += ["agree", "decline"]
    if swap.state == Swap.State.AGREED and approves_swap(user, swap):
        said += ["approve", "decline"]
    elif swap.state == Swap.State.AGREED and swap.colleague_id == user.pk:
        said.append("decline")
    if swap.state == Swap.State.APPROVED and approves_swap(user, swap):
        said.append("undo")
    if swap.is_open and swap.asker_id == user.pk:
        said.append("withdraw")
    return said
