from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from catalogue.models import Asset, Category
from tickets.choices import Priority
from tickets.models.checklists import ChecklistTemplate
from tickets.models.ticket import SUBJECT_LENGTH, Ticket

MOST_LEAD_DAYS = 90


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Everybody at the desk reads the plans, but those of a restricted team only who may look into it."""
        hats = user.hats
        if not hats.is_agent:
            return self.none()
        return self.filter(Q(team_id__in=[team.pk for team in hats.visible_teams]) | Q(team_id__isnull=True))


class Plan(models.Model):
    """Work that comes again: what the ticket says, how often, and how long before it is due it opens.

    `next_at` is the next date that is still to be opened, `opens_at` when that happens; None when none is left.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    rule = models.CharField(_("how often"), max_length=300)
    starts_at = models.DateTimeField(_("first date"))
    time_zone = models.CharField(_("time zone"), max_length=60)
    lead_days = models.PositiveSmallIntegerField(_("opened, days before"), default=0)
    skip_while_open = models.BooleanField(_("skip while the one before is still open"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    description = models.TextField(_("description"))
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.LOW)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checklist = models.ForeignKey(ChecklistTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    assets: models.ManyToManyField[Asset, models.Model] = models.ManyToManyField(
        Asset, blank=True, related_name="plans"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveIntegerField(default=1)
    next_at = models.DateTimeField(null=True)
    opens_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-is_active", "name")
        # the sweep that opens what is due
        indexes = (models.Index(fields=("opens_at",), name="plan_due", condition=Q(is_active=True)),)
        constraints = (
            models.CheckConstraint(condition=Q(lead_days__lte=MOST_LEAD_DAYS), name="plan_opens_soon_enough"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def first_local(self) -> datetime:
        """The first date on the clock of the plan's time zone, without a zone."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)


class PlanRun(models.Model):
    """What became of one date of a plan, for one asset or for none: its ticket, or why there is none."""

    class Outcome(models.TextChoices):
        OPENED = "opened", _("opened")
        SKIPPED = "skipped", _("skipped, the one before is still open")
        MISSED = "missed", _("missed while nothing ran")
        FAILED = "failed", _("could not be opened")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="runs", db_index=False)
    due_at = models.DateTimeField()
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, null=True, related_name="+")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, null=True, related_name="plan_run")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    why = models.CharField(max_length=500, blank=True)
    # a missed row may stand for several dates
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-due_at", "-id")
        constraints = (
            # whatever runs twice opens once
            models.UniqueConstraint(
                fields=("plan", "due_at", "asset"), name="one_ticket_per_date_and_asset", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(outcome="opened", ticket__isnull=False) | ~Q(outcome="opened") & Q(ticket__isnull=True),
                name="an_opened_run_has_its_ticket",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.due_at}: {self.outcome}"
