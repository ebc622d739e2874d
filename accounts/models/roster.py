"""What was planned for the roster. Who has which duty follows from it and is nowhere stored: see `accounts.rota`."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.teams import Team
from accounts.plan import ON_CALL, SHIFT
from core.spoken_time import weekday_and_time

PERSON = settings.AUTH_USER_MODEL
MAX_TURN_DAYS = 28
MAX_PEOPLE_WANTED = 50


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


def _weekdays() -> ArrayField:
    return ArrayField(models.PositiveSmallIntegerField(choices=Weekday.choices), verbose_name=_("weekdays"), size=7)


class Versioned(models.Model):
    """Counts its changes, so that a form drawn before one of them does not undo it."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Spanned(models.Model):
    """From `start` up to, and not at, `end`."""

    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))

    class Meta:
        abstract = True
        ordering = ("start", "pk")
        constraints = (models.CheckConstraint(condition=Q(end__gt=F("start")), name="%(class)s_ends_after_it_starts"),)

    @property
    def when(self) -> str:
        """From when to when, by the reader's own clock."""
        return f"{weekday_and_time(self.start)} – {weekday_and_time(self.end)}"


class WeeklyShift(Versioned):
    """A shift that comes back, by the clock of the team's zone; an end at or before the start is on the next day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="weekly_shifts")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="weekly_shifts", verbose_name=_("person"))
    weekdays = _weekdays()
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"))
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        ordering = ("start", "person__name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="weekly_shift_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(weekdays__len__gt=0), name="weekly_shift_has_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.start:%H:%M}–{self.end:%H:%M}"


class SingleShift(Spanned, Versioned):
    """One shift that does not come back."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="single_shifts")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="single_shifts", verbose_name=_("person"))

    def __str__(self) -> str:
        return f"{self.person} · {self.when}"


class Rota(models.Model):
    """Who is on call in turn, until the team's next rota begins or this one is taken away.

    It counts from its first turn, or from `begins` where it was entered after that: what is past stays as it was.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="rotas")
    days = models.PositiveSmallIntegerField(
        _("days in a turn"), default=7, validators=[MinValueValidator(1), MaxValueValidator(MAX_TURN_DAYS)]
    )
    first_day = models.DateField(_("first day"))
    hand_over = models.TimeField(_("handed over at"))
    begins = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=MAX_TURN_DAYS), name="rota_turn_is_of_days"),
        )

    def __str__(self) -> str:
        return str(self.team)


class RotaTurn(models.Model):
    """One person's place in the order."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="turns")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="rota_turns")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("rota", "position"), name="one_person_per_place_in_a_rota"),
            models.UniqueConstraint(fields=("rota", "person"), name="one_place_per_person_in_a_rota"),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.person}"


class OnCallOverride(Spanned, Versioned):
    """On call by name for a while, whoever's turn it is; the one entered later wins."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="overrides")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="overrides", verbose_name=_("person"))

    def __str__(self) -> str:
        return f"{self.person} · {self.when}"


class Absence(Spanned, Versioned):
    """Somebody is not there, in any of their teams. Kind and note are for the team only."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick")
        TRAINING = "training", pgettext_lazy("absence", "Training")
        OTHER = "other", pgettext_lazy("absence", "Other")

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.LEAVE)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Only the team reads it."))

    def __str__(self) -> str:
        return f"{self.person} · {self.when}"


class Swap(Spanned):
    """One occurrence of somebody's duty, offered to a colleague. Only an approved one changes the roster."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for the colleague")
        AGREED = "agreed", _("Waits for the team lead")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        UNDONE = "undone", _("Undone")

    class Duty(models.TextChoices):
        SHIFT = SHIFT, _("Shift")
        ON_CALL = ON_CALL, _("On call")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="swaps")
    kind = models.CharField(max_length=10, choices=Duty.choices)
    asker = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="swaps_asked")
    colleague = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="swaps_offered")
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("start", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="swap_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(asker=F("colleague")), name="swap_is_with_somebody_else"),
            models.UniqueConstraint(
                fields=("team", "kind", "asker", "start"),
                condition=Q(state__in=("asked", "agreed")),
                name="one_open_swap_per_duty",
            ),
        )

    def __str__(self) -> str:
        return f"{self.asker} → {self.colleague} · {self.when}"

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to answer."""
        return self.state in (self.State.ASKED, self.State.AGREED)


class WantedCover(Versioned):
    """How many people a team wants on shift at these hours, so that gaps are known."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="wanted_cover")
    weekdays = _weekdays()
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"))
    people = models.PositiveSmallIntegerField(
        _("people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_PEOPLE_WANTED)]
    )

    class Meta:
        ordering = ("start", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(people__gte=1), name="wanted_cover_is_of_somebody"),
            models.CheckConstraint(condition=Q(weekdays__len__gt=0), name="wanted_cover_has_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.people} · {self.start:%H:%M}–{self.end:%H:%M}"


class FeedToken(models.Model):
    """A secret address under which calendar programs read one person's duties, or those of one team."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="feed_tokens")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.person} ({self.prefix}…)"
