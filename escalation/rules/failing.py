"""A rule that keeps failing switches itself off and tells its owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.time import database_now
from escalation.models import Rule
from escalation.rules.decide import LiveRule
from escalation.rules.stamp import changed, lock_rules
from escalation.rules.stored import flag, tell_owner

# what nobody foresaw weighs more than a ticket that does not suit an action: five in a row, or twenty
FAILURES_AT_MOST = 5
WEIGHT_UNFORESEEN, WEIGHT_REFUSED = 4, 1
MOST_WEIGHT = FAILURES_AT_MOST * WEIGHT_UNFORESEEN
GONE, UNFORESEEN = "gone", "unforeseen"


def note_result(rule: LiveRule, *, did: Sequence[dict[str, Any]]) -> None:
    """Weigh failures in a row. A rule that does well writes nothing, so that busy rules are no bottleneck; one that
    names what is gone is flagged and skipped until that is mended.
    """
    failed = [row for row in did if not row["ok"]]
    if not failed:
        Rule.objects.filter(pk=rule.rule_id, failures__gt=0).update(failures=0)
        return
    lock_rules()
    gone = next((row for row in failed if row.get("kind") == GONE), None)
    kept = Rule.objects.select_for_update(of=("self",)).select_related("owner").get(pk=rule.rule_id)
    if gone is not None:
        flag(kept, gone["error"])
        changed()
        return
    is_unforeseen = any(row.get("kind") == UNFORESEEN for row in failed)
    kept.failures += WEIGHT_UNFORESEEN if is_unforeseen else WEIGHT_REFUSED
    kept.save(update_fields=["failures"])
    if kept.failures >= MOST_WEIGHT and kept.is_active:
        _switch_off(kept, failed[0])


def _switch_off(rule: Rule, failed: dict[str, Any]) -> None:
    why = str(failed.get("error") or failed.get("why", ""))
    rule.is_active, rule.switched_off_why, rule.next_look_at = False, why[:300], None
    rule.save(update_fields=["is_active", "switched_off_why", "next_look_at"])
    changed()
    tell_owner(rule, "rule_off", {"reason": why}, f"rule-{rule.pk}-off-{database_now().isoformat()}")
