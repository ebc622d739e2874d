from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from tickets.models import Ticket


class ExternalBug(models.Model):
    """A fault of a product, kept in the tracker of its developers. One row per address, however many tickets it has."""

    class State(models.TextChoices):
        OPEN = "open", _("Not fixed yet")
        FIXED = "fixed", _("Fixed")

    url = models.URLField(_("address"), max_length=500)
    # a bug first linked on a restricted team's ticket is that team's own: nobody else learns of it by its address
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    tracker = models.CharField(_("tracker"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    affected_version = models.CharField(_("version affected"), max_length=80, blank=True)
    fixed_version = models.CharField(_("version with the fix"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    fixed_at = models.DateTimeField(null=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("url", "team"), nulls_distinct=False, name="one_bug_per_address_and_team"),
            models.CheckConstraint(
                condition=Q(state="open", fixed_version="") | (Q(state="fixed") & ~Q(fixed_version="")),
                name="a_fixed_bug_names_its_version",
            ),
        )

    def __str__(self) -> str:
        return self.title


class BugLink(models.Model):
    """A ticket that a bug explains. `tell_at` is set while the ticket has not been told of the fix yet."""

    bug = models.ForeignKey(ExternalBug, on_delete=models.CASCADE, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="bug_links", db_index=False)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    linked_at = models.DateTimeField()
    tell_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("ticket", "bug"), name="one_link_per_ticket_and_bug"),)
        indexes = (
            # read by escalation.chasing: links whose ticket is to be told
            models.Index(fields=("tell_at", "id"), name="bug_link_tell", condition=Q(tell_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.bug_id}"
