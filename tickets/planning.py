"""Plans of recurring work: writing them down, pausing them, and opening what is due, each date once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Asset
from core.errors import Conflict, DomainError, Invalid, NotAllowed
from core.time import database_now
from notifications.outbox import Channel, Letter, post
from tickets import commands, recurring
from tickets.choices import ENDED, LIVE
from tickets.commands.opening import Report
from tickets.models import Plan, PlanRun, Ticket

logger = logging.getLogger(__name__)
Outcome = PlanRun.Outcome
BATCH = 50
RETRY = timedelta(minutes=5)
_LIVE = Q(ticket__status__in=LIVE)
_ENDED = Q(ticket__status__in=ENDED)
_NOTHING = {"last": None, "live": None, "ended": 0, "going": 0}


def writes_plans(user: User) -> bool:
    """Leads, and those who oversee every team, write them; everybody at the desk reads them."""
    return user.hats.is_lead


def keep_plan(plan: Plan, *, assets: Sequence[Asset], actor: User, seen: int | None = None) -> Plan:
    """Save a new or changed plan; its next date is counted anew, never one that has been opened or has passed.

    Args:
        plan: with what was written; not saved yet.
        assets: one ticket is opened for each; none means one ticket.
        seen: the version the writer saw; None for a new one.

    Raises:
        Invalid: on `rule` or `name`.  Conflict: somebody saved it meanwhile.  NotAllowed: the actor leads no team.
    """
    if not writes_plans(actor):
        raise NotAllowed()
    plan.rule = recurring.checked_rule(plan.rule)
    # rules count whole seconds
    plan.starts_at = plan.starts_at.replace(microsecond=0)
    try:
        with transaction.atomic():
            plan.version = 1 + (_version(plan.pk, seen) if plan.pk else 0)
            _set_next(plan, database_now())
            plan.save()
            plan.assets.set(assets)
    except IntegrityError as error:
        raise Invalid.field("name", _("Another plan has this name.")) from error
    return plan


def switch_plan(plan: Plan, *, actor: User, is_active: bool) -> Plan:
    """Pause a plan, or let it go on: dates that passed meanwhile are not made up.

    Raises:
        NotAllowed: the actor leads no team.
    """
    if not writes_plans(actor):
        raise NotAllowed()
    with transaction.atomic():
        version = _version(plan.pk, None)
        # only now nobody else writes it: what is counted from is the rule that stands
        plan.refresh_from_db()
        plan.version = 1 + version
        plan.is_active = is_active
        _set_next(plan, database_now())
        plan.save(update_fields=["is_active", "version", "next_at", "opens_at"])
    return plan


def _version(pk: int, seen: int | None) -> int:
    version = Plan.objects.select_for_update().values_list("version", flat=True).get(pk=pk)
    if seen is not None and version != seen:
        raise Conflict(_("Somebody saved this plan meanwhile. Save again to replace what they wrote."))
    return version


def _set_next(plan: Plan, after: datetime) -> None:
    """The next date after an instant and after everything that became of the plan."""
    last = PlanRun.objects.filter(plan=plan).aggregate(at=Max("due_at"))["at"] if plan.pk else None
    moment = max(after, last) if last else after
    plan.next_at = recurring.next_after(plan.rule, plan.first_local, plan.time_zone, moment)
    plan.opens_at = plan.next_at and recurring.opens_at(plan.next_at, plan.lead_days, plan.time_zone)


def open_due(limit: int = BATCH) -> int:
    """Open what is due. Each plan in a transaction of its own; any number of sweeps may run at once.

    Returns:
        How many plans were taken care of; less than `limit` means nothing more is due.
    """
    due = Plan.objects.filter(is_active=True, opens_at__lte=database_now()).order_by("opens_at", "pk")
    found = list(due.values_list("pk", flat=True)[:limit])
    for pk in found:
        try:
            _attend(pk)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would fare better
        except Exception:
            # one plan nobody foresaw must not hold up those behind it: it steps back and is tried again
            logger.exception("plan %s could not be attended to", pk)
            Plan.objects.filter(pk=pk).update(opens_at=database_now() + RETRY)
    return len(found)


@transaction.atomic
def _attend(pk: int) -> None:
    rows = Plan.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    plan = rows.select_related("category__service", "team", "assignee", "owner", "checklist").first()
    now = database_now()
    # read anew under its lock: another sweep may have been here
    if plan and plan.is_active and plan.opens_at and plan.opens_at <= now:
        _open_plan(plan, now)


def _open_plan(plan: Plan, now: datetime) -> None:
    """The date that is due, once per asset. Of those that passed while nothing ran only the latest is opened; the
    others are written down in one row.
    """
    assert plan.next_at is not None
    due, missed = plan.next_at, 0
    for date in recurring.dates(plan.rule, plan.first_local, plan.time_zone):
        if date > now:
            break
        if date > plan.next_at:
            due, missed = date, missed + 1
    if missed:
        PlanRun.objects.bulk_create(
            [PlanRun(plan=plan, due_at=plan.next_at, outcome=Outcome.MISSED, count=missed, at=now)],
            ignore_conflicts=True,
        )
    for asset in _each(plan):
        _open_one(plan, due, asset, now)
    plan.next_at = recurring.next_after(plan.rule, plan.first_local, plan.time_zone, due)
    plan.opens_at = plan.next_at and recurring.opens_at(plan.next_at, plan.lead_days, plan.time_zone)
    plan.save(update_fields=["next_at", "opens_at"])


def _open_one(plan: Plan, due: datetime, asset: Asset | None, now: datetime) -> None:
    """One date for one asset: its ticket, or why there is none, which the owner is told."""
    runs = PlanRun.objects.filter(plan=plan, asset=asset)
    if runs.filter(due_at=due).exists():
        return
    run = PlanRun(plan=plan, due_at=due, asset=asset, at=now)
    if plan.skip_while_open and runs.filter(ticket__status__in=LIVE).exists():
        run.outcome = Outcome.SKIPPED
    else:
        try:
            with transaction.atomic():
                run.ticket, run.outcome = _ticket(plan, asset), Outcome.OPENED
        except (OperationalError, InterfaceError):
            raise  # the database is away: the whole plan is tried again
        except Exception as error:
            # whatever it is, a plan that cannot open must not be silent, nor hold up the others
            logger.exception("plan %s could not open %s", plan.pk, due)
            run.ticket, run.outcome = None, Outcome.FAILED
            run.why = (error.message if isinstance(error, DomainError) else str(error))[:500]
    run.save()
    if run.outcome == Outcome.FAILED:
        _tell_owner(plan, run, now)


def _ticket(plan: Plan, asset: Asset | None) -> Ticket:
    automation = User.objects.automation()
    report = Report(
        subject=f"{plan.subject} ({asset.tag})"[:200] if asset else plan.subject,
        description=plan.description,
        service=asset.service if asset and not plan.category else None,
        category=plan.category,
        asset=asset,
        language=plan.owner.language,
    )
    ticket = commands.open(report, actor=automation, requester=plan.owner, team=plan.team)
    if ticket.priority != plan.priority:
        commands.prioritise(ticket, actor=automation, priority=plan.priority, reason=plan.name)
    if plan.checklist and plan.checklist.is_active:
        commands.apply_checklist(ticket, actor=automation, template=plan.checklist)
    if plan.assignee:
        commands.assign(ticket, actor=automation, assignee=plan.assignee, reason=plan.name)
    return ticket


def _tell_owner(plan: Plan, run: PlanRun, at: datetime) -> None:
    name = f"{plan.name} ({run.asset.tag})" if run.asset else plan.name
    path = f"/desk/plans/{plan.pk}/"
    context = {"key": "", "subject": name, "name": name, "reason": run.why, "desk_path": path}
    key = f"plan-run-{run.pk}"
    # an owner who has left reads nothing any more: then it is for the incident managers
    people = [plan.owner] if plan.owner.is_active else User.objects.filter(is_active=True, is_manager=True)
    post(
        [
            Letter(recipient=person, template="plan_failed", key=key, context=context, channel=channel)
            for person in people
            for channel in (Channel.EMAIL, Channel.IN_APP)
        ],
        at=at,
    )


def _each(plan: Plan) -> Sequence[Asset | None]:
    """The plan's assets; None, once, where it has none."""
    return list(plan.assets.select_related("service")) or [None]


