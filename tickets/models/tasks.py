from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tickets.models.ticket import Ticket

TITLE_LENGTH = 200


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> TaskQuerySet:
        """Tasks are for staff: those of tickets that this person sees from the inside."""
        return self.filter(ticket__in=Ticket.objects.staffed_by(user))

    def open(self) -> TaskQuerySet:
        """What is still to be done."""
        return self.filter(done_at=None)


class Task(models.Model):
    """One piece of work on a ticket, to be ticked off: for a person, for anyone of a team, or for nobody by name."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tasks", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="tasks", db_index=False)
    due_at = models.DateTimeField(_("due"), null=True)
    # when whoever has it is reminded, and when that was done
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        # the panel of a ticket, in the order in which they were planned
        indexes = (
            models.Index(fields=("ticket", "id"), name="task_of_ticket"),
            # "My tasks" of one person
            models.Index(fields=("assignee", "due_at"), name="task_open_assignee", condition=Q(done_at__isnull=True)),
            # the sweep that reminds
            models.Index(
                fields=("remind_at",),
                name="task_to_remind",
                condition=Q(remind_at__isnull=False, reminded_at__isnull=True, done_at__isnull=True),
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="a_task_says_something"),
            models.CheckConstraint(condition=Q(assignee=None) | Q(team=None), name="a_task_is_for_one"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="a_task_done_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def is_for(self, user: User) -> bool:
        """Whether it is this person's: by name, or as one of the team."""
        return self.assignee_id == user.pk or (self.team_id is not None and self.team_id in user.hats.roles)

    def is_late(self, now: datetime) -> bool:
        """Whether it is still to be done though its time has passed."""
        return self.done_at is None and self.due_at is not None and self.due_at < now
