from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.naming import Bilingual


class SlaPolicy(Bilingual):
    """A promise: which tickets it is for and what is promised stands in its versions; `current` is the one in force.

    The first active policy by order whose conditions hold decides; the default one is for tickets no other fits.
    """

    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    is_default = models.BooleanField(_("for tickets no other policy fits"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Is told when the policy cannot be used."),
    )
    current = models.ForeignKey(
        "escalation.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    broken = models.CharField(_("why it is skipped"), max_length=300, blank=True, editable=False)
    broken_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("position", "pk")
        verbose_name_plural = "SLA policies"
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="one_default_policy"
            ),
        )


class PolicyVersion(models.Model):
    """One wording of a policy; never edited. `definition` is read by `escalation.policy_definition`.

    The calendar stands beside the definition so that the database keeps it from being deleted.
    """

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    calendar = models.ForeignKey("escalation.BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("policy", "number"), name="one_policy_version_per_number"),)

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"