def per_asset(plan: Plan, reader: User) -> list[dict]:
    """For each asset of the plan, or for the plan itself: when it was done last, and the ticket that is open.

    Returns:
        Rows of `asset`, `last_done` and `open`; `hides_done` and `hides_open` where that is all of a ticket the reader
        does not see.
    """
    seen = Q(ticket__in=Ticket.objects.staffed_by(reader))
    rows = PlanRun.objects.filter(plan=plan).values("asset_id")
    counted = rows.annotate(
        last=Max("ticket__resolved_at", filter=_ENDED & seen),
        live=Min("ticket", filter=_LIVE & seen),
        ended=Count("ticket", filter=_ENDED),
        going=Count("ticket", filter=_LIVE),
    )
    found: dict[int | None, Any] = {row["asset_id"]: row for row in counted}
    open_tickets = Ticket.objects.in_bulk([row["live"] for row in found.values() if row["live"]])
    shown = []
    for asset in _each(plan):
        row = found.get(asset.pk if asset else None, _NOTHING)
        shown.append(
            {
                "asset": asset,
                "last_done": row["last"],
                "open": open_tickets.get(row["live"] or 0),
                "hides_done": bool(row["ended"]) and row["last"] is None,
                "hides_open": bool(row["going"]) and row["live"] is None,
            }
        )
    return shown
