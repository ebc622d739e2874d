from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models.ticket import Ticket

DAY_MINUTES = 24 * 60


class TimeQuerySet(models.QuerySet["TimeEntry"]):
    def visible_to(self, user: User) -> TimeQuerySet:
        """Time spent on tickets that this person sees from the inside."""
        return self.filter(ticket__in=Ticket.objects.staffed_by(user))

    def counting(self) -> TimeQuerySet:
        """What counts now: neither corrected nor taken away."""
        return self.filter(corrected_by=None, minutes__gt=0)


class TimeEntry(models.Model):
    """How long somebody worked on a ticket on a day. Appended, never edited: a correction is a row that stands for the
    one before, with 0 minutes where that is taken away; the database refuses UPDATE and DELETE.
    """

    class Kind(models.TextChoices):
        WORK = "work", _("Work on the ticket")
        TRAVEL = "travel", _("Travel")
        MEETING = "meeting", _("Talk and meeting")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="time_entries")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="time_entries", db_index=False
    )
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.WORK)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")

    objects = TimeQuerySet.as_manager()

    class Meta:
        ordering = ("day", "id")
        # the sums per person over some days
        indexes = (models.Index(fields=("day", "person"), name="time_by_day"),)
        constraints = (
            models.CheckConstraint(condition=Q(minutes__lte=DAY_MINUTES), name="time_fits_into_a_day"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0) | Q(corrects__isnull=False), name="only_a_correction_is_empty"
            ),
        )

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.ticket_id}"
