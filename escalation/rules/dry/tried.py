from __future__ import annotations

from accounts.models import User
from escalation.models import DryRun, RuleVersion
from escalation.rules.stored import in_force


def last_of(version: RuleVersion, user: User) -> DryRun | None:
    """The newest dry run in which a version was tried, of those the reader asked for or oversees."""
    tried = DryRun.objects.filter(changes__contains=[{"version": version.pk}])
    if not user.hats.is_overseer:
        tried = tried.filter(asked_by=user)
    return tried.order_by("-pk").first()


def was_tried(version: RuleVersion) -> bool:
    """Whether a version may be turned on by itself: it was tried to the end, alone and against the rules that are in
    force now, or has been in force before.
    """
    alone = [{"rule": version.rule_id, "version": version.pk}]
    done = DryRun.objects.filter(changes=alone, live=in_force(), state=DryRun.State.DONE)
    return version.applied_at is not None or done.exists()
