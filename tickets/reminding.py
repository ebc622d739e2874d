"""Reminders of tasks: a row that is due, marked in the same transaction as the letters that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core.time import database_now
from notifications.outbox import Channel, Letter, post
from tickets.models import Task, Ticket
from tickets.notify import plain_values

BATCH = 200
MINE_SHOWN = 50


def remind_due(limit: int = BATCH) -> int:
    """Remind of the tasks whose time has come, each once; any number of sweeps may run at once.

    Returns:
        How many were taken care of; less than `limit` means nothing more is due.
    """
    with transaction.atomic():
        now = database_now()
        due = Task.objects.open().filter(remind_at__lte=now, reminded_at=None).order_by("remind_at", "pk")
        tasks = list(due.select_for_update(skip_locked=True)[:limit])
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(reminded_at=now)
        for task in tasks:
            post(list(_letters(task)), at=now)
        return len(tasks)


def _letters(task: Task) -> Iterator[Letter]:
    """To the person, or to everybody of the team who sees the ticket; to whoever planned it where it is nobody's."""
    if task.assignee_id or not task.team_id:
        people = User.objects.filter(pk=task.assignee_id or task.created_by_id)
    else:
        people = User.objects.filter(memberships__team_id=task.team_id).distinct()
    ticket = Ticket.objects.select_related("requester", "team").get(pk=task.ticket_id)
    context = {**plain_values(ticket), "title": task.title, "due": task.due_at.isoformat() if task.due_at else ""}
    for person in people.filter(is_active=True):
        if ticket.staffed_by(person):
            key = f"task-reminder-{task.pk}"
            for channel in (Channel.IN_APP, Channel.EMAIL):
                yield Letter(recipient=person, template="task_due", key=key, context=context, channel=channel)


def tasks_of(user: User, now: datetime) -> list[dict]:
    """Open tasks of this person by name, the next due first, with whether each is late; one query, at most 50."""
    tasks = Task.objects.visible_to(user).open().filter(assignee=user).select_related("ticket")
    ordered = tasks.order_by(F("due_at").asc(nulls_last=True), "pk")[:MINE_SHOWN]
    return [{"task": task, "is_late": task.is_late(now)} for task in ordered]
