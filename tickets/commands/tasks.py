"""Work on a ticket that is ticked off: planned, done, and the tick taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from tickets.commands._change import change, held
from tickets.models import Task, Ticket
from tickets.models.tasks import TITLE_LENGTH
from tickets.reasons import Reason, stored
from tickets.texts import checked_line


def plan_task(
    ticket: Ticket,
    *,
    actor: User,
    title: str,
    assignee: User | None = None,
    team: Team | None = None,
    due_at: datetime | None = None,
    remind_before: timedelta | None = None,
    reason: Reason = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Task:
    """Plan a piece of work on the ticket, for a person, for anyone of a team, or for nobody by name.

    Args:
        title: what is to be done, in one line of at most 200 characters.
        due_at: by when; None leaves it open.
        remind_before: how long before that whoever has it is reminded, at once where that has passed; None for never.
        reason: why, for the history; rules give their name.

    Raises:
        Invalid: no title; both a person and a team; somebody who cannot open the ticket as staff; a due time that has
            passed; the ticket is closed or cancelled.  NotAllowed, Conflict: as `change`.
    """
    line = checked_line(title, "title", TITLE_LENGTH, _("Say what is to be done."))
    if assignee is not None and team is not None:
        raise Invalid.field("who", _("A task is for a person or for a team."))
    with change(ticket, "plan_task", actor=actor, version=version, at=at) as step:
        _refuse_whom(step.ticket, assignee, team)
        if due_at is not None and due_at <= step.at:
            raise Invalid.field("due_at", _("Choose a time that is still to come."))
        whose: dict[str, Any] = {"assignee": assignee, "team": team, "due_at": due_at}
        whose["remind_at"] = _remind_at(due_at, remind_before, step.at)
        task = Task.objects.create(ticket=step.ticket, title=line, **whose, created_by=actor, created_at=step.at)
        step.data.update(task=task.pk, about=line)
        if reason:
            step.data["reason"] = stored(reason)
    return task


def _remind_at(due_at: datetime | None, before: timedelta | None, now: datetime) -> datetime | None:
    if before is None:
        return None
    if due_at is None:
        raise Invalid.field("due_at", _("Choose when it is due; the reminder goes by that."))
    return max(due_at - before, now)


def complete_task(ticket: Ticket, *, actor: User, task: Task, at: datetime | None = None) -> Task:
    """Tick a task off. A second tick, of somebody who was as quick, changes nothing.

    Raises:
        NotAllowed: as `change`.
    """
    return _tick(ticket, "complete_task", actor=actor, task=task, is_done=True, at=at)


def reopen_task(ticket: Ticket, *, actor: User, task: Task, at: datetime | None = None) -> Task:
    """Take a tick back: the task is to be done again. Nothing happens where it is.

    Raises:
        NotAllowed: as `change`.
    """
    return _tick(ticket, "reopen_task", actor=actor, task=task, is_done=False, at=at)


def _tick(ticket: Ticket, verb: str, *, actor: User, task: Task, is_done: bool, at: datetime | None) -> Task:
    with held(ticket) as current:
        # read under the ticket's lock: two people tick at once, one of them is first
        row = Task.objects.select_related("assignee", "team").get(pk=task.pk, ticket_id=current.pk)
        if (row.done_at is not None) == is_done:
            return row
        with change(ticket, verb, actor=actor, at=at) as step:
            row.done_at, row.done_by = (step.at, actor) if is_done else (None, None)
            row.save(update_fields=["done_at", "done_by"])
            step.data.update(task=row.pk, about=row.title)
    return row


def _refuse_whom(ticket: Ticket, assignee: User | None, team: Team | None) -> None:
    """Say in words why this task cannot be theirs: a task nobody can open is never done."""
    if assignee is not None:
        if not assignee.is_active or assignee.is_automation or not ticket.staffed_by(assignee):
            raise Invalid.field("who", _("%(name)s cannot open this ticket as staff.") % {"name": assignee.name})
    elif team is not None and team.pk != ticket.team_id and ticket.team is not None and ticket.team.is_restricted:
        raise Invalid.field("who", _("%(name)s cannot open this ticket as staff.") % {"name": team.label})
