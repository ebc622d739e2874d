from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.naming import Bilingual
from escalation.models.conditions import check_conditions, every_ticket
from tickets.choices import Priority
from tickets.models import Ticket, TicketEvent


class RoutingRule(Bilingual):
    """One line of the ordered chain: when these conditions hold, do this; then stop, or read on."""

    position = models.PositiveSmallIntegerField(_("order"), default=0)
    conditions = models.JSONField(_("conditions"), default=every_ticket)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("team"))
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="+",
    )
    stops = models.BooleanField(_("stop here"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1)
    reason = models.CharField(_("reason shown"), max_length=200, blank=True)
    reason_id = models.CharField(_("reason in Indonesian"), max_length=200, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def clean(self) -> None:
        check_conditions(self.conditions)


class RoutingDecision(models.Model):
    """Why a ticket is where it is: the rule that put it there, the facts it saw, and the rules that did not apply."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="decisions")
    event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(RoutingRule, on_delete=models.SET_NULL, null=True, related_name="decisions")
    rule_name = models.CharField(max_length=120)
    rule_name_id = models.CharField(max_length=120, blank=True)
    rule_version = models.PositiveIntegerField(default=1)
    facts = models.JSONField(default=dict)
    skipped = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("event", "rule"), name="a_rule_runs_once_per_event"),)

    def __str__(self) -> str:
        return f"{self.rule_name} on {self.ticket_id}"
