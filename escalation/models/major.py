from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.naming import in_indonesian
from catalogue.models import Service
from tickets.models import Ticket

if TYPE_CHECKING:
    from accounts.models import User

TITLE_LENGTH = 160
REASON_LENGTH = 500


class MajorQuerySet(models.QuerySet["MajorIncident"]):
    def visible_to(self, user: User) -> Self:
        """Agents see what was declared; what was only proposed, with its reason, whoever sees the ticket behind it
        from the inside: its requester and its followers do not.
        """
        if user.hats.is_overseer:
            return self
        if not user.hats.is_agent:
            return self.none()
        declared = ~Q(state__in=(MajorIncident.State.CANDIDATE, MajorIncident.State.DISMISSED))
        # asked row by row: there are few of these, and many tickets
        return self.filter(declared | Exists(Ticket.objects.staffed_by(user).filter(pk=OuterRef("lead_id"))))

    def open(self) -> Self:
        """Proposed or active."""
        return self.filter(state__in=OPEN_STATES)

    def active(self) -> Self:
        return self.filter(state=MajorIncident.State.ACTIVE)

    def with_people(self) -> Self:
        """What a page names."""
        return self.select_related("service", "lead", "commander", "communicator", "scribe", "declared_by")


class MajorIncident(models.Model):
    """Trouble so wide that it is led as one: a lead ticket, the people who run it, what is said outside and when.

    The service keeps what it said of itself before, so that standing down can give it back. `cadence_at` is when the
    clock of updates next asks for something to be done, and `cadence_step` what; null while nothing is promised.
    """

    class State(models.TextChoices):
        CANDIDATE = "candidate", gettext_lazy("Proposed")
        ACTIVE = "active", gettext_lazy("Active")
        STOOD_DOWN = "stood_down", gettext_lazy("Stood down")
        REVIEWED = "reviewed", gettext_lazy("Reviewed")
        DISMISSED = "dismissed", gettext_lazy("Dismissed")

    class Severity(models.TextChoices):
        EVERYONE = "everyone", gettext_lazy("Everyone is affected")
        MANY = "many", gettext_lazy("Many people are affected")
        PLACE = "place", gettext_lazy("One site or department is affected")

    class Source(models.TextChoices):
        HAND = "hand", gettext_lazy("by hand")
        RULE = "rule", gettext_lazy("by rule")

    class Role(models.TextChoices):
        COMMANDER = "commander", gettext_lazy("Commander")
        COMMUNICATOR = "communicator", gettext_lazy("Communicator")
        SCRIBE = "scribe", gettext_lazy("Scribe")

    state = models.CharField(max_length=10, choices=State.choices, default=State.CANDIDATE)
    lead = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="led_incidents")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="major_incidents")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    title_id = models.CharField(max_length=TITLE_LENGTH, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices, blank=True)
    source = models.CharField(max_length=5, choices=Source.choices, default=Source.HAND)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    # what the rule saw: {"rule": "urgent"} or {"rule": "burst", "count": 6, "minutes": 30}
    evidence = models.JSONField(default=dict, blank=True)
    resolution = models.TextField(blank=True)

    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(null=True)
    stood_down_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    stood_down_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismissal = models.CharField(max_length=REASON_LENGTH, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    commander = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    communicator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    scribe = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    cadence_minutes = models.PositiveSmallIntegerField(null=True)
    next_update_at = models.DateTimeField(null=True)
    cadence_at = models.DateTimeField(null=True)
    cadence_step = models.CharField(max_length=10, blank=True)

    service_state = models.CharField(max_length=12, blank=True)
    # state and both notes of the service as they were before, and as the incident set them
    service_before = models.JSONField(default=dict, blank=True)
    service_set = models.JSONField(default=dict, blank=True)

    objects = MajorQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # the banner and the sidebar of every desk page: a handful of rows, whatever the past holds
            models.Index(fields=("state", "id"), name="major_open", condition=Q(state__in=["candidate", "active"])),
            # read by escalation.major_sweep.remind_due
            models.Index(
                fields=("cadence_at",), name="major_cadence", condition=Q(state="active", cadence_at__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("lead",), condition=Q(state__in=["candidate", "active"]), name="one_open_major_per_lead"
            ),
            models.UniqueConstraint(fields=("service",), condition=Q(state="active"), name="one_active_per_service"),
            models.UniqueConstraint(
                fields=("service",), condition=Q(state="candidate"), name="one_candidate_per_service"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["candidate", "dismissed"])
                | (Q(declared_at__isnull=False, service__isnull=False) & ~Q(title="") & ~Q(title_id="")),
                name="a_declared_major_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(cadence_minutes__isnull=True) | Q(cadence_minutes__gte=1), name="major_cadence_is_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.label}"

    @property
    def key(self) -> str:
        """The number people quote: MI-12."""
        return f"MI-{self.pk}"

    @property
    def label(self) -> str:
        """The title in the reader's language; what was only proposed is named after its service."""
        if self.title:
            return self.title_id if in_indonesian() else self.title
        if self.service:
            return _("Possible major incident: %(service)s") % {"service": self.service.label}
        return _("Possible major incident")

    def title_in(self, language: str) -> str:
        """The title for a reader of that language."""
        return self.title_id if language.startswith("id") else self.title

    def seen_by(self, user: User) -> bool:
        """Whether `visible_to` has it for this person; asked of one row at hand."""
        hats = user.hats
        if hats.is_overseer or not hats.is_agent:
            return hats.is_overseer
        return self.state not in (self.State.CANDIDATE, self.State.DISMISSED) or self.lead.staffed_by(user)

    def get_absolute_url(self) -> str:
        return f"/desk/major/{self.pk}/"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def has_review(self) -> bool:
        return self.state in (self.State.STOOD_DOWN, self.State.REVIEWED)

    def roles(self) -> dict[str, User | None]:
        """Who has which role, by the role's value."""
        return {role: getattr(self, role) for role in self.Role.values}

    def holds_a_role(self, user: User) -> bool:
        return user.pk in (self.commander_id, self.communicator_id, self.scribe_id)


OPEN_STATES = (MajorIncident.State.CANDIDATE, MajorIncident.State.ACTIVE)


class MajorTicket(models.Model):
    """A ticket's stay in a major incident: its lead, or attached as a duplicate. Rows are closed, never removed.

    `is_open` while the ticket is in it and the incident is not stood down: a ticket is in one open incident.
    """

    incident = models.ForeignKey(MajorIncident, on_delete=models.CASCADE, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="major_links")
    is_lead = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()
    detached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    detached_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-is_lead", "id")
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(is_open=True), name="one_open_major_per_ticket"),
            models.UniqueConstraint(
                fields=("incident", "ticket"), condition=Q(detached_at__isnull=True), name="a_ticket_is_in_it_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} in {self.incident_id}"


class MajorUpdate(models.Model):
    """What was said to everybody affected, in both languages, once."""

    incident = models.ForeignKey(MajorIncident, on_delete=models.CASCADE, related_name="updates")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_id = models.TextField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    next_update_at = models.DateTimeField(null=True)
    is_final = models.BooleanField(default=False)
    recipients = models.PositiveIntegerField(default=0)
    # the form's or client's own key: the second click of an impatient hand finds the row already there
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  NULLs never clash

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("incident", "number"), name="updates_are_numbered"),)

    def __str__(self) -> str:
        return f"{self.incident_id}.{self.number}"

    @property
    def words(self) -> str:
        """The text in the reader's language."""
        return self.text_id if in_indonesian() else self.text

    def text_in(self, language: str) -> str:
        """The text for a reader of that language."""
        return self.text_id if language.startswith("id") else self.text
