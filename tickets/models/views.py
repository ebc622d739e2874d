from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User

NAME_LENGTH = 80


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """What stands in this agent's sidebar: their own, those of their teams, those for everybody."""
        if not user.hats.is_agent:
            return self.none()
        shared = Q(scope=SavedView.Scope.EVERYBODY) | Q(team_id__in=[team.pk for team in user.hats.my_teams])
        return self.kept().filter(Q(owner_id=user.pk) | shared)

    def kept(self) -> SavedViewQuerySet:
        """Not removed."""
        return self.filter(removed_at__isnull=True)


class SavedView(models.Model):
    """A list somebody asked for once and wants again: which tickets, in which columns and order."""

    class Scope(models.TextChoices):
        PRIVATE = "private", _("Only me")
        TEAM = "team", _("A team")
        EVERYBODY = "everybody", _("Everybody at the desk")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    scope = models.CharField(_("who sees it"), max_length=10, choices=Scope.choices, default=Scope.PRIVATE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_views")
    # a tree of `tickets.conditions`
    condition: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # also tickets that are solved, closed or cancelled
    has_ended = models.BooleanField(_("also tickets that have ended"), default=False)
    sort = models.CharField(max_length=12, default="due")
    group = models.CharField(max_length=12, default="due", blank=True)
    columns = ArrayField(models.CharField(max_length=12), default=list)
    # counts up with every change, so that two writers do not overwrite each other
    version = models.PositiveIntegerField(default=1)
    # a removed view can be had back
    removed_at: models.DateTimeField[str | datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        indexes = (
            # the sidebar of whoever made them, and of those for everybody
            models.Index(fields=("scope",), name="saved_view_scope", condition=Q(removed_at__isnull=True)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(scope="team", team__isnull=False) | (~Q(scope="team") & Q(team__isnull=True)),
                name="a_view_of_a_team_has_one",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/desk/v/{self.pk}/"
