"""Firing what is due. Any number of sweeps may run at once: a ticket's lock decides, a fired row stays fired."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Mod

from accounts.models import User
from core.steady import steady
from core.time import database_now
from escalation.clocks import pins
from escalation.commands import reach, skip
from escalation.conditions import compiled
from escalation.models import Clock
from escalation.policy_definition import BREACH
from escalation.terms import definition_of
from notifications.kick import gathered
from tickets.conditions import ConditionError, facts_of
from tickets.models import Ticket

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_MINUTES = 5
MOST_PER_TICKET = 50
LOCK = 718_001  # the class of our advisory locks


def fire_due(limit: int = BATCH, part: tuple[int, int] = (0, 1)) -> int:
    """Fire the milestones of up to `limit` due clocks, oldest first, each ticket in its own transaction.

    Args:
        part: (k, n): only tickets whose number leaves k when divided by n; sweeps of different parts never meet.

    Returns:
        How many clocks were looked at; less than `limit` means nothing more is due.
    """
    now = database_now()
    due = Clock.objects.filter(next_at__isnull=False, next_at__lte=now)
    if part[1] > 1:
        due = due.annotate(remainder=Mod(F("ticket_id"), part[1])).filter(remainder=part[0])
    found = list(due.order_by("next_at", "id").values_list("pk", "ticket_id")[:limit])
    automation = User.objects.automation()
    with gathered(), steady():
        for clock_id, ticket_id in found:
            try:
                _fire(ticket_id, now, automation)
            except (OperationalError, InterfaceError):
                raise  # the database is away: nothing else would fare better
            except Exception:
                # one row nobody foresaw must not hold up every promise behind it: it steps back and is tried again
                logger.exception("a milestone of clock %s could not fire", clock_id)
                later = now + timedelta(minutes=RETRY_MINUTES)
                Clock.objects.filter(pk=clock_id, next_at__lte=now).update(next_at=later)
    return len(found)


@contextmanager
def alone(part: tuple[int, int]) -> Iterator[bool]:
    """Whether this is the only sweep at its part. Two would do no harm, only the same work twice.

    The lock is the connection's: it ends with it, however the process ends.
    """
    key = [LOCK, part[1] * 1_000 + part[0]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def is_backlog(size: int) -> bool:
    """Whether more than so many clocks have something due."""
    due = Clock.objects.filter(next_at__isnull=False, next_at__lte=database_now())
    return len(due.order_by("next_at", "id").values_list("pk")[: size + 1]) > size


@transaction.atomic
def _fire(ticket_id: int, now: datetime, automation: User) -> None:
    """All that is due on one ticket, in order. The ticket is locked first, as every command does, so that sweep and
    command never wait for each other in a ring; a ticket somebody works on is left for the next round.
    """
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        return
    for _round in range(MOST_PER_TICKET):
        due = list(ticket.clocks.filter(next_at__lte=now).order_by("next_at", "id")[:2])
        if not due:
            return
        clock = due[0]
        if not ticket.is_live:
            Clock.objects.filter(pk=clock.pk).update(next_at=None, next_step="")
        elif _still_wanted(ticket, clock):
            reach(ticket, actor=automation, clock=clock, at=now)
        else:
            skip(clock, at=now)
        if len(due) == 1 and (clock.next_at is None or clock.next_at > now):
            return


def _still_wanted(ticket: Ticket, clock: Clock) -> bool:
    """Whether the milestone's own conditions hold now. A promise that ran out is always recorded."""
    steps = definition_of(pins(clock)).steps_of(clock.metric)
    rule = next((step for step in steps if step.key == clock.next_step), None)
    if clock.next_step == BREACH or rule is None or not rule.only_if:
        return True
    try:
        return compiled(json.dumps(rule.only_if, sort_keys=True)).evaluate(facts_of(ticket))
    except ConditionError:
        return True  # better told once too often than never
