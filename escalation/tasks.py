from __future__ import annotations

from collections.abc import Callable

from celery import current_app, shared_task

from core.time import database_now
from escalation import chasing, due, holds, major_sweep, pauses, summons, unaccepted
from escalation.recount import work_off
from escalation.rules import scheduled
from escalation.rules.dry import runner
from escalation.rules.stored import check_stored
from escalation.sweep import BATCH, alone, fire_due, is_backlog
from escalation.training import raise_needs
from notifications.kick import kick

MOST_BATCHES = 50
# a backlog is shared between so many sweeps, each with tickets of its own
PARTS = 2
BACKLOG = 40
# a share that was not taken by then has been overtaken by the next beat
LAPSES_SECONDS = 6
# well under the hard limit of a task; the next beat goes on where this one stopped
RECOUNT_SECONDS = 120.0


@shared_task(name="escalation.tasks.fire_milestones")
def fire_milestones(part: int = 0, of: int = 1) -> None:
    """Fire what is due; the beat runs it every few seconds. A backlog is shared and worked off in batches."""
    if of == 1 and is_backlog(BACKLOG):
        for other in range(1, PARTS):
            current_app.send_task(fire_milestones.name, args=(other, PARTS), expires=LAPSES_SECONDS, ignore_result=True)
        part, of = 0, PARTS
    with alone((part, of)) as is_mine:
        for _round in range(MOST_BATCHES if is_mine else 0):
            if fire_due(part=(part, of)) < BATCH:
                return


@shared_task(name="escalation.tasks.recount")
def recount() -> None:
    """Count open tickets by the versions that were asked for; asked for by pages, and by the beat after a crash."""
    work_off(RECOUNT_SECONDS)


@shared_task(name="escalation.tasks.raise_training_needs")
def raise_training_needs() -> None:
    """Find what there is to learn from packets that came back; finding it twice raises it once."""
    raise_needs(database_now())


@shared_task(name="escalation.tasks.wake_pauses")
def wake_pauses() -> None:
    """Go on, remind or give up where a wait has lasted long enough."""
    _until_nothing_is_due(pauses.wake_due)


@shared_task(name="escalation.tasks.remind_of_handovers")
def remind_of_handovers() -> None:
    """Remind a team of a handover it has not accepted, then tell its lead."""
    _until_nothing_is_due(unaccepted.remind_due)


@shared_task(name="escalation.tasks.climb")
def climb() -> None:
    """Call the next one up where nobody answered."""
    _until_nothing_is_due(summons.climb_due)


@shared_task(name="escalation.tasks.release_holds")
def release_holds() -> None:
    """Do what holds kept back that are over."""
    _until_nothing_is_due(holds.release_due)


def _until_nothing_is_due(sweep: Callable[[], int]) -> None:
    for _round in range(MOST_BATCHES):
        if sweep() < due.BATCH:
            return


@shared_task(name="escalation.tasks.chase_vendors")
def chase_vendors() -> None:
    """Tell owners to ask their vendors, and tickets of fixes they have not heard of."""
    _until_nothing_is_due(chasing.chase_due)
    _until_nothing_is_due(chasing.tell_due)


@shared_task(name="escalation.tasks.attend_major")
def attend_major() -> None:
    """Propose what looks like a major incident, and remind of updates that are due."""
    major_sweep.remind_due()
    major_sweep.propose_due()


@shared_task(name="escalation.tasks.apply_rules")
def apply_rules() -> None:
    """Let rules on a schedule look whose time has come."""
    for _round in range(MOST_BATCHES):
        if scheduled.look() < scheduled.BATCH:
            return


@shared_task(name="escalation.tasks.dry_run")
def dry_run() -> None:
    """Try drafts of rules on the past; asked for by pages, and by the beat after a crash."""
    if runner.work_off():
        kick(runner.TASK)


@shared_task(name="escalation.tasks.check_rules")
def check_rules() -> None:
    """Find rules in force that name what is gone, before a ticket meets them."""
    check_stored()
