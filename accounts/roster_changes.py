"""Changing what is planned: shifts, overrides, absences, wanted cover. The rota is in `accounts.rota_changes`.

The team's lead and overseers edit; everybody of the team keeps their own absences. A row that is handed in is not saved
yet: it is checked here, by whoever made it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import (
    Absence,
    Membership,
    OnCallOverride,
    SingleShift,
    Team,
    User,
    WantedCover,
    WeeklyShift,
)
from accounts.roster import LONGEST_DUTY
from accounts.roster_policies import edits_roster, keeps_absence
from accounts.roster_words import span_words
from accounts.spans import local_date
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.time import database_now

Planned = WeeklyShift | SingleShift | OnCallOverride | WantedCover
Row = TypeVar("Row", bound=models.Model)
Entry = TypeVar("Entry", WeeklyShift, SingleShift, OnCallOverride, WantedCover, Absence)
LONGEST_SHIFT = timedelta(hours=24)
LONGEST_ABSENCE = timedelta(days=366)


def keep_weekly_shift(shift: WeeklyShift, *, actor: User) -> WeeklyShift:
    """Save a new or edited shift. One that has begun is changed from today on: its past is kept as a row of its own.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody of the team, a day that is none, or a last day before the first.
        Conflict: somebody has changed it meanwhile.
    """
    require_editor(actor, shift.team)
    require_member(shift.team, shift.person)
    if shift.valid_until and shift.valid_until < shift.valid_from:
        raise Invalid.field("valid_until", _("The last day is before the first."))
    with _held_team(shift.team) as team:
        before = _looked_at(shift)
        past = _past_of(before, shift, local_date(database_now(), team.time_zone)) if before else None
        kept = _kept(shift, WeeklyShift.objects.filter(team=team))
        if past:
            checked_and_saved(past)
    return kept


def keep_single_shift(shift: SingleShift, *, actor: User) -> SingleShift:
    """Save a new or edited shift of at most 24 hours.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody of the team, or an end that does not fit.
        Conflict: somebody has changed it meanwhile.
    """
    require_editor(actor, shift.team)
    require_member(shift.team, shift.person)
    _length(shift.start, shift.end, LONGEST_SHIFT, _("A shift is at most 24 hours."))
    with _held_team(shift.team) as team:
        _looked_at(shift)
        return _kept(shift, SingleShift.objects.filter(team=team))


def keep_override(override: OnCallOverride, *, actor: User) -> OnCallOverride:
    """Save a new or edited override of at most `LONGEST_DUTY`.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody of the team, an end that does not fit, or another override at that time.
        Conflict: somebody has changed it meanwhile.
    """
    require_editor(actor, override.team)
    require_member(override.team, override.person)
    longest = _("Somebody is on call for at most %(days)d days on end.") % {"days": LONGEST_DUTY.days}
    _length(override.start, override.end, LONGEST_DUTY, longest)
    with _held_team(override.team) as team:
        _looked_at(override)
        rows = OnCallOverride.objects.filter(team=team)
        others = rows.filter(start__lt=override.end, end__gt=override.start).exclude(pk=override.pk)
        other = others.select_related("person").first()
        if other and not (override.pk is None and _same(override, others)):
            told = {"who": other.person.name, "when": span_words(other.start, other.end)}
            raise Invalid.field("start", _("%(who)s is on call by name already: %(when)s.") % told)
        return _kept(override, rows)


def keep_cover(cover: WantedCover, *, actor: User) -> WantedCover:
    """Save how many people are wanted at some hours.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: a number or a day that is none.
        Conflict: somebody has changed it meanwhile.
    """
    require_editor(actor, cover.team)
    with _held_team(cover.team) as team:
        _looked_at(cover)
        return _kept(cover, WantedCover.objects.filter(team=team))


def keep_absence(absence: Absence, *, actor: User) -> Absence:
    """Save a new or edited absence of at most a year: one's own, or as a lead one of the team's.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: an end that does not fit, or nobody who works here.
        Conflict: somebody has changed it meanwhile.
    """
    if not keeps_absence(actor, absence):
        raise NotAllowed()
    if not absence.person.memberships.exists():
        raise Invalid.field("person", _("Choose somebody of the team."))
    _length(absence.start, absence.end, LONGEST_ABSENCE, _("An absence is at most a year."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=absence.person_id)
        _looked_at(absence)
        return _kept(absence, Absence.objects.filter(person=absence.person))


def set_time_zone(team: Team, *, actor: User, time_zone: str) -> None:
    """Say by which clock the team plans: shifts, hand-overs and cover keep their times of day.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: there is no such zone.
    """
    require_editor(actor, team)
    if time_zone not in available_timezones():
        raise Invalid.field("time_zone", _("Choose one of the list."))
    Team.objects.filter(pk=team.pk).update(time_zone=time_zone)
    team.time_zone = time_zone


def remove(row: Planned, *, actor: User) -> None:
    """Take something out of the plan. Duties that came from it vanish, past ones too.

    Raises:
        NotAllowed: the actor does not lead the team.
    """
    require_editor(actor, row.team)
    row.delete()


def remove_absence(absence: Absence, *, actor: User) -> None:
    """Take an absence away.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if not keeps_absence(actor, absence):
        raise NotAllowed()
    absence.delete()


