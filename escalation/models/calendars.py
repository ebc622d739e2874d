from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.calendar_definition import calendar_from
from escalation.working_calendar import Calendar


class BusinessCalendar(models.Model):
    """When the desk works. What exactly stands in its versions; `current` is the one in force."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    current = models.ForeignKey(
        "escalation.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def value(self) -> Calendar:
        """The hours in force as the pure value the arithmetic works on.

        Raises:
            CalendarError: the stored hours make no sense.
        """
        assert self.current is not None, f"calendar {self.name} has no version in force"
        return self.current.value()


class CalendarVersion(models.Model):
    """One wording of a calendar; never edited. `definition` is read by `escalation.calendar_definition`."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("calendar", "number"), name="one_calendar_version_per_number"),)

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    def value(self) -> Calendar:
        """These hours as a pure value; equal definitions share one.

        Raises:
            CalendarError: the stored hours make no sense.
        """
        return calendar_from(self.definition)
