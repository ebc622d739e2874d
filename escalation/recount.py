"""Counting open tickets by another version: first to see which would flip, then for good.

A changed calendar or policy counts for the open promises from their beginning; finished ones keep what they were
measured by. Each batch is one transaction that holds its tickets' locks, so commands wait for a moment at most and a
worker that dies leaves whole batches behind, from which the next one goes on.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from core.errors import DomainError, Invalid
from core.steady import steady
from core.time import database_now
from escalation.clock import RESOLUTION, SINGLE, ClockState, Step
from escalation.clocks import deadlines, is_over, lives_by, pins_of, renewal
from escalation.commands.wording import Version, put_in_force
from escalation.history import histories
from escalation.lives import Key, Life
from escalation.models import CalendarVersion, Clock, PolicyVersion, Recount, SlaPolicy
from escalation.policy_definition import PolicyError
from escalation.rebuild import save_many
from escalation.terms import Offer, Pins, choose, chosen_for, offer_of, offers
from escalation.working_calendar import CalendarError
from notifications.kick import kick
from tickets.choices import LIVE
from tickets.commands import set_facts_of_many
from tickets.conditions import RELATED, ConditionError, facts_of
from tickets.models import Ticket

logger = logging.getLogger(__name__)
BATCH = 500
MOST_FLIPS_KEPT = 500
TASK = "escalation.tasks.recount"
OPEN = (Recount.State.WAITING, Recount.State.RUNNING)


@dataclass(slots=True)
class Flip:
    """A promise that would change sides."""

    ticket_id: int
    metric: str
    due_before: datetime | None
    due_after: datetime | None
    is_late: bool


@dataclass(slots=True)
class Impact:
    """What another version makes of some tickets: deadlines that move, and promises that flip."""

    moved: int = 0
    flips: list[Flip] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """One open ticket with what it is measured by now and by the version looked at."""

    ticket: Ticket
    clocks: list[Clock]
    wanted: Pins | None
    history: list[Step] = field(default_factory=list)


def ask(version: Version, kind: str, *, actor: User | None, at: datetime | None = None) -> Recount:
    """Start counting in the background; putting in force takes effect for new tickets at once.

    Raises:
        Conflict: a newer version is in force already.
    """
    with transaction.atomic():
        if kind == Recount.Kind.APPLY:
            put_in_force(version, at=at)
        recount = Recount.objects.create(
            kind=kind,
            calendar_version=version if isinstance(version, CalendarVersion) else None,
            policy_version=version if isinstance(version, PolicyVersion) else None,
            asked_by=actor,
            asked_at=at or database_now(),
            total=scope(version).count(),
        )
        transaction.on_commit(lambda: kick(TASK), robust=True)
    return recount


def cancel(recount: Recount) -> None:
    """Stop looking. What was put in force stays in force and is counted to the end."""
    Recount.objects.filter(pk=recount.pk, kind=Recount.Kind.PREVIEW, state__in=OPEN).update(
        state=Recount.State.CANCELLED, finished_at=database_now()
    )


def work_off(seconds: float) -> int:
    """Work on what was asked for, batch after batch, for at most so many seconds.

    Returns:
        How many batches were done; 0 means there is nothing to do, or that other workers are at it.
    """
    batches, end = 0, time.monotonic() + seconds
    while time.monotonic() < end and _one_batch():
        batches += 1
    return batches


def scope(version: Version) -> QuerySet[Ticket]:
    """The open tickets a version may concern: those it is counted in now, or all when a policy may choose others."""
    live = Ticket.objects.filter(status__in=LIVE)
    if isinstance(version, CalendarVersion):
        by_it = Q(clocks__calendar_version__calendar=version.calendar_id)
    elif _chooses_alike(version):
        by_it = Q(clocks__policy_version__policy=version.policy_id)
    else:
        return live
    return live.filter(by_it, clocks__metric=RESOLUTION)


def _chooses_alike(version: PolicyVersion) -> bool:
    """Whether it is for the same tickets as the version it follows: then nobody else's promises can change."""
    earlier = version.policy.versions.filter(applied_at__isnull=False).exclude(pk=version.pk).first()
    return (
        earlier is not None
        and earlier.definition.get("conditions") == version.definition.get("conditions")
        and set(earlier.definition["targets"]["resolution"]) == set(version.definition["targets"]["resolution"])
    )


def _left_behind(version: Version) -> QuerySet[Clock]:
    """Open promises still counted in an earlier version."""
    live = Clock.objects.filter(ticket__status__in=LIVE, metric=RESOLUTION)
    if isinstance(version, CalendarVersion):
        return live.filter(calendar_version__calendar=version.calendar_id).exclude(calendar_version=version)
    return live.filter(policy_version__policy=version.policy_id).exclude(policy_version=version)


@transaction.atomic
def _one_batch() -> bool:
    recount = Recount.objects.select_for_update(skip_locked=True, of=("self",)).filter(state__in=OPEN).first()
    if recount is None:
        return False
    try:
        with transaction.atomic(), steady():
            _count(recount)
    except DomainError as error:
        recount.state, recount.error, recount.finished_at = Recount.State.FAILED, error.message[:300], database_now()
    recount.save()
    return True


