from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, Team, Tier
from accounts.naming import Bilingual, in_indonesian


class Service(Bilingual):
    """Something IT provides. Its support line says which team stands on which rung for it."""

    class State(models.TextChoices):
        OPERATIONAL = "operational", _("All good")
        DEGRADED = "degraded", _("Degraded")
        OUTAGE = "outage", _("Outage")
        PLANNED = "planned", _("Planned work")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    icon = models.CharField(_("icon"), max_length=40, default="box")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPERATIONAL)
    state_note = models.CharField(_("note on the state"), max_length=200, blank=True)
    state_note_id = models.CharField(_("note on the state in Indonesian"), max_length=200, blank=True)
    is_critical = models.BooleanField(_("critical"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    support_line: models.ManyToManyField[Team, SupportTeam] = models.ManyToManyField(Team, through="SupportTeam")

    class Meta:
        ordering = ("position", "name")

    @property
    def note(self) -> str:
        """The note on the state in the reader's language."""
        return self.state_note_id if in_indonesian() and self.state_note_id else self.state_note


class SupportTeam(models.Model):
    """The team that stands on one rung for one service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="support_teams")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT)
    team = models.ForeignKey(Team, on_delete=models.PROTECT)

    class Meta:
        ordering = ("tier__level",)
        constraints = (models.UniqueConstraint(fields=("service", "tier"), name="one_team_per_service_and_tier"),)

    def __str__(self) -> str:
        return f"{self.service} · {self.tier}: {self.team}"


class Category(Bilingual):
    """A kind of trouble or wish within a service; brings its own intake fields."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Incident")
        REQUEST = "request", _("Request")

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="categories")
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.INCIDENT)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("service__position", "position", "name")
        verbose_name_plural = "categories"


class IntakeField(models.Model):
    """One question a category asks."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        BOOLEAN = "bool", _("Yes or no")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="intake_fields")
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("label"), max_length=160)
    label_id = models.CharField(_("label in Indonesian"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    required = models.BooleanField(_("required"), default=False)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("category", "key"), name="one_intake_key_per_category"),)

    def __str__(self) -> str:
        return self.label


# what the search for assets compares; the index holds exactly this
ASSET_WORDS = SearchVector("tag", "name", "kind", config="simple")


class Asset(models.Model):
    tag = models.CharField(_("tag"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="assets"
    )
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="assets")
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ("tag",)
        indexes = (GinIndex(ASSET_WORDS, name="asset_words"),)

    def __str__(self) -> str:
        return f"{self.tag} {self.name}"


class Vendor(models.Model):
    """Somebody outside who is called for help, under contracts."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    portal_url = models.URLField(_("portal address"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """What a vendor promised: for which services, from when until when, and the minutes to a solution by priority.

    In whose hours the minutes count is kept by `escalation`. Without services it is for all of them.
    """

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(_("number"), max_length=80)
    services: models.ManyToManyField[Service, models.Model] = models.ManyToManyField(
        Service, blank=True, related_name="contracts"
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    solve_p1 = models.PositiveIntegerField(_("P1, minutes to a solution"), null=True, blank=True)
    solve_p2 = models.PositiveIntegerField(_("P2, minutes to a solution"), null=True, blank=True)
    solve_p3 = models.PositiveIntegerField(_("P3, minutes to a solution"), null=True, blank=True)
    solve_p4 = models.PositiveIntegerField(_("P4, minutes to a solution"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("vendor__name", "number")
        constraints = (
            models.UniqueConstraint(fields=("vendor", "number"), name="one_contract_per_vendor_and_number"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="contract_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor}, {self.number}"

    @property
    def minutes(self) -> dict[int, int]:
        """Minutes to a solution by priority, 1 to 4; a priority nothing is promised for is left out."""
        promised = {1: self.solve_p1, 2: self.solve_p2, 3: self.solve_p3, 4: self.solve_p4}
        return {priority: minutes for priority, minutes in promised.items() if minutes}

    def why_not(self, day: date) -> str:
        """Why it cannot be called upon on this day; empty where it can."""
        if not self.is_active:
            return gettext("This contract is switched off.")
        if day < self.valid_from:
            return gettext("This contract begins on %(day)s.") % {"day": date_format(self.valid_from, "j M Y")}
        if self.valid_until and day > self.valid_until:
            return gettext("This contract ended on %(day)s.") % {"day": date_format(self.valid_until, "j M Y")}
        return ""
