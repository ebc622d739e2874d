"""What people can do, and the papers that show it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.naming import Bilingual

PERSON = settings.AUTH_USER_MODEL


class Level(models.IntegerChoices):
    """How well somebody can do it."""

    LEARNING = 1, pgettext_lazy("skill level", "learning")
    ALONE = 2, pgettext_lazy("skill level", "works alone")
    EXPERIENCED = 3, pgettext_lazy("skill level", "experienced")
    TEACHES = 4, pgettext_lazy("skill level", "teaches others")


class Skill(Bilingual):
    """Something that can be learnt. Some count only with a certificate that is valid."""

    needs_certificate = models.BooleanField(_("needs a certificate"), default=False)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("name",), name="one_skill_of_a_name"),)


class PersonSkill(models.Model):
    """One person's level in one skill; no row means none."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="people")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)

    class Meta:
        ordering = ("skill__name",)
        constraints = (
            models.UniqueConstraint(fields=("person", "skill"), name="one_level_per_person_and_skill"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="skill_level_is_1_to_4"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.skill} {self.level}"


class Certificate(models.Model):
    """A paper somebody holds. It is valid on both of its dates and between them."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="certificates")
    name = models.CharField(_("name"), max_length=120)
    skill = models.ForeignKey(
        Skill, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates", verbose_name=_("skill")
    )
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta:
        ordering = ("expires_on", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="certificate_expires_after_it_is_issued",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.person})"

    def is_valid_on(self, day: date) -> bool:
        """Whether it counts on this date."""
        return self.issued_on <= day and (self.expires_on is None or day <= self.expires_on)


class CertificateReminder(models.Model):
    """A date on which holder and leads are told that a certificate expires: work that is due, and its record."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_on",)
        constraints = (
            models.UniqueConstraint(fields=("certificate", "days_before"), name="one_reminder_per_certificate_and_day"),
        )
        indexes = (
            # read by accounts.certificates.remind_due: what is due and not told
            models.Index(fields=("due_on",), name="reminder_due", condition=Q(told_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.due_on}"
