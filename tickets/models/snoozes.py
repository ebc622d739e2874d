from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from tickets.models.ticket import Ticket


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def asleep(self, user: User) -> SnoozeQuerySet:
        """What this person put aside and what has not come back yet."""
        return self.filter(user=user, woken_at=None)

    def back(self, user: User) -> SnoozeQuerySet:
        """What has come back to this person, as long as they have not said that they saw it."""
        return self.filter(user=user, woken_at__isnull=False)


class Snooze(models.Model):
    """One person's live ticket, put aside by that person alone until a time. The ticket and its clocks do not know.

    Removed once the person has seen that it is back.
    """

    class Why(models.TextChoices):
        TIME = "time"
        ANSWER = "answer"
        PRIORITY = "priority"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="snoozes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="snoozes")
    until = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True)
    woken_by = models.CharField(max_length=10, choices=Why.choices, blank=True)

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        # the sweep that wakes
        indexes = (models.Index(fields=("until",), name="snooze_due", condition=Q(woken_at__isnull=True)),)
        constraints = (
            models.UniqueConstraint(fields=("ticket", "user"), name="one_snooze_per_person_and_ticket"),
            models.CheckConstraint(condition=Q(until__gt=F("created_at")), name="snooze_ends_later"),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.until}"