def _count(recount: Recount) -> None:
    applies = recount.kind == Recount.Kind.APPLY
    now = database_now()
    found = scope(recount.version).filter(pk__gt=recount.last_ticket).order_by("pk").select_related(*RELATED)
    tickets = list((found.select_for_update(of=("self",)) if applies else found)[:BATCH])
    recount.state = Recount.State.RUNNING
    if not tickets:
        if applies and recount.done <= recount.total and _left_behind(recount.version).exists():
            recount.last_ticket = 0  # a ticket opened while the version changed: once more from the beginning
        else:
            recount.state, recount.finished_at = Recount.State.DONE, now
        return
    cases = list(_cases(tickets, recount.version))
    impact = _apply(cases, now) if applies else _look(cases, now)
    recount.last_ticket = tickets[-1].pk
    recount.done += len(tickets)
    recount.moved += impact.moved
    recount.to_late += sum(flip.is_late for flip in impact.flips)
    recount.to_on_time += sum(not flip.is_late for flip in impact.flips)
    recount.flips += [_kept(flip) for flip in impact.flips[: max(0, MOST_FLIPS_KEPT - len(recount.flips))]]


def _cases(tickets: Sequence[Ticket], version: Version) -> Iterator[Case]:
    """The tickets the version makes a difference to, each with its whole history."""
    ids = [ticket.pk for ticket in tickets]
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(ticket_id__in=ids):
        clocks[clock.ticket_id].append(clock)
    cases = {ticket.pk: Case(ticket, clocks[ticket.pk], pins_of(clocks[ticket.pk])) for ticket in tickets}
    wanted = _wanted(cases.values(), version)
    concerned = [pk for pk, case in cases.items() if wanted[pk] != case.wanted]
    for pk, history in histories(concerned):
        yield Case(cases[pk].ticket, cases[pk].clocks, wanted[pk], history)


def _wanted(cases: Iterable[Case], version: Version) -> Mapping[int, Pins | None]:
    if isinstance(version, CalendarVersion):
        return {case.ticket.pk: case.wanted and (case.wanted[0], version.pk) for case in cases}
    if _chooses_alike(version) and version.calendar.current_id:
        return {case.ticket.pk: (version.pk, version.calendar.current_id) for case in cases}
    candidates, counted = offers_with(version), [case.ticket for case in cases]
    chosen = chosen_for(ticket.pk for ticket in counted)
    found = {
        ticket.pk: choose(facts_of(ticket), ticket.priority, candidates, chosen.get(ticket.pk)) for ticket in counted
    }
    return {pk: offer.pins if offer else None for pk, offer in found.items()}


def offers_with(version: PolicyVersion) -> list[Offer]:
    """The policies in force, with this version in the place of its policy's present one.

    Raises:
        Invalid: the version cannot be used.
    """
    policy = version.policy
    others = [offer for offer in offers() if offer.policy_id != policy.pk]
    # its first version will turn it on
    counts = policy.is_active or policy.current_id is None
    if not counts:
        return others
    try:
        own = offer_of(policy, version, version.calendar.current_id)
    except (PolicyError, ConditionError, CalendarError) as error:
        raise Invalid(str(error)) from error
    order = {pk: place for place, pk in enumerate(_order())}
    return sorted([*others, own], key=lambda offer: (offer.is_default, order[offer.policy_id]))


def _order() -> list[int]:
    return list(SlaPolicy.objects.order_by("position", "pk").values_list("pk", flat=True))


def _look(cases: Iterable[Case], now: datetime) -> Impact:
    impact = Impact()
    for case in cases:
        _compare(case, lives_by(case.wanted, case.history), now, impact)
    return impact


def _apply(cases: Iterable[Case], now: datetime) -> Impact:
    impact = Impact()
    kept, fresh, gone = list[Clock](), list[Clock](), list[int]()
    facts: dict[int, dict[str, datetime | None]] = {}
    for case in cases:
        lives = lives_by(case.wanted, case.history)
        _compare(case, lives, now, impact)
        plan = renewal(case.ticket.pk, case.clocks, case.wanted, lives, case.history, now)
        kept += plan.changed
        fresh += plan.fresh
        gone += plan.gone
        facts[case.ticket.pk] = deadlines(plan.clocks)
    Clock.objects.filter(pk__in=gone).delete()
    save_many(kept)
    Clock.objects.bulk_create(fresh, batch_size=2_000)
    set_facts_of_many(facts)
    return impact


def _compare(case: Case, lives: Mapping[Key, Life], now: datetime, impact: Impact) -> None:
    """Only promises to the requester that are still open can flip."""
    for clock in case.clocks:
        if clock.metric not in SINGLE or is_over(clock):
            continue
        life = lives.get((clock.metric, clock.life))
        told = life.state if life else None
        was_late, is_late = late(clock.value, now), told is not None and late(told, now)
        due_after = told.due_at if told else None
        impact.moved += clock.due_at != due_after
        if was_late != is_late:
            impact.flips.append(Flip(case.ticket.pk, clock.metric, clock.due_at, due_after, is_late))


def late(state: ClockState, now: datetime) -> bool:
    """Whether the promise has run out by now."""
    return state.missed_at is not None or (
        state.running_since is not None and bool(state.due_at and state.due_at < now)
    )


def _kept(flip: Flip) -> dict[str, object]:
    return {
        "ticket": flip.ticket_id,
        "metric": flip.metric,
        "before": flip.due_before and flip.due_before.isoformat(),
        "after": flip.due_after and flip.due_after.isoformat(),
        "late": flip.is_late,
    }
