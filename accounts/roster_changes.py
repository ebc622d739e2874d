"""Changing what is planned: shifts, the rota, overrides, absences, wanted cover. Swaps are in `accounts.roster_swaps`.

The team's lead and overseers edit; everybody of the team keeps their own absences. A row that is handed in is not saved
yet: it is checked here, by whoever made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import (
    Absence,
    Membership,
    OnCallOverride,
    Rota,
    RotaTurn,
    SingleShift,
    Team,
    User,
    WantedCover,
    WeeklyShift,
)
from accounts.models.roster import MAX_TURN_DAYS
from accounts.roster import LONGEST_DUTY
from accounts.roster_policies import edits_roster, keeps_absence
from core.errors import Conflict, Invalid, NotAllowed

Planned = WeeklyShift | SingleShift | OnCallOverride | WantedCover
Row = TypeVar("Row", bound=models.Model)
LONGEST_SHIFT = timedelta(hours=24)
LONGEST_ABSENCE = timedelta(days=366)


def keep_weekly_shift(shift: WeeklyShift, *, actor: User) -> WeeklyShift:
    """Save a new or edited shift.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody of the team, a day that is none, or a last day before the first.
    """
    _editor(actor, shift.team)
    _member(shift.team, shift.person)
    if shift.valid_until and shift.valid_until < shift.valid_from:
        raise Invalid.field("valid_until", _("The last day is before the first."))
    return checked_and_saved(shift)


def keep_single_shift(shift: SingleShift, *, actor: User) -> SingleShift:
    """Save a new or edited shift of at most 24 hours.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody of the team, or an end that does not fit.
    """
    _editor(actor, shift.team)
    _member(shift.team, shift.person)
    _length(shift.start, shift.end, LONGEST_SHIFT, _("A shift is at most 24 hours."))
    return checked_and_saved(shift)


def keep_override(override: OnCallOverride, *, actor: User) -> OnCallOverride:
    """Save a new or edited override of at most `LONGEST_DUTY`.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody of the team, or an end that does not fit.
    """
    _editor(actor, override.team)
    _member(override.team, override.person)
    longest = _("Somebody is on call for at most %(days)d days on end.") % {"days": LONGEST_DUTY.days}
    _length(override.start, override.end, LONGEST_DUTY, longest)
    return checked_and_saved(override)


def keep_cover(cover: WantedCover, *, actor: User) -> WantedCover:
    """Save how many people are wanted at some hours.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: a number or a day that is none.
    """
    _editor(actor, cover.team)
    return checked_and_saved(cover)


def keep_absence(absence: Absence, *, actor: User) -> Absence:
    """Save a new or edited absence of at most a year: one's own, or as a lead one of the team's.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: an end that does not fit, or nobody who works here.
    """
    if not keeps_absence(actor, absence):
        raise NotAllowed()
    if not absence.person.memberships.exists():
        raise Invalid.field("person", _("Choose somebody of the team."))
    _length(absence.start, absence.end, LONGEST_ABSENCE, _("An absence is at most a year."))
    return checked_and_saved(absence)


def keep_rota(
    team: Team, *, actor: User, people: Sequence[User], days: int, first_day: date, hand_over: time, version: int
) -> Rota:
    """Set who is on call in turn.

    Args:
        people: in their order; the first has the first turn.
        days: how many a turn has, 1 to 28.
        first_day, hand_over: when the first turn begins, by the clock of the team's zone.
        version: of the rota that was looked at; 0 where there was none.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody, somebody twice or from elsewhere, or a number of days that does not fit.
        Conflict: somebody has changed it meanwhile.
    """
    _editor(actor, team)
    if not people:
        raise Invalid.field("people", _("Choose at least one person."))
    if len({person.pk for person in people}) < len(people):
        raise Invalid.field("people", _("Each person has one place in the order."))
    for person in people:
        _member(team, person, field="people")
    if not 1 <= days <= MAX_TURN_DAYS:
        raise Invalid.field("days", _("A turn is of 1 to %(days)d days.") % {"days": MAX_TURN_DAYS})
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        rota = Rota.objects.filter(team=team).first() or Rota(team=team, version=0)
        if rota.version != version:
            raise Conflict(_("Somebody has changed this rota meanwhile. Look at it again."))
        rota.days, rota.first_day, rota.hand_over, rota.version = days, first_day, hand_over, version + 1
        rota.save()
        rota.turns.all().delete()
        RotaTurn.objects.bulk_create(RotaTurn(rota=rota, person=one, position=n) for n, one in enumerate(people))
    return rota


def set_time_zone(team: Team, *, actor: User, time_zone: str) -> None:
    """Say by which clock the team plans: shifts, hand-overs and cover keep their times of day.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: there is no such zone.
    """
    _editor(actor, team)
    if time_zone not in available_timezones():
        raise Invalid.field("time_zone", _("Choose one of the list."))
    Team.objects.filter(pk=team.pk).update(time_zone=time_zone)
    team.time_zone = time_zone


def remove(row: Planned | Rota, *, actor: User) -> None:
    """Take something out of the plan. Duties that came from it vanish, past ones too.

    Raises:
        NotAllowed: the actor does not lead the team.
    """
    _editor(actor, row.team)
    row.delete()


def remove_absence(absence: Absence, *, actor: User) -> None:
    """Take an absence away.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if not keeps_absence(actor, absence):
        raise NotAllowed()
    absence.delete()


def _editor(actor: User, team: Team) -> None:
    if not edits_roster(actor, team):
        raise NotAllowed()


def _member(team: Team, person: User, *, field: str = "person") -> None:
    if not Membership.objects.filter(team=team, user=person, user__is_active=True).exists():
        raise Invalid.field(field, _("Choose somebody of the team."))


def _length(start: datetime, end: datetime, longest: timedelta, words: str) -> None:
    if end <= start:
        raise Invalid.field("end", _("The end is not after the start."))
    if end - start > longest:
        raise Invalid.field("end", words)


def checked_and_saved(row: Row) -> Row:
    """Save a row that its own fields and constraints allow. Raises Invalid, by field."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(_("This cannot be saved."), fields=error.message_dict) from None
    row.save()
    return row
