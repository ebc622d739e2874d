"""Training: what is needed, what is planned, who was there."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.skills import Level, Skill
from accounts.models.teams import Team
from accounts.naming import Bilingual

PERSON = settings.AUTH_USER_MODEL
MAX_SEATS = 500


class TrainingSession(models.Model):
    """A time and place at which something is taught. Having been there may raise a level, never lower one."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="training_sessions", verbose_name=_("team"))
    topic = models.CharField(_("topic"), max_length=120)
    skill = models.ForeignKey(
        Skill, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("skill")
    )
    raises_to = models.PositiveSmallIntegerField(_("raises to level"), choices=Level.choices, null=True, blank=True)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    trainer = models.CharField(_("trainer"), max_length=120, blank=True)
    seats = models.PositiveSmallIntegerField(
        _("seats"), default=8, validators=[MinValueValidator(1), MaxValueValidator(MAX_SEATS)]
    )

    class Meta:
        ordering = ("start", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="training_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="training_has_seats"),
            models.CheckConstraint(
                condition=Q(raises_to__isnull=True) | Q(raises_to__gte=1, raises_to__lte=4),
                name="training_raises_to_1_to_4",
            ),
        )

    def __str__(self) -> str:
        return self.topic


class Attendance(models.Model):
    """One person at one session."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ATTENDED = "attended", _("Was there")
        MISSED = "missed", pgettext_lazy("training", "Missed")

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="attendances")
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    marked_at = models.DateTimeField(null=True, blank=True)
    # what being there did to the person's level, so that a wrong mark can be taken back; 0 is none
    raised_from = models.PositiveSmallIntegerField(null=True, blank=True)
    raised_to = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("person__name",)
        constraints = (models.UniqueConstraint(fields=("session", "person"), name="one_seat_per_person_and_session"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"


class TrainingNeed(Bilingual):
    """Somebody, or a whole team, should learn something; `label` says what. `evidence` holds what shows it, as data:

    `handovers` (their numbers), `tickets` (their keys), `certificates` (their numbers), `since` and `until` (dates).
    """

    class Reason(models.TextChoices):
        HANDED_BACK = "handed_back", _("Packets came back for missing information")
        WRONG_TEAM = "wrong_team", _("Packets went to the wrong team")
        KNOWN_FIX = "known_fix", _("What was escalated had a known fix")
        EXPIRED = "expired", _("A certificate has expired")
        BY_HAND = "by_hand", _("Entered by hand")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("training need", "Open")
        PLANNED = "planned", _("Planned")
        MET = "met", _("Met")
        DISMISSED = "dismissed", _("Dismissed")

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, null=True, blank=True, related_name="training_needs")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="training_needs")
    skill = models.ForeignKey(Skill, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    evidence = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    session = models.ForeignKey(TrainingSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="needs")
    decision = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ("-raised_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True), name="training_need_is_somebodys"
            ),
            models.UniqueConstraint(
                fields=("person", "reason", "name"),
                condition=Q(state__in=("open", "planned"), person__isnull=False),
                name="one_open_need_per_person",
            ),
            models.UniqueConstraint(
                fields=("team", "reason", "name"),
                condition=Q(state__in=("open", "planned"), team__isnull=False),
                name="one_open_need_per_team",
            ),
        )

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in (self.State.OPEN, self.State.PLANNED)

    @property
    def count(self) -> int:
        """How many times it happened, as far as it was counted."""
        return len(self.evidence.get("handovers", ()) or self.evidence.get("certificates", ()))
