from __future__ import annotations

from dataclasses import dataclass

from django import template

from accounts.models import User
from escalation.models import DryRun, RuleVersion
from escalation.rules.dry.shown import Shown, shown_to
from escalation.rules.dry.tried import last_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class LastDryRun:
    """The newest dry run of a version; `shown` is None until it is done."""

    run: DryRun
    shown: Shown | None


@register.simple_tag
def last_dry_run(version: RuleVersion | None, user: User) -> LastDryRun | None:
    """What the newest dry run of a version found, for this reader; None where it was never tried."""
    found = last_of(version, user) if version is not None else None
    return LastDryRun(found, shown_to(user, found) if found.report else None) if found else None