def require_editor(actor: User, team: Team) -> None:
    if not edits_roster(actor, team):
        raise NotAllowed()


def require_member(team: Team, person: User, *, field: str = "person") -> None:
    if not Membership.objects.filter(team=team, user=person, user__is_active=True).exists():
        raise Invalid.field(field, _("Choose somebody of the team."))


@contextmanager
def _held_team(team: Team) -> Iterator[Team]:
    """The team, held, so that what is sent twice at once is seen by the second."""
    with transaction.atomic():
        yield Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _looked_at(row: Entry) -> Entry | None:
    """The row as it is stored; None for a new one. Raises Conflict where it is not the version that was edited."""
    if row.pk is None:
        return None
    held = type(row)._default_manager.filter(pk=row.pk).first()
    if held is None:
        raise NotVisible()
    if held.version != row.version:
        raise Conflict(_("Somebody has changed this meanwhile. What you typed is still here: save again to keep it."))
    return held


def _kept(row: Entry, rows: models.QuerySet[Entry]) -> Entry:
    """Save a row once: what is entered a second time is the first one."""
    same = _same(row, rows)
    if same and row.pk is None:
        return same
    if same:
        raise Invalid(_("There is one like this already."))
    if row.pk is not None:
        row.version += 1
    return checked_and_saved(row)


def _same(row: Entry, rows: models.QuerySet[Entry]) -> Entry | None:
    """Another of `rows` that says the same."""
    about = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del about["id"], about["version"]
    return rows.filter(**about).exclude(pk=row.pk).first()


def _past_of(before: WeeklyShift, shift: WeeklyShift, today: date) -> WeeklyShift | None:
    """What was before a change, ending the day before it; the change is made to begin today, or at its later first day.

    None where nothing of the past changes. Raises Invalid where the change ends before it begins.
    """
    yesterday = today - timedelta(days=1)
    if before.valid_from > yesterday:
        return None
    is_longer_or_shorter_only = all(
        getattr(before, name) == getattr(shift, name)
        for name in ("person_id", "weekdays", "start", "end", "valid_from")
    )
    ended = before.valid_until or today
    if is_longer_or_shorter_only and ended >= yesterday and (shift.valid_until or today) >= yesterday:
        return None
    shift.valid_from = max(today, shift.valid_from)
    if shift.valid_until and shift.valid_until < shift.valid_from:
        raise Invalid.field("valid_until", _("Past shifts stay as they were. Choose yesterday or a later day."))
    before.pk, before.version = None, 1
    last = shift.valid_from - timedelta(days=1)
    before.valid_until = min(before.valid_until or last, last)
    return before


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
