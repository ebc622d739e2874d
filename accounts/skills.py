"""Reading skills and certificates: who can do what, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.models import Certificate, PersonSkill, Skill, Team, User

EXPIRING_DAYS = 60


@dataclass(slots=True)
class Cell:
    """One person's place in one skill's column. `is_held` is what `holds` would say to their own level."""

    level: int = 0
    is_held: bool = False


@dataclass(slots=True)
class Matrix:
    """People by skills."""

    skills: list[Skill]
    rows: list[tuple[User, list[Cell]]] = field(default_factory=list)


def holds(user_id: int, skill_id: int, level: int, on: date) -> bool:
    """Whether somebody can do something on a date.

    Args:
        level: the least level that is wanted, 1 to 4.
        on: a date; where the skill demands a certificate, one of it must be valid then.
    """
    known = PersonSkill.objects.filter(person_id=user_id, skill_id=skill_id, level__gte=level).select_related("skill")
    row = known.first()
    if row is None:
        return False
    return not row.skill.needs_certificate or valid_on(on).filter(person_id=user_id, skill_id=skill_id).exists()


def valid_on(day: date) -> QuerySet[Certificate]:
    """Certificates that count on a date."""
    return Certificate.objects.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day), issued_on__lte=day)


def expiring(people: Iterable[User], day: date) -> QuerySet[Certificate]:
    """Certificates of these people that have expired or will within 60 days and that no newer one replaces."""
    later = day + timedelta(days=EXPIRING_DAYS)
    found = Certificate.objects.filter(person__in=people, expires_on__lte=later)
    return found.exclude(pk__in=_replaced(found, later)).select_related("person", "skill").order_by("expires_on")


def expired(day: date) -> list[Certificate]:
    """Certificates of people who work here that have expired before `day` and that no newer one replaces."""
    found = Certificate.objects.filter(
        expires_on__lt=day, person__is_active=True, person__memberships__isnull=False
    ).distinct()
    gone = _replaced(found, day - timedelta(days=1))
    return [one for one in found.select_related("person", "skill").order_by("pk") if one.pk not in gone]


def matrix(team: Team, day: date) -> Matrix:
    """The team's people by the skills that any of them has; four queries."""
    people = list(User.objects.filter(memberships__team=team, is_active=True).order_by("name"))
    levels = list(PersonSkill.objects.filter(person__in=people).select_related("skill"))
    papers = set(valid_on(day).filter(person__in=people).values_list("person_id", "skill_id"))
    known = {row.skill_id: row.skill for row in levels}
    found = Matrix(sorted(known.values(), key=lambda skill: skill.label))
    by_both = {(row.person_id, row.skill_id): row.level for row in levels}
    for person in people:
        cells = []
        for skill in found.skills:
            level = by_both.get((person.pk, skill.pk), 0)
            is_held = bool(level) and (not skill.needs_certificate or (person.pk, skill.pk) in papers)
            cells.append(Cell(level, is_held))
        found.rows.append((person, cells))
    return found


def _replaced(found: QuerySet[Certificate], day: date) -> set[int]:
    """Those of `found` that somebody holds anew: the same name, and valid after `day`."""
    lasting = Q(expires_on__isnull=True) | Q(expires_on__gt=day)
    newer = Certificate.objects.filter(lasting, person__in=found.order_by().values("person"))
    held = {(row.person_id, row.name.casefold()) for row in newer}
    return {row.pk for row in found if (row.person_id, row.name.casefold()) in held}
