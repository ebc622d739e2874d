"""Trying drafts of rules on the past, and turning on, from there, what was tried."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation.commands.rules import put_in_force, restore
from escalation.models import DryRun, Rule, RuleVersion
from escalation.policies import writes_rules
from escalation.rules.dry.runner import TASK
from escalation.rules.stamp import lock_rules
from escalation.rules.stored import IN_FORCE, in_force
from notifications.kick import kick

MOST_DAYS = 365
OPEN = (DryRun.State.WAITING, DryRun.State.RUNNING)


def try_rules(drafts: Sequence[RuleVersion], *, actor: User, days: int = 30) -> DryRun:
    """Try these versions, each in the place of what its rule says now, on the tickets of the last days.

    Args:
        days: 1 to 365.

    Raises:
        Invalid: no draft, or too many days.  NotAllowed: only leads and managers.
    """
    if not writes_rules(actor):
        raise NotAllowed()
    if not drafts:
        raise Invalid(_("There is no draft to try."))
    if not 1 <= days <= MOST_DAYS:
        raise Invalid.field("days", _("Choose 1 to %(most)s days.") % {"most": MOST_DAYS})
    with transaction.atomic():
        dry_run = DryRun.objects.create(
            days=days,
            changes=[{"rule": draft.rule_id, "version": draft.pk} for draft in drafts],
            asked_by=actor,
            asked_at=database_now(),
            **_compared(drafts),
        )
        transaction.on_commit(lambda: kick(TASK), robust=True)
    return dry_run


def cancel(dry_run: DryRun, *, actor: User) -> None:
    """Stop a run that is not finished.

    Raises:
        NotAllowed: only leads and managers.
    """
    if not writes_rules(actor):
        raise NotAllowed()
    kept = DryRun.objects.filter(pk=dry_run.pk, state__in=OPEN)
    kept.update(state=DryRun.State.CANCELLED, finished_at=database_now())


def turn_on(dry_run: DryRun, *, actor: User) -> None:
    """Put in force what was tried.

    Raises:
        Invalid: it is not finished.  Conflict: the rules in force are not those it was compared with, or it is on
            already.  NotAllowed: only incident managers and operators.
    """
    with transaction.atomic():
        lock_rules()
        kept = DryRun.objects.select_for_update(of=("self",)).get(pk=dry_run.pk)
        if kept.state != DryRun.State.DONE:
            raise Invalid(_("Wait for the dry run to finish before you turn the rules on."))
        if kept.applied_at is not None and kept.rolled_back_at is None:
            raise Conflict(_("This is on already."))
        versions = _tried(kept)
        if is_stale(kept):
            raise Conflict(_("The rules in force have changed since this dry run. Run it again."))
        kept.before = put_in_force(versions, actor=actor)
        kept.applied_at, kept.applied_by = database_now(), actor
        kept.rolled_back_at = kept.rolled_back_by = None
        kept.save()


def roll_back(dry_run: DryRun, *, actor: User) -> None:
    """Put back what was in force before this was turned on.

    Raises:
        Conflict: it is not on, or its rules were changed again since.  NotAllowed: as `turn_on`.
    """
    with transaction.atomic():
        lock_rules()
        kept = DryRun.objects.select_for_update(of=("self",)).get(pk=dry_run.pk)
        if kept.applied_at is None or kept.rolled_back_at is not None:
            raise Conflict(_("This is not on."))
        for change in kept.changes:
            if not Rule.objects.filter(IN_FORCE, pk=change["rule"], current=change["version"]).exists():
                raise Conflict(_("These rules were changed again since. Look at each rule's versions."))
        restore(kept.before, actor=actor)
        kept.rolled_back_at, kept.rolled_back_by = database_now(), actor
        kept.save(update_fields=["rolled_back_at", "rolled_back_by"])


def is_stale(dry_run: DryRun) -> bool:
    """Whether the rules in force are not those it was compared with."""
    return in_force() != dry_run.live


def _tried(dry_run: DryRun) -> list[RuleVersion]:
    return list(RuleVersion.objects.filter(pk__in=[change["version"] for change in dry_run.changes]))


def _compared(drafts: Sequence[RuleVersion]) -> dict[str, list[int]]:
    """The versions in force in order, and the same with the drafts in their places."""
    live = list(Rule.objects.filter(IN_FORCE).select_related("current").order_by("position", "pk"))
    instead = {draft.rule_id: draft for draft in drafts}
    kept = [rule.current for rule in live if rule.current and rule.pk not in instead]
    draft = sorted([*kept, *drafts], key=lambda version: (version.definition.get("order", 0), version.rule_id))
    return {"live": in_force(), "draft": [version.pk for version in draft]}
