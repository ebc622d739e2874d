"""A rule that keeps failing switches itself off and tells its owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from core.time import database_now
from escalation.models import Rule
from escalation.rules.decide import LiveRule
from escalation.rules.stamp import changed
from escalation.rules.stored import tell_owner

FAILURES_AT_MOST = 5


def note_result(rule: LiveRule, *, is_good: bool, did: Sequence[dict[str, Any]]) -> None:
    """Count failures in a row. A rule that does well writes nothing, so that busy rules are no bottleneck."""
    row = Rule.objects.filter(pk=rule.rule_id)
    if is_good:
        row.filter(failures__gt=0).update(failures=0)
        return
    row.update(failures=F("failures") + 1)
    tired = row.filter(failures__gte=FAILURES_AT_MOST, is_active=True).select_related("owner").first()
    if tired is None:
        return
    why = next((entry.get("error") or entry.get("why", "") for entry in did if not entry["ok"]), "")
    tired.is_active, tired.switched_off_why, tired.next_look_at = False, why[:300], None
    tired.save(update_fields=["is_active", "switched_off_why", "next_look_at"])
    changed()
    key = f"rule-{tired.pk}-off-{database_now().isoformat()}"
    tell_owner(tired, "rule_off", {"reason": why, "count": str(FAILURES_AT_MOST)}, key)
