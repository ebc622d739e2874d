from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, Tier, User
from catalogue.models import Asset, Category, Service
from tickets.choices import ENDED, LIVE, Channel, Impact, Kind, PendingReason, Priority, Status, Urgency
from tickets.querysets import TicketQuerySet
from tickets.tags import TAG_LENGTH

PREFIXES = {Kind.INCIDENT: "INC", Kind.REQUEST: "REQ"}
SUBJECT_LENGTH = 200
DESCRIPTION_LENGTH = 100_000
IS_LIVE = Q(status__in=[str(status) for status in LIVE])


class Ticket(models.Model):
    """One request for help. Written by `tickets.commands` alone; the facts at the end are kept by the listeners."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.INCIDENT)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    description = models.TextField(_("description"))
    language = models.CharField(max_length=5, default="id")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    pending_reason = models.CharField(max_length=10, choices=PendingReason.choices, blank=True)
    pending_until = models.DateTimeField(null=True)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact.choices, default=Impact.ONE)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency.choices, default=Urgency.DEGRADED)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.MEDIUM)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requested_tickets")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    asset = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="tickets")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.PORTAL)
    intake = models.JSONField(_("intake answers"), default=dict, blank=True)
    external_ref = models.CharField(max_length=120, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    opened_at = models.DateTimeField(_("opened"))
    updated_at = models.DateTimeField(_("updated"))
    first_replied_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    auto_close_at = models.DateTimeField(null=True)
    resolution = models.TextField(_("resolution"), blank=True)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    return_count = models.PositiveSmallIntegerField(default=0)

    # facts: kept by commands and listeners so that lists filter and sort on one indexed table
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", db_index=False
    )
    tier = models.ForeignKey(
        Tier, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        db_index=False,
    )
    response_due_at = models.DateTimeField(null=True)
    resolution_due_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    # what conditions ask besides; kept by `tickets.traces` with every change
    tags = ArrayField(models.CharField(max_length=TAG_LENGTH), default=list, db_default=[], blank=True)
    status_since = models.DateTimeField(null=True)
    team_since = models.DateTimeField(null=True)
    tier_since = models.DateTimeField(null=True)
    staff_acted_at = models.DateTimeField(null=True)
    requester_acted_at = models.DateTimeField(null=True)
    # the value before the latest change, by field; a field that never changed is not in it
    was = models.JSONField(default=dict, db_default={}, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = (
            # queue pages and their counts: live tickets of one team, the most urgent promise first
            models.Index(fields=("team", "next_due_at", "id"), name="ticket_live_team", condition=IS_LIVE),
            # every count of queues and lists, from the index alone
            models.Index(
                fields=("team", "next_due_at", "assignee", "status", "id"), name="ticket_live_counts", condition=IS_LIVE
            ),
            # lists and counts of what nobody has, and of what waits
            models.Index(
                fields=("next_due_at", "id", "team"),
                name="ticket_live_unassigned",
                condition=IS_LIVE & Q(assignee__isnull=True),
            ),
            models.Index(fields=("next_due_at", "id", "team"), name="ticket_waiting", condition=Q(status="pending")),
            # lists of live tickets by what else they are sorted by
            models.Index(fields=("priority", "id"), name="ticket_live_priority", condition=IS_LIVE),
            models.Index(fields=("-updated_at", "-id"), name="ticket_live_updated", condition=IS_LIVE),
            models.Index(fields=("-opened_at", "-id"), name="ticket_live_opened", condition=IS_LIVE),
            # saved views that hold ended tickets too
            models.Index(fields=("-updated_at", "-id"), name="ticket_updated"),
            # my work
            models.Index(fields=("assignee", "next_due_at", "id"), name="ticket_live_assignee", condition=IS_LIVE),
            # late and soon late, over all teams
            models.Index(fields=("next_due_at",), name="ticket_live_due", condition=IS_LIVE),
            # the portal's "my tickets" and the requester card
            models.Index(fields=("requester", "-opened_at"), name="ticket_requester"),
            # closing after silence
            models.Index(fields=("auto_close_at",), name="ticket_auto_close", condition=Q(status="resolved")),
            # dashboards: created and resolved by day
            models.Index(fields=("opened_at",), name="ticket_opened"),
            models.Index(fields=("resolved_at",), name="ticket_resolved", condition=Q(resolved_at__isnull=False)),
            # conditions on tags
            GinIndex(fields=("tags",), name="ticket_tags"),
            # rules that ask how long nobody of staff acted, how long a ticket stands on its tier or in its status
            models.Index(fields=("staff_acted_at",), name="ticket_live_staff_acted", condition=IS_LIVE),
            models.Index(fields=("tier_since",), name="ticket_live_tier_since", condition=IS_LIVE),
            models.Index(fields=("status_since",), name="ticket_live_status_since", condition=IS_LIVE),
        )
        constraints = (
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_is_known"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="ticket_priority_1_to_4"),
            models.CheckConstraint(
                condition=Q(status="pending", pending_reason__in=PendingReason.values)
                | (~Q(status="pending") & Q(pending_reason="")),
                name="ticket_pending_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="pending") | Q(pending_until__isnull=True), name="ticket_until_only_while_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.subject}"

    @property
    def key(self) -> str:
        """The number people quote: INC-10482, REQ-10455. One sequence over all kinds."""
        return f"{PREFIXES.get(Kind(self.kind), 'INC')}-{self.pk}"

    def get_absolute_url(self) -> str:
        """The agent's page; the requester's own is /my/tickets/<key>/."""
        return f"/desk/t/{self.key}/"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def waits_for_requester(self) -> bool:
        return self.status == Status.PENDING and self.pending_reason == PendingReason.REQUESTER

    @property
    def status_words(self) -> str:
        """The status as people read it; a waiting ticket says for whom."""
        if self.status == Status.PENDING:
            return str(PendingReason(self.pending_reason).label)
        if self.status == Status.OPEN and self.reopen_count and not self.resolved_at:
            return str(_("Reopened"))
        return str(Status(self.status).label)

    @property
    def status_shape(self) -> str:
        """Which of the six status shapes the design draws: new, open, wait, done, closed, reopen."""
        if self.status == Status.OPEN and self.reopen_count:
            return "reopen"
        return {"pending": "wait", "resolved": "done", "cancelled": "closed"}.get(self.status, self.status)

    def staffed_by(self, user: User) -> bool:
        """True when this person sees the ticket from the inside: works for, or may look into, the team that has it, or
        is asked to help as long as the invitation is open.
        """
        return user.hats.sees_team(self.team_id) or self.asks_to_help(user)

    def asks_to_help(self, user: User) -> bool:
        """Whether an open invitation asks this agent."""
        return user.hats.is_agent and any(row.asks(user) for row in self.helpers.all())

    def facts(self) -> dict[str, Any]:
        """The fields a change may touch, as plain values; compared before and after to tell what changed."""
        return {name: getattr(self, name) for name in TRACKED}


TRACKED = (
    "kind",
    "subject",
    "status",
    "pending_reason",
    "pending_until",
    "impact",
    "urgency",
    "priority",
    "requester_id",
    "service_id",
    "category_id",
    "asset_id",
    "team_id",
    "tier_id",
    "assignee_id",
    "first_replied_at",
    "resolved_at",
    "closed_at",
    "auto_close_at",
    "resolution",
    "reopen_count",
    "return_count",
    "tags",
)


class Watcher(models.Model):
    """Somebody who follows a ticket: a colleague in copy, or an agent who handed it on."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watching")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ticket", "user"), name="one_watch_per_user_and_ticket"),)

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.ticket_id}"


class Submission(models.Model):
    """One intent, sent once or five times: the key the form or the client made up, and what came of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    created_at: models.DateTimeField[str | datetime, datetime] = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="one_submission_per_user_and_key"),)

    def __str__(self) -> str:
        return self.key
