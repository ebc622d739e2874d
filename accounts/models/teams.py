from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.naming import Bilingual

NUMERALS = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}


class Tier(Bilingual):
    """A rung of the ladder. Level I is the front line."""

    level = models.PositiveSmallIntegerField(_("level"), unique=True)

    class Meta:
        ordering = ("level",)

    @property
    def numeral(self) -> str:
        return NUMERALS.get(self.level, str(self.level))


class Team(Bilingual):
    """People who share a queue, standing on one rung of the ladder."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="teams")
    email = models.EmailField(_("email"), blank=True)
    is_restricted = models.BooleanField(
        _("restricted"), default=False, help_text=_("Only members see this team's tickets.")
    )
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.SET_NULL, null=True, blank=True, related_name="teams",
        verbose_name=_("department"),
    )  # fmt: skip
    # the clock its roster is planned by
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Jakarta")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")

    class Meta:
        ordering = ("tier__level", "name")


class Membership(models.Model):
    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.AGENT)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "team"), name="one_membership_per_user_and_team"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.team} ({self.role})"
