from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.naming import Bilingual
from escalation.models.conditions import check_conditions, every_ticket
from escalation.working_calendar import Calendar, CalendarError
from tickets.choices import Priority
from tickets.models import Ticket


class BusinessCalendar(models.Model):
    """When the desk works. `weekly` holds seven lists (Monday first) of [start, end] minutes after local midnight."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Jakarta")
    weekly = models.JSONField(_("working hours"))
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name

    def value(self) -> Calendar:
        """The calendar as the pure value the arithmetic works on.

        Raises:
            CalendarError: the stored hours make no sense.
        """
        days = [holiday.day for holiday in self.holidays.all()]
        return Calendar.build(time_zone=self.time_zone, weekly=self.weekly, holidays=days)

    def clean(self) -> None:
        try:
            Calendar.build(time_zone=self.time_zone, weekly=self.weekly, holidays=[])
        except CalendarError as error:
            raise ValidationError({"weekly": str(error)}) from error


class Holiday(models.Model):
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)
    is_estimated = models.BooleanField(_("estimated"), default=False)

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("calendar", "day"), name="one_holiday_per_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class SlaPolicy(Bilingual):
    """A promise: which tickets it is for, by when, counted in which hours, and what happens when it is broken."""

    class BreachStep(models.TextChoices):
        NEXT_TIER = "next_tier", _("Escalate to the next tier")
        LEAD = "lead", _("Call the team lead")

    position = models.PositiveSmallIntegerField(_("order"), default=0)
    conditions = models.JSONField(_("conditions"), default=every_ticket)
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="policies")
    breach_step = models.CharField(_("when late"), max_length=12, choices=BreachStep.choices, default="next_tier")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("position", "pk")
        verbose_name_plural = "SLA policies"

    def clean(self) -> None:
        check_conditions(self.conditions)


class SlaTarget(models.Model):
    """Minutes of working time promised at one priority."""

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="targets")
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)
    response_minutes = models.PositiveIntegerField(_("first reply within (minutes)"))
    resolution_minutes = models.PositiveIntegerField(_("solved within (minutes)"))

    class Meta:
        ordering = ("priority",)
        constraints = (
            models.UniqueConstraint(fields=("policy", "priority"), name="one_target_per_policy_and_priority"),
            models.CheckConstraint(
                condition=Q(response_minutes__gt=0, resolution_minutes__gt=0), name="targets_are_positive"
            ),
        )

    def __str__(self) -> str:
        return f"P{self.priority}: {self.response_minutes}/{self.resolution_minutes} min"


class Clock(models.Model):
    """One promise running on one ticket: a cache of what its history says, kept by `escalation.clocks`."""

    class Metric(models.TextChoices):
        RESPONSE = "response", _("First reply")
        RESOLUTION = "resolution", _("Solution")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    metric = models.CharField(max_length=12, choices=Metric.choices)
    policy = models.ForeignKey(SlaPolicy, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    target_seconds = models.PositiveIntegerField()
    counted_seconds = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "metric"), name="one_clock_per_ticket_and_metric"),
            models.CheckConstraint(
                condition=Q(state="running", running_since__isnull=False, due_at__isnull=False)
                | (~Q(state="running") & Q(running_since__isnull=True)),
                name="a_running_clock_has_a_deadline",
            ),
        )
        # attainment: promises completed in a period
        indexes = (models.Index(fields=("stopped_at",), name="clock_stopped", condition=Q(state="done")),)

    def __str__(self) -> str:
        return f"{self.metric} of {self.ticket_id}: {self.state}"

    @property
    def is_met(self) -> bool:
        return self.state == self.State.DONE and self.breached_at is None


class Milestone(models.Model):
    """Something due on a clock. Only the next one is queued; a paused clock has none."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=12, default="breach")
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("clock", "kind"), name="one_milestone_per_clock_and_kind"),)
        # read by escalation.sweep: costs what is due, not what is open
        indexes = (models.Index(fields=("due_at", "id"), name="milestone_due", condition=Q(fired_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.clock_id} at {self.due_at}"
