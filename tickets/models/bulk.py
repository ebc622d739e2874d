from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from tickets.models.event import TicketEvent
from tickets.models.ticket import Ticket


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, user: User) -> BulkRunQuerySet:
        """Only those who asked for one see it."""
        return self.filter(actor_id=user.pk)

    def unfinished(self) -> BulkRunQuerySet:
        """With work left; after a crash, too."""
        return self.filter(finished_at__isnull=True)


class BulkRun(models.Model):
    """One change of many tickets. The tickets are settled when it is asked for; each is a step."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=12)
    # what the action needs besides, by the names of its form
    value: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # the list it was asked from, to go back to
    back = models.CharField(max_length=2000, blank=True)
    total = models.PositiveIntegerField()
    at: models.DateTimeField[str | datetime, datetime] = models.DateTimeField()
    finished_at: models.DateTimeField[str | datetime | None, datetime | None] = models.DateTimeField(null=True)
    cancelled_at: models.DateTimeField[str | datetime | None, datetime | None] = models.DateTimeField(null=True)
    # the run that took this one back works on the same steps
    undo_asked_at: models.DateTimeField[str | datetime | None, datetime | None] = models.DateTimeField(null=True)
    # a double click posts the same key
    dedupe_key = models.CharField(max_length=64)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("id",), name="bulk_unfinished", condition=Q(finished_at__isnull=True)),)
        constraints = (models.UniqueConstraint(fields=("actor", "dedupe_key"), name="one_bulk_run_per_click"),)

    def __str__(self) -> str:
        return f"{self.action} {self.total}"

    def get_absolute_url(self) -> str:
        return f"/desk/bulk/{self.pk}/"


class BulkStep(models.Model):
    """One ticket of a run: what came of it is remembered in the transaction that changes the ticket."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"
        LEFT = "left"  # cancelled before its turn came
        UNDOING = "undoing"
        UNDONE = "undone"
        KEPT = "kept"  # could not be taken back

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="steps", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    event = models.ForeignKey(TicketEvent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("run", "state", "id"), name="bulk_step_next"),)
        constraints = (models.UniqueConstraint(fields=("run", "ticket"), name="one_bulk_step_per_ticket"),)

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.state}"
