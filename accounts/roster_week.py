"""One week of a team's roster, day by day as its reader's calendar has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Absence, Team, User
from accounts.plan import ON_CALL
from accounts.roster import Roster
from accounts.roster_words import WHY, day_words, hours_words
from accounts.rota import Duty
from accounts.spans import Span, overlap

FIRST_YEAR, LAST_YEAR = 2001, 2099


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday in the reader's time zone."""

    monday: date

    @classmethod
    def named(cls, text: str) -> Self:
        """The week called "2026-W47"; this week for anything that is no such name."""
        try:
            monday = datetime.strptime(f"{text}-1", "%G-W%V-%u").date()  # noqa: DTZ007  a date has no zone
        except ValueError:
            return cls.now()
        return cls(monday) if FIRST_YEAR <= monday.year <= LAST_YEAR else cls.now()

    @classmethod
    def now(cls) -> Self:
        """The week that today belongs to."""
        return cls.of(timezone.now())

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The week that an instant belongs to."""
        day = timezone.localtime(moment).date()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def name(self) -> str:
        """As ISO 8601 writes it, "2026-W47"."""
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def previous(self) -> str:
        return Week(self.monday - timedelta(days=7)).name

    @property
    def next(self) -> str:
        return Week(self.monday + timedelta(days=7)).name

    @property
    def span(self) -> Span:
        """From its first instant up to the next week's."""
        return midnight(self.monday), midnight(self.monday + timedelta(days=7))

    @property
    def label(self) -> str:
        """Its first and last day: "Mon 16 Nov – Sun 22 Nov 2026"."""
        last = self.span[1] - timedelta(hours=1)
        return f"{day_words(self.span[0])} – {day_words(last)} {last.year}"

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=number) for number in range(7)]


@dataclass(frozen=True, slots=True)
class Shown:
    """One duty on one day. `swap_url` is where its owner asks to swap it, while they can."""

    duty: Duty
    person: User
    hours: str
    is_mine: bool
    is_on_call: bool
    is_on: bool
    why: str
    instead_of: User | None
    swap_url: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is absent on a day."""

    absence: Absence
    hours: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    start: datetime
    is_today: bool
    duties: list[Shown] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)

    @property
    def label(self) -> str:
        return day_words(self.start)


def midnight(day: date) -> datetime:
    """The first instant of a date in the reader's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def days_of(
    week: Week, team: Team, roster: Roster, *, reader: User, now: datetime, absences: list[Absence], asked: set[Any]
) -> list[Day]:
    """The seven days of a week.

    Args:
        absences: those to show; none on the page that is for everybody.
        asked: (kind, start) of the reader's duties that an open swap is about already.
    """
    duties = [duty for duty in roster.duties(*week.span) if duty.team == team.pk]
    duties.sort(key=lambda duty: (duty.kind != ON_CALL, duty.start))
    made = []
    for day in week.days:
        span = midnight(day), midnight(day + timedelta(days=1))
        shown = [_shown(duty, span, team, roster, reader, now, asked) for duty in duties if _on(duty, span)]
        away = [
            Away(row, hours_words((row.start, row.end), span), row.person_id == reader.pk)
            for row in absences
            if overlap((row.start, row.end), span)
        ]
        made.append(Day(day, span[0], day == timezone.localdate(), shown, away))
    return made


def swap_url(team: Team, duty: Duty) -> str:
    """Where to ask a colleague to take this duty."""
    about = {"kind": duty.kind, "start": duty.start.isoformat(), "end": duty.end.isoformat()}
    return f"{reverse('swap_new', args=[team.slug])}?{urlencode(about)}"


def _on(duty: Duty, span: Span) -> bool:
    return overlap((duty.start, duty.end), span) is not None


def _shown(duty: Duty, span: Span, team: Team, roster: Roster, reader: User, now: datetime, asked: set[Any]) -> Shown:
    is_mine = duty.person == reader.pk
    may_swap = is_mine and duty.start > now and duty.start >= span[0] and (duty.kind, duty.start) not in asked
    return Shown(
        duty=duty,
        person=roster.people[duty.person],
        hours=hours_words((duty.start, duty.end), span),
        is_mine=is_mine,
        is_on_call=duty.kind == ON_CALL,
        is_on=duty.covers(now),
        why=str(WHY.get(duty.why, "")),
        instead_of=roster.people.get(duty.instead_of or 0),
        swap_url=swap_url(team, duty) if may_swap else "",
    )
