"""Changing who is on call in turn. A new rota counts from its first day on, and never before now: past duties stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Rota, RotaTurn, Team, User
from accounts.models.roster import MAX_TURN_DAYS
from accounts.roster import minutes_of
from accounts.roster_changes import require_editor, require_member
from accounts.spans import instant
from core.errors import Conflict, Invalid, NotVisible
from core.time import database_now


@dataclass(frozen=True, slots=True)
class Rotas:
    """A team's rotas at one instant: the one that counts, and the one that will. `entered` is how many changes were."""

    standing: Rota | None
    planned: Rota | None
    entered: int

    @property
    def latest(self) -> Rota | None:
        """What an editor changes: the planned one, where there is one."""
        return self.planned or self.standing


def rotas_of(team: Team, now: datetime) -> Rotas:
    """The team's rotas as they stand at `now`, with their people."""
    rows = list(Rota.objects.filter(team=team).order_by("pk").prefetch_related("turns__person"))
    begun = [row for row in rows if _begins(row, team) <= now]
    standing = max(begun, key=lambda row: (_begins(row, team), row.pk), default=None)
    if standing and standing.ends and standing.ends <= now:
        standing = None
    planned = next((row for row in reversed(rows) if _begins(row, team) > now), None)
    return Rotas(standing, planned, max((row.version for row in rows), default=0))


def keep_rota(
    team: Team, *, actor: User, people: Sequence[User], days: int, first_day: date, hand_over: time, version: int
) -> Rota:
    """Set who is on call in turn. The rota that stands holds until the first turn; one that was planned is replaced.

    Args:
        people: in their order; the first has the first turn.
        days: how many a turn has, 1 to 28.
        first_day, hand_over: when the first turn begins, by the clock of the team's zone; one that has begun already
            counts from now.
        version: of the rota that was looked at; 0 where there was none.

    Raises:
        NotAllowed: the actor does not lead the team.
        Invalid: nobody, somebody twice or from elsewhere, or a number of days that does not fit.
        Conflict: somebody has changed it meanwhile.
    """
    require_editor(actor, team)
    _fits(team, people, days)
    with transaction.atomic():
        held, now = Team.objects.select_for_update(no_key=True).get(pk=team.pk), database_now()
        found = rotas_of(held, now)
        latest = found.latest
        if (latest.version if latest else 0) != version:
            raise Conflict(_("Somebody has changed this rota meanwhile. Look at it again."))
        rota = Rota(team=held, days=days, first_day=first_day, hand_over=hand_over, version=found.entered + 1)
        if latest and _says(latest) == (days, first_day, hand_over, [person.pk for person in people]):
            return latest
        if _begins(rota, held) < now:
            rota.begins = now
        if found.planned:
            found.planned.delete()
        rota.save()
        RotaTurn.objects.bulk_create(RotaTurn(rota=rota, person=one, position=n) for n, one in enumerate(people))
    return rota


def remove_rota(team: Team, *, actor: User) -> None:
    """Take away the rota that is planned, or else end the one that stands; past duties stay.

    Raises:
        NotAllowed: the actor does not lead the team.
        NotVisible: there is none.
    """
    require_editor(actor, team)
    with transaction.atomic():
        held, now = Team.objects.select_for_update(no_key=True).get(pk=team.pk), database_now()
        found = rotas_of(held, now)
        if found.planned:
            found.planned.delete()
            if found.standing:
                Rota.objects.filter(pk=found.standing.pk).update(version=found.entered + 1)
        elif found.standing:
            Rota.objects.filter(pk=found.standing.pk).update(ends=now, version=found.entered + 1)
        else:
            raise NotVisible()


def _fits(team: Team, people: Sequence[User], days: int) -> None:
    if not people:
        raise Invalid.field("people", _("Choose at least one person."))
    if len({person.pk for person in people}) < len(people):
        raise Invalid.field("people", _("Each person has one place in the order."))
    for person in people:
        require_member(team, person, field="people")
    if not 1 <= days <= MAX_TURN_DAYS:
        raise Invalid.field("days", _("A turn is of 1 to %(days)d days.") % {"days": MAX_TURN_DAYS})


def _begins(rota: Rota, team: Team) -> datetime:
    """When it begins to count."""
    first = instant(rota.first_day, minutes_of(rota.hand_over), team.time_zone)
    return max(first, rota.begins or first)


def _says(rota: Rota) -> tuple[int, date, time, list[int]]:
    return rota.days, rota.first_day, rota.hand_over, [turn.person_id for turn in rota.turns.all()]
