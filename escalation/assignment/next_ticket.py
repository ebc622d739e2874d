"""The best ticket for somebody who is free now, and why it is that one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.spoken_numbers import grouped
from core.spoken_time import compact_duration
from escalation.assignment.words import in_each_language
from tickets.choices import Status
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.reading import time_left

# so many of each team are looked at in one go: that many people can press at once before anybody looks again
LOOKAHEAD = 20
MOST_LOOKS = 5
# a queue longer than this is not counted to its end: that would cost more than finding its first ticket
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Next:
    """A ticket and why it comes first, in each language."""

    ticket: Ticket
    reason: Mapping[str, str]


def next_for(user: User, now: datetime) -> Next | None:
    """The best free ticket of this person's teams; None when nothing is free.

    The soonest promise comes first, late ones before all; then the priority, then what they can answer in its own
    language, then the oldest.
    """
    ticket = _first(user, _looked_at(user, ()))
    return Next(ticket, reason_for(user, ticket, now)) if ticket else None


def claim(user: User) -> Ticket | None:
    """As `next_for`, locked until the transaction ends; one that somebody else is taking right now is passed over."""
    tried: list[int] = []
    for _look in range(MOST_LOOKS):
        found = _looked_at(user, tried)
        if not found:
            return None
        if ticket := _first(user, found, locked=True):
            return ticket
        tried += found
    return None


def reason_for(user: User, ticket: Ticket, now: datetime) -> dict[str, str]:
    """Why this one: "Promised earliest of 14 in Network: 23m left". The time is working time, as everywhere."""
    in_team = free(user).of_team(ticket.team_id or 0).exclude(pk=ticket.pk)
    count = in_team[:MOST_COUNTED].count() + 1
    left = time_left([ticket], now).get(ticket.pk)
    return in_each_language(lambda: _sentence(ticket, count, left, now))


def free(user: User) -> TicketQuerySet:
    """Live tickets this person may see that nobody owns and that wait for nothing."""
    tickets = Ticket.objects.visible_to(user).live().unassigned()
    return tickets.filter(status__in=(Status.NEW, Status.OPEN))


def not_free(user: User) -> dict[str, int]:
    """What there is in this person's teams beside: how many tickets have an owner, and how many wait."""
    theirs = Ticket.objects.visible_to(user).live().filter(team_id__in=[team.pk for team in user.hats.my_teams])
    waiting = Q(status=Status.PENDING)
    return theirs.aggregate(owned=Count("pk", filter=~waiting), waiting=Count("pk", filter=waiting))


def _looked_at(user: User, tried: Iterable[int]) -> list[int]:
    """Numbers of the first free tickets of each team: one query that reads so many rows of each team's index."""
    each = [_of(user, team, tried) for team in user.hats.my_teams]
    if not each:
        return []
    return list(each[0].union(*each[1:], all=True) if each[1:] else each[0])


def _of(user: User, team: Team, tried: Iterable[int]) -> Any:
    tickets = free(user).of_team(team.pk).exclude(pk__in=list(tried))
    return tickets.order_by(*_order(user)).values_list("pk", flat=True)[:LOOKAHEAD]


def _first(user: User, found: list[int], *, locked: bool = False) -> Ticket | None:
    # asked again whether it is free: it may have been taken since it was found
    tickets = free(user).filter(pk__in=found).order_by(*_order(user))
    if locked:
        tickets = tickets.select_for_update(skip_locked=True, of=("self",))
    return tickets.select_related("team__tier", "tier").first()


def _order(user: User) -> tuple[Any, ...]:
    """What fits somebody is the language; a rule that asks for a skill would put what they have learnt beside it."""
    fits = Case(When(language__in=user.languages, then=Value(0)), default=Value(1), output_field=IntegerField())
    return F("next_due_at").asc(nulls_last=True), "priority", fits, "opened_at", "pk"


def _sentence(ticket: Ticket, count: int, left: Any, now: datetime) -> str:
    team = ticket.team.label if ticket.team else ""
    words = {"count": grouped(count), "team": team, "time": ""}
    if count > MOST_COUNTED:
        words["count"] = f"{grouped(MOST_COUNTED)}+"
    if left is None or ticket.next_due_at is None:
        said = _("The most urgent of %(count)s in %(team)s") if count > 1 else _("The only free one in %(team)s")
        return said % words
    is_late = ticket.next_due_at <= now
    words["time"] = compact_duration(max(abs(left.remaining_seconds), 1), days=False)
    if is_late and count > 1:
        return _("Promised earliest of %(count)s in %(team)s: %(time)s overdue") % words
    if is_late:
        return _("The only free one in %(team)s: %(time)s overdue") % words
    if count > 1:
        return _("Promised earliest of %(count)s in %(team)s: %(time)s left") % words
    return _("The only free one in %(team)s: %(time)s left") % words
