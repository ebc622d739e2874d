"""Several actions under one name, which a person does to a ticket in one click; and each time that was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tickets.models import SavedView, Ticket
from tickets.models.views import NAME_LENGTH


class MacroQuerySet(models.QuerySet["Macro"]):
    def visible_to(self, user: User) -> MacroQuerySet:
        """Those this agent may run: their own, those of their teams, those for everybody. In their order."""
        if not user.hats.is_agent:
            return self.none()
        shared = Q(scope=SavedView.Scope.EVERYBODY) | Q(team_id__in=[team.pk for team in user.hats.my_teams])
        return self.kept().filter(Q(owner_id=user.pk, scope=SavedView.Scope.PRIVATE) | shared)

    def kept(self) -> MacroQuerySet:
        """Not removed."""
        return self.filter(removed_at__isnull=True)

    def active(self) -> MacroQuerySet:
        """Neither removed nor switched off."""
        return self.kept().filter(is_active=True)


class Macro(models.Model):
    """What is done, and on which tickets it is offered; `escalation.macros.wording` reads `steps` and `only_if`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="macros")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    scope = models.CharField(_("who uses it"), max_length=10, choices=SavedView.Scope.choices)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="macros")
    steps: models.JSONField[Any, Any] = models.JSONField(default=list)
    # a tree of `tickets.conditions`
    only_if: models.JSONField[Any, Any] = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    # counts up with every change, so that two writers do not overwrite each other
    version = models.PositiveIntegerField(default=1)
    # a removed macro can be had back
    removed_at: models.DateTimeField[str | datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects = MacroQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(scope="team", team__isnull=False) | (~Q(scope="team") & Q(team__isnull=True)),
                name="a_macro_of_a_team_has_one",
            ),
        )

    def __str__(self) -> str:
        return self.name


class MacroRun(models.Model):
    """One doing of a macro; the ticket's events of it carry the number of this row."""

    macro = models.ForeignKey(Macro, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=NAME_LENGTH)
    at: models.DateTimeField[str | datetime, datetime] = models.DateTimeField()
    # a double click posts the same key
    dedupe_key = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("actor", "dedupe_key"), name="one_macro_run_per_click"),)

    def __str__(self) -> str:
        return f"{self.name} on {self.ticket_id}"

    @property
    def key(self) -> str:
        """Begins the key of every message it sends."""
        return f"macro-{self.pk}-"
