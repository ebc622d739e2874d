"""Time spent on a ticket: logged, corrected, taken away, brought back. Each is a row of its own."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from core.time import database_now
from tickets.commands._change import change, held
from tickets.models import Ticket, TimeEntry
from tickets.models.time import DAY_MINUTES
from tickets.texts import checked_remark
from tickets.time_spent import spoken_minutes


def log_time(
    ticket: Ticket,
    *,
    actor: User,
    minutes: int,
    day: date | None = None,
    kind: str = TimeEntry.Kind.WORK,
    note: str = "",
    at: datetime | None = None,
) -> TimeEntry:
    """Write down the actor's own time.

    Args:
        minutes: 1 to 1440.
        day: on which day; today where the actor is by default, never a day to come.
        note: at most 500 characters, for staff.

    Raises:
        Invalid: on `minutes`, `day`, `kind` or `note`.  NotAllowed: as `change`.
    """
    checked = _checked(minutes, day, kind, note)
    with change(ticket, "log_time", actor=actor, at=at) as step:
        row = TimeEntry.objects.create(ticket=step.ticket, person=actor, created_at=step.at, **checked)
        step.data.update(entry=row.pk, about=spoken_minutes(minutes))
    return row


def correct_time(
    entry: TimeEntry,
    *,
    actor: User,
    minutes: int,
    day: date,
    kind: str = TimeEntry.Kind.WORK,
    note: str = "",
    at: datetime | None = None,
) -> TimeEntry:
    """Put another row in the place of one's own; nothing happens where they say the same.

    Raises:
        Invalid: as `log_time`; or it was corrected meanwhile.  NotAllowed: it is somebody else's.
    """
    return _instead(entry, "correct_time", actor=actor, at=at, values=_checked(minutes, day, kind, note))


def drop_time(entry: TimeEntry, *, actor: User, at: datetime | None = None) -> TimeEntry:
    """Take one's own time away.

    Raises:
        Invalid: it was corrected meanwhile.  NotAllowed: it is somebody else's.
    """
    return _instead(entry, "drop_time", actor=actor, at=at, values={**_values(entry), "minutes": 0})


def restore_time(entry: TimeEntry, *, actor: User, at: datetime | None = None) -> TimeEntry:
    """Take a correction back: what it stood for counts again.

    Raises:
        Invalid: there is nothing before it, or it was corrected meanwhile.  NotAllowed: it is somebody else's.
    """
    if entry.corrects is None:
        raise Invalid(_("This step cannot be taken back."))
    return _instead(entry, "correct_time", actor=actor, at=at, values=_values(entry.corrects))


def _instead(entry: TimeEntry, verb: str, *, actor: User, at: datetime | None, values: dict) -> TimeEntry:
    if entry.person_id != actor.pk:
        raise NotAllowed()
    with held(entry.ticket) as ticket:
        # read under the ticket's lock: two corrections of one row would both count
        if TimeEntry.objects.filter(corrects=entry).exists():
            raise Invalid(_("This was corrected meanwhile."))
        if values == _values(entry):
            return entry
        with change(ticket, verb, actor=actor, at=at) as step:
            row = TimeEntry.objects.create(ticket=ticket, person=actor, created_at=step.at, corrects=entry, **values)
            step.data.update(entry=row.pk, about=spoken_minutes(row.minutes or entry.minutes))
    return row


def _values(entry: TimeEntry) -> dict:
    return {"minutes": entry.minutes, "day": entry.day, "kind": entry.kind, "note": entry.note}


def _checked(minutes: int, day: date | None, kind: str, note: str) -> dict:
    if not 0 < minutes <= DAY_MINUTES:
        raise Invalid.field("minutes", _("Give between a minute and 24 hours."))
    today = timezone.localdate(database_now())
    day = day or today
    if day > today:
        raise Invalid.field("day", _("Choose today or a day before."))
    if kind not in TimeEntry.Kind.values:
        raise Invalid.field("kind", _("Choose what kind of work it was."))
    return {"minutes": minutes, "day": day, "kind": kind, "note": checked_remark(note, "note")}
