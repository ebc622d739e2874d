"""Reading who may get a ticket, and what a strategy asks about it: as many queries for a large team as for a small."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from accounts import roster
from accounts.models import Membership, PersonSkill, Skill, User
from accounts.skills import valid_on
from escalation.assignment.strategy import Candidate, Facts, Strategy
from escalation.models import AssignmentTurn
from tickets.choices import Priority
from tickets.models import Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class Field:
    """The candidates, their rows, and the facts."""

    candidates: list[Candidate]
    people: dict[int, User]
    facts: Facts


def field_of(ticket: Ticket, strategy: Strategy, turn: AssignmentTurn, at: datetime) -> Field:
    """Everybody who works for the ticket's team, as the strategy sees them at that instant; five queries at most.

    Args:
        ticket: has a team.
        turn: the team's row, locked, so that what is counted cannot change meanwhile by another strategy.
    """
    team_id = ticket.team_id or 0
    plan = roster.read([team_id], at, at + roster.INSTANT)
    now = roster.of_roster(plan, team_id, at)
    roles = plan.roles.get(team_id, {})
    people = User.objects.in_bulk(list(roles))
    work = _open_tickets(list(people))
    levels, names = _skills(strategy, list(people), at.astimezone(_zone(plan, team_id)))
    on_shift = {person.pk for person in now.on_shift}
    candidates = [
        Candidate(
            id=pk,
            name=person.name,
            is_on_shift=pk in on_shift or not now.is_planned,
            is_absent=pk in now.absent,
            is_lead=roles[pk] == Membership.Role.LEAD,
            skills=levels.get(pk, {}),
            languages=person.languages,
            open=tuple(work[pk]),
            turn=turn.of(pk),
        )
        for pk, person in people.items()
        if not person.is_automation
    ]
    owner = _previous_owner(ticket) if strategy.asks("previous_owner") else None
    return Field(candidates, people, Facts(ticket.language, owner, now.is_planned, names))


def _zone(plan: roster.Roster, team_id: int) -> ZoneInfo:
    return ZoneInfo(plan.plan.zones.get(team_id, "UTC"))


def _open_tickets(people: list[int]) -> dict[int, list[int]]:
    """How many live tickets each one owns, by priority, in whatever team."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * len(Priority))
    rows = Ticket.objects.live().filter(assignee_id__in=people).order_by()
    for row in rows.values("assignee_id", "priority").annotate(number=Count("pk")):
        found[row["assignee_id"]][row["priority"] - 1] = row["number"]
    return found


def _skills(
    strategy: Strategy, people: list[int], at: datetime
) -> tuple[dict[int, dict[int, int]], dict[int, dict[str, str]]]:
    """Levels that count on the day by person and skill, and what the skills are called; the rule is that of
    `accounts.skills.holds`.
    """
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    names: dict[int, dict[str, str]] = {}
    if not strategy.skills:
        return levels, names
    paper = valid_on(at.date()).filter(person=OuterRef("person"), skill=OuterRef("skill"))
    known = PersonSkill.objects.filter(Q(skill__needs_certificate=False) | Exists(paper), skill=OuterRef("pk"))
    held = known.filter(person__in=people).order_by("pk")
    rows: Any = Skill.objects.filter(pk__in=strategy.skills).annotate(
        held=ArraySubquery(held.values(listed=JSONObject(person="person_id", level="level")))
    )
    for skill in rows:
        names[skill.pk] = {"en": skill.name, "id": skill.name_id or skill.name}
        for one in skill.held:
            levels[one["person"]][skill.pk] = one["level"]
    return levels, names


def _previous_owner(ticket: Ticket) -> int | None:
    """Who had the ticket when it ended, or last before that; None for one that was never reopened."""
    if not ticket.reopen_count:
        return None
    reopened = TicketEvent.objects.filter(ticket=ticket, verb="reopen").order_by("-pk").values("pk")[:1]
    before = TicketEvent.objects.filter(ticket=ticket, changes__has_key="assignee", pk__lt=reopened)
    change = before.order_by("-pk").values_list("changes__assignee", flat=True).first()
    return (change[1] or change[0]) if change else None
