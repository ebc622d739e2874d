"""Giving a ticket to whom a strategy names, and taking the next one.

The ticket is locked before the team's turn, always, so that nobody waits in a ring; one transaction gives away one
ticket by strategy.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import Team, User
from core.time import database_now
from escalation.assignment.candidates import field_of
from escalation.assignment.next_ticket import Next, claim, reason_for
from escalation.assignment.strategy import Choice, Strategy, choose
from escalation.assignment.words import has_no_team, has_owner
from escalation.models import AssignmentTurn
from tickets import commands
from tickets.models import Ticket


def assign_by(
    ticket: Ticket, strategy: Strategy, *, actor: User, anew: bool = False, at: datetime | None = None
) -> Choice:
    """Give the ticket to whom the strategy names; the event keeps the reason and everybody who was considered.

    A ticket that has an owner already keeps them, so that two who assign at once assign once. Where nobody is left it
    stays as it is; the choice says why, and the caller keeps that.

    Args:
        anew: choose also where it has an owner.
        at: the instant whose roster, certificates and absences count; the database's clock by default.

    Raises:
        NotAllowed, Invalid: as `tickets.commands.assign`.
    """
    with commands.held(ticket) as locked:
        if locked.team_id is None:
            return Choice(None, "queue", (), has_no_team())
        if locked.assignee_id is not None and not anew:
            return Choice(locked.assignee_id, "owner", (), has_owner())
        turn = _turn_of(locked.team_id)
        when = at or database_now()
        field = field_of(locked, strategy, turn, when)
        choice = choose(strategy, field.candidates, field.facts)
        if choice.person is None or choice.person == locked.assignee_id:
            return choice
        commands.assign(
            ticket,
            actor=actor,
            assignee=field.people[choice.person],
            reason=choice.reason,
            data={"by": choice.by, "considered": list(choice.considered)},
            at=at,
        )
        if choice.took_a_turn:
            _took(turn, choice.person, set(field.people), when)
    return choice


def _turn_of(team_id: int) -> AssignmentTurn:
    """The team's row, locked: from here on one ticket after the other."""
    rows = AssignmentTurn.objects.select_for_update().filter(team_id=team_id)
    turn = rows.first()
    if turn is None:
        # the first time: of several who come at once one makes it and the others wait for that one
        AssignmentTurn.objects.bulk_create([AssignmentTurn(team=Team(pk=team_id))], ignore_conflicts=True)
        turn = rows.get()
    return turn


def _took(turn: AssignmentTurn, person_id: int, members: set[int], at: datetime) -> None:
    """Note the turn; those who left the team are forgotten."""
    turn.count += 1
    kept = {person: number for person, number in turn.last.items() if int(person) in members}
    turn.last = {**kept, str(person_id): turn.count}
    turn.last_at = at
    turn.save(update_fields=["count", "last", "last_at"])


def take_next(*, actor: User, at: datetime | None = None) -> Next | None:
    """Make the best free ticket of the actor's teams theirs; the event keeps why it was that one.

    Two who ask at the same instant get two tickets.

    Returns:
        The ticket and the reason; None when nothing is free.
    """
    with commands.unit_of_work():
        ticket = claim(actor)
        if ticket is None:
            return None
        reason = reason_for(actor, ticket, at or database_now())
        commands.assign(ticket, actor=actor, assignee=actor, reason=reason, data={"by": "next"}, at=at)
    return Next(ticket, reason)
