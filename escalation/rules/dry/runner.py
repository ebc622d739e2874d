"""Running a dry run in the background: in batches, with progress, to be stopped at any time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from core.steady import kept, steady
from core.time import database_now
from escalation.models import BusinessCalendar, DryRun, RuleVersion
from escalation.rules.checks import loops
from escalation.rules.decide import LiveRule
from escalation.rules.dry.compare import DRAFT, Tally, report_of
from escalation.rules.dry.past import FOLLOWED, OVERWRITTEN, Known, PastEvent, side_of
from escalation.rules.dry.replay import Compared, replay
from escalation.rules.scheduled import matches
from escalation.rules.stored import live_rules, set_of
from escalation.terms import offers
from tickets.conditions.facts import local_zone
from tickets.models import Ticket, TicketEvent

logger = logging.getLogger(__name__)

BATCH = 500  # each with a text of up to 100,000 characters
LOST_AFTER = timedelta(minutes=1)
TASK = "escalation.tasks.dry_run"


class Stopped(Exception):
    """Somebody cancelled the run."""


def work_off() -> int:
    """Do the dry run that waits longest; one whose worker died is begun again. A task has a limit of time, so that one
    is enough for it.

    Returns:
        How many were done: 1 or 0.
    """
    found = _claim()
    if found is None:
        return 0
    _run(found)
    return 1


@transaction.atomic
def _claim() -> DryRun | None:
    now = database_now()
    waiting = Q(state=DryRun.State.WAITING) | Q(state=DryRun.State.RUNNING, seen_at__lt=now - LOST_AFTER)
    found = DryRun.objects.select_for_update(skip_locked=True).filter(waiting).order_by("pk").first()
    if found is not None:
        found.state, found.seen_at, found.done = DryRun.State.RUNNING, now, 0
        found.save(update_fields=["state", "seen_at", "done"])
    return found


def _run(dry_run: DryRun) -> None:
    began = time.monotonic()
    try:
        with steady():
            report = report_on(dry_run, until=dry_run.asked_at, tell=lambda done, total: _tell(dry_run, done, total))
    except Stopped:
        return
    except Exception as error:
        # kept as failed with its reason, for the page; the next beat must not begin it again for ever
        logger.exception("dry run %s", dry_run.pk)
        _finish(dry_run, state=DryRun.State.FAILED, error=f"{type(error).__name__}: {error}"[:300])
        return
    report["seconds"] = round(time.monotonic() - began, 1)
    _finish(dry_run, state=DryRun.State.DONE, report=report)


def report_on(dry_run: DryRun, *, until: datetime, tell: Any) -> dict[str, Any]:
    """Compare the draft with what was in force on the tickets of the last days.

    Args:
        until: the end of the time looked at; it begins `dry_run.days` before.
        tell: called with how many tickets are done and how many there are.

    Raises:
        Stopped: `tell` says that somebody cancelled it.
    """
    since = until - timedelta(days=dry_run.days)
    draft, live = _rules(dry_run.draft), _rules(dry_run.live)
    calendars = BusinessCalendar.objects.filter(current__isnull=False).select_related("current")
    compared = Compared(
        draft=set_of(draft),
        live=set_of(live),
        offers=offers(),
        calendars={calendar.pk: calendar.current.value() for calendar in calendars if calendar.current},
        zone=local_zone(),
        since=since,
        until=until,
        known=Known.read(),
    )
    tally = Tally()
    # never more than whoever asked sees from the inside: a draft that asks for a word or a tag would else tell of it
    seen = Ticket.objects.staffed_by(dry_run.asked_by)
    ids = _concerned(compared, seen)
    for start in range(0, len(ids), BATCH):
        tell(start, len(ids))
        _batch(ids[start : start + BATCH], compared, tally)
    report = report_of(tally, draft)
    circle = loops([rule for rule in draft if rule.definition])
    report["loops"] = [rule.version_id for rule in circle or ()]
    new = {change["version"] for change in dry_run.changes}
    report["at_once"] = {
        str(rule.version_id): matches(rule, until).filter(pk__in=seen.values("pk")).count()
        for rule in compared.timed[DRAFT]
        if rule.version_id in new
    }
    return report


def _rules(version_ids: Sequence[int]) -> list[LiveRule]:
    versions = RuleVersion.objects.in_bulk(version_ids)
    return live_rules(versions[pk] for pk in version_ids if pk in versions)


def _concerned(compared: Compared, seen: QuerySet[Ticket]) -> list[int]:
    """Tickets opened in the time looked at; for rules on later events and on a schedule those still open in it too."""
    inside = Q(opened_at__gte=compared.since, opened_at__lt=compared.until)
    if compared.needs_history:
        inside |= Q(opened_at__lt=compared.since) & (
            Q(resolved_at__gte=compared.since) | Q(resolved_at__isnull=True, closed_at__isnull=True)
        )
    return list(seen.filter(inside).order_by("pk").values_list("pk", flat=True))


def _batch(ids: Sequence[int], compared: Compared, tally: Tally) -> None:
    found = Ticket.objects.filter(pk__in=ids).select_related(*FOLLOWED).defer(*OVERWRITTEN)
    tickets = {ticket.pk: ticket for ticket in found}
    for ticket_id, events in _histories(ids, tickets, compared.needs_history):
        if events[0].verb == "open":
            replay(tickets[ticket_id], events, compared, tally)


def _histories(ids: Sequence[int], tickets: dict[int, Ticket], in_full: bool) -> Iterator[tuple[int, list[PastEvent]]]:
    automation, agents = User.objects.automation().pk, _agents()
    rows = TicketEvent.objects.filter(ticket__in=ids)
    if not in_full:
        rows = rows.filter(verb="open")
    columns = ("ticket_id", "pk", "verb", "at", "changes", "actor_id", "depth")
    ordered: Iterable[Any] = rows.order_by("ticket_id", "pk").values_list(*columns)
    for ticket_id, own in groupby(ordered, key=lambda row: row[0]):
        requester = tickets[ticket_id].requester_id
        yield (
            ticket_id,
            [
                PastEvent(pk, verb, at, changes, side_of(actor, requester, automation, agents), depth)
                for _ticket, pk, verb, at, changes, actor, depth in own
            ],
        )


@kept
def _agents() -> frozenset[int]:
    """Everybody who works at the desk now."""
    at_desk = Q(memberships__isnull=False) | Q(is_manager=True) | Q(is_superuser=True)
    return frozenset(User.objects.filter(at_desk).values_list("pk", flat=True))


def _tell(dry_run: DryRun, done: int, total: int) -> None:
    running = DryRun.objects.filter(pk=dry_run.pk, state=DryRun.State.RUNNING)
    if not running.update(done=done, total=total, seen_at=database_now()):
        raise Stopped


def _finish(dry_run: DryRun, **fields: Any) -> None:
    running = DryRun.objects.filter(pk=dry_run.pk, state=DryRun.State.RUNNING)
    running.update(finished_at=database_now(), done=F("total"), **fields)
