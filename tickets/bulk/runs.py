"""Runs over many tickets: settled when asked for, each ticket exactly once whatever dies meanwhile, taken back as one.

A step is done in the transaction that changes its ticket, so a crash leaves it either done or waiting. Any number of
workers may work on one run: they pass over the steps that others hold.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError, Invalid
from core.time import database_now
from notifications import kick
from tickets import commands, live
from tickets.bulk.actions import bulk_actions
from tickets.commands._together import held_together
from tickets.linked import merged_into
from tickets.models import BulkRun, BulkStep, Ticket, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.undo import UNDO_FOR

logger = logging.getLogger(__name__)

TASK = "tickets.tasks.work_bulk"
DONE_AT_ONCE = 100
SELECTED_AT_MOST = 500
MATCHING_AT_MOST = 10_000
TELL_EVERY_SECONDS = 2.0
WAITING, UNDOING = BulkStep.State.WAITING, BulkStep.State.UNDOING
OPEN_STATES = (WAITING, UNDOING)


def ask_for(
    action: str, value: dict[str, Any], tickets: TicketQuerySet, *, actor: User, back: str, dedupe_key: str
) -> BulkRun:
    """Settle which tickets are changed. The same key again is the same run: a double click does nothing twice.

    Args:
        action: a key of `bulk_actions`; value: what its form gave.
        tickets: behind the actor's door already.
        back: the address of the list.

    Raises:
        Invalid: no tickets, or too many.
    """
    known = BulkRun.objects.filter(actor=actor, dedupe_key=dedupe_key).first() if dedupe_key else None
    if known is not None:
        return known
    ids = list(tickets.order_by("pk").values_list("pk", flat=True)[: MATCHING_AT_MOST + 1])
    if not ids:
        raise Invalid(_("None of these tickets is there for you any more."))
    if len(ids) > MATCHING_AT_MOST:
        raise Invalid(
            _("At most %(count)s tickets are changed at once. Narrow the list first.") % {"count": MATCHING_AT_MOST}
        )
    try:
        with transaction.atomic():
            run = BulkRun.objects.create(
                actor=actor,
                action=action,
                value=value,
                back=back[:2000],
                total=len(ids),
                at=database_now(),
                dedupe_key=dedupe_key or f"{actor.pk}-{time.time_ns()}",
            )
            BulkStep.objects.bulk_create([BulkStep(run=run, ticket_id=pk) for pk in ids], batch_size=1000)
    except IntegrityError:
        return BulkRun.objects.get(actor=actor, dedupe_key=dedupe_key)
    return run


def begin(run: BulkRun) -> None:
    """Do few steps now; leave many to the worker."""
    if run.total <= DONE_AT_ONCE:
        work_off(run)
    else:
        kick.kick(TASK)


def selected(user: User, ids: Collection[int]) -> TicketQuerySet:
    """The tickets somebody ticked, as far as they see them as staff.

    Raises:
        Invalid: more than a page could have shown.
    """
    if len(ids) > SELECTED_AT_MOST:
        raise Invalid(
            _("At most %(count)s tickets can be selected one by one. Use “all matching” for more.")
            % {"count": SELECTED_AT_MOST}
        )
    return Ticket.objects.staffed_by(user).filter(pk__in=ids)


def work_off(run: BulkRun, *, limit: int = MATCHING_AT_MOST) -> int:
    """Work on a run's open steps, one transaction each.

    Returns:
        How many steps were taken; the run is finished when none is open any more.
    """
    done, told = 0, time.monotonic()
    touched: set[int] = set()
    with translation.override(run.actor.language), kick.gathered(), commands.part_of(bulk=run.pk):
        while done < limit and (step := _next(run)) is not None:
            touched |= _work(step, run)
            done += 1
            if time.monotonic() - told > TELL_EVERY_SECONDS:
                told = _tell(run, touched)
    _tell(run, touched)
    _finish(run)
    return done


def work_off_all() -> bool:
    """Go on with every unfinished run, the oldest first, a stretch each so that none waits for a long one.

    Returns:
        Whether something may be left.
    """
    left = False
    for run in BulkRun.objects.unfinished().select_related("actor").order_by("pk"):
        left |= work_off(run, limit=DONE_AT_ONCE) == DONE_AT_ONCE
    return left


def cancel(run: BulkRun) -> None:
    """Stop before what is left; what is done stays done and can be taken back."""
    with transaction.atomic():
        run.steps.select_for_update(skip_locked=True).filter(state=WAITING).update(state=BulkStep.State.LEFT)
        BulkRun.objects.filter(pk=run.pk, cancelled_at__isnull=True).update(cancelled_at=database_now())
    _finish(run)


def can_undo(run: BulkRun) -> bool:
    """Whether the run can be taken back now: it has ended, of a kind that can be, within half an hour."""
    if run.finished_at is None or run.undo_asked_at is not None or not bulk_actions()[run.action].can_undo:
        return False
    return database_now() - run.at <= UNDO_FOR and run.steps.filter(state=BulkStep.State.DONE).exists()


def undo(run: BulkRun) -> None:
    """Take back every step nobody has built on, as `tickets.undo` does with a single one.

    Raises:
        Invalid: too late, or not of a kind that can be taken back.
    """
    with transaction.atomic():
        locked = BulkRun.objects.select_for_update().get(pk=run.pk)
        if locked.undo_asked_at is None:
            if not can_undo(locked):
                raise Invalid(_("This can be taken back within 30 minutes; change the tickets instead."))
            BulkRun.objects.filter(pk=run.pk).update(undo_asked_at=database_now(), finished_at=None)
            run.steps.filter(state=BulkStep.State.DONE).update(state=UNDOING)
    run.refresh_from_db()
    begin(run)


def _next(run: BulkRun) -> BulkStep | None:
    return run.steps.filter(state__in=OPEN_STATES).order_by("pk").first()


def _work(step: BulkStep, run: BulkRun) -> set[int]:
    """Take one step and remember it in one transaction. The teams whose queues it moved something in."""
    try:
        with commands.unit_of_work():
            held = BulkStep.objects.select_for_update().filter(pk=step.pk, state=step.state).first()
            if held is None:
                return set()  # another worker took it meanwhile
            return _take_back(held, run) if held.state == UNDOING else _apply(held, run)
    except DomainError as error:
        _refuse(step, error)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the step is still open, and the next sweep goes on with it
    except Exception:
        logger.exception("bulk step %s could not be taken", step.pk)
        _refuse(step, DomainError(_("Something went wrong with this ticket.")))
    return set()


def _apply(step: BulkStep, run: BulkRun) -> set[int]:
    """Decided from the locked row: what a colleague did a moment ago is neither overwritten nor taken for this step."""
    with _alone(_ticket(step, run.actor)) as ticket:
        if not ticket.staffed_by(run.actor):
            raise Invalid(_("It is not yours to see any more."))
        before, version = ticket.team_id, ticket.version
        bulk_actions()[run.action].apply(ticket, run.actor, run.value)
        if ticket.version == version:
            raise Invalid(_("Nothing had to change."))
        event = ticket.events.filter(actor=run.actor, depth=0, data__bulk=run.pk).order_by("-pk").first()
        _mark(step, BulkStep.State.DONE, event)
        return {pk for pk in (before, ticket.team_id) if pk}


@contextmanager
def _alone(ticket: Ticket) -> Iterator[Ticket]:
    """The locked row; locked with the ticket it is merged into, where an action may write."""
    with held_together(ticket, merged_into(ticket) or ticket), commands.held(ticket) as locked:
        yield locked


def _take_back(step: BulkStep, run: BulkRun) -> set[int]:
    ticket = _ticket(step, run.actor)
    if step.event is None:
        raise Invalid(_("This step cannot be taken back."))
    bulk_actions()[run.action].take_back(ticket, event=step.event, actor=run.actor)
    _mark(step, BulkStep.State.UNDONE, step.event)
    return {ticket.team_id} if ticket.team_id else set()


def _ticket(step: BulkStep, actor: User) -> Ticket:
    ticket = Ticket.objects.staffed_by(actor).select_related("assignee", "team").filter(pk=step.ticket_id).first()
    if ticket is None:
        raise Invalid(_("It is not yours to see any more."))
    return ticket


def _mark(step: BulkStep, state: str, event: TicketEvent | None) -> None:
    BulkStep.objects.filter(pk=step.pk).update(state=state, event=event, reason="")


def _refuse(step: BulkStep, error: DomainError) -> None:
    state = BulkStep.State.KEPT if step.state == UNDOING else BulkStep.State.REFUSED
    reason = error.in_full if isinstance(error, Invalid) else error.message
    BulkStep.objects.filter(pk=step.pk, state=step.state).update(state=state, reason=reason[:300])


def _finish(run: BulkRun) -> None:
    if not run.steps.filter(state__in=OPEN_STATES).exists():
        BulkRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=database_now())
    run.refresh_from_db()


def _tell(run: BulkRun, touched: set[int]) -> float:
    """One word to open pages for many changes."""
    if touched:
        change = {"ticket": 0, "requester": 0, "assignee": run.actor_id, "public": False}
        live.tell({**change, "teams": sorted(touched), "verb": "bulk", "actor": run.actor_id})
        touched.clear()
    return time.monotonic()
