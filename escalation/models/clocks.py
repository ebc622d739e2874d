from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from escalation.clock import MICROSECONDS, OLA, RESOLUTION, RESPONSE, UPDATE, VENDOR, ClockState
from escalation.models.calendars import CalendarVersion
from escalation.models.policies import PolicyVersion
from tickets.models import Ticket


class Clock(models.Model):
    """One promise on one ticket: a cache of what its history says (`escalation.lives.replay`), kept by
    `escalation.clocks`. The last fields are the queue of milestones: only the next one waits.
    """

    class Metric(models.TextChoices):
        RESPONSE = RESPONSE, _("First reply")
        UPDATE = UPDATE, _("Next update")
        RESOLUTION = RESOLUTION, _("Solution")
        OLA = OLA, _("Time on this tier")
        VENDOR = VENDOR, _("Vendor")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    metric = models.CharField(max_length=12, choices=Metric.choices)
    # the event by which the tier visit or the wait for the vendor began; 0 for the promises to the requester
    life = models.BigIntegerField(default=0)
    tier = models.PositiveSmallIntegerField(null=True)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+", db_index=False)

    # what the vendor's contract said when the wait began, as the event has it; null: the policy's own promise
    agreed = models.JSONField(null=True)

    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    target_seconds = models.PositiveIntegerField(null=True)
    counted = models.BigIntegerField(default=0)  # working microseconds
    started_at = models.DateTimeField()
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    is_dropped = models.BooleanField(default=False)
    cycle = models.PositiveIntegerField(default=1)
    misses = models.PositiveIntegerField(default=0)

    next_at = models.DateTimeField(null=True)
    next_step = models.CharField(max_length=40, blank=True)
    fired = models.JSONField(default=list)  # the steps of this cycle that have fired

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "metric", "life"), name="one_clock_per_ticket_metric_and_life"),
            models.CheckConstraint(
                condition=Q(state="running", running_since__isnull=False, due_at__isnull=False)
                | (~Q(state="running") & Q(running_since__isnull=True)),
                name="a_running_clock_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(state="running"), name="only_a_running_clock_has_a_milestone"
            ),
        )
        indexes = (
            # attainment: promises completed in a period
            models.Index(fields=("stopped_at",), name="clock_stopped", condition=Q(state="done")),
            # read by escalation.sweep: costs what is due, not what is open
            models.Index(fields=("next_at", "id"), name="clock_next", condition=Q(next_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.metric} of {self.ticket_id}: {self.state}"

    @property
    def is_met(self) -> bool:
        return self.state == self.State.DONE and self.missed_at is None and not self.is_dropped

    @property
    def counted_seconds(self) -> int:
        """Working seconds used before it last began to run."""
        return self.counted // MICROSECONDS

    @property
    def contract(self) -> str:
        """The vendor's contract it is measured by; empty for a policy's own promise."""
        return str(self.agreed["name"]) if self.agreed else ""

    @property
    def hours(self) -> str:
        """The name of the hours it counts in."""
        if self.agreed:
            return str(self.agreed["hours"]) or gettext("around the clock")
        return str(self.calendar_version.calendar)

    @property
    def value(self) -> ClockState:
        """The stored state as the pure value."""
        return ClockState(**{name: getattr(self, name) for name in STATE_FIELDS})

    def take(self, value: ClockState) -> None:
        """Put a pure value into the row's fields; the caller saves."""
        for name in STATE_FIELDS:
            setattr(self, name, getattr(value, name))
        self.state = value.state


STATE_FIELDS = (
    "started_at",
    "target_seconds",
    "counted",
    "running_since",
    "due_at",
    "stopped_at",
    "missed_at",
    "is_dropped",
    "cycle",
    "misses",
)


class Milestone(models.Model):
    """A milestone that was reached: appended once per clock, period, step and due moment, whoever else tries. The
    moment counts because other versions of a policy or calendar may bring a milestone about a second time.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        SKIPPED = "skipped", _("no longer needed")

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="milestones", db_index=False)
    cycle = models.PositiveIntegerField(default=1)
    step = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("clock", "cycle", "step", "due_at"), name="one_milestone_per_clock_step_and_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} of {self.clock_id} at {self.due_at}"
