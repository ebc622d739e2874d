"""Routing rules become rules on the opening of a ticket, and what they decided becomes decisions and runs."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

BATCH = 1000


def definition_of(rule: Any) -> dict[str, Any]:
    then: list[dict[str, Any]] = []
    if rule.priority:
        then.append({"do": "set_priority", "priority": rule.priority})
    if rule.team_id:
        then.append({"do": "set_team", "team": rule.team.slug})
    if rule.assignee_id:
        then.append({"do": "assign", "person": rule.assignee_id})
    told = {key: text for key, text in (("en", rule.reason), ("id", rule.reason_id)) if text}
    return {
        "when": {"on": ["opened"]},
        "if": rule.conditions,
        # a rule that did nothing but stop the chain
        "then": then or [{"do": "note", "text": rule.name}],
        "stop": rule.stops,
        "order": rule.position,
        **({"told": told} if told else {}),
    }


def forwards(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    get = apps.get_model
    now = timezone.now()
    rules = {}
    for old in get("escalation", "RoutingRule").objects.select_related("team"):
        names = {"name": old.name, "name_id": old.name_id}
        new = get("escalation", "Rule").objects.create(position=old.position, is_active=old.is_active, **names)
        new.current = get("escalation", "RuleVersion").objects.create(
            rule=new, number=old.version, definition=definition_of(old), created_at=now, applied_at=now, **names
        )
        new.save()
        rules[old.pk] = new
    get("escalation", "RuleSwitch").objects.create(pk=1)
    _decisions(apps, rules)


def _decisions(apps: Apps, rules: dict[int, Any]) -> None:
    """One decision for each event; its rows of rules become runs."""
    get = apps.get_model
    made: dict[int, Any] = {}
    rows = get("escalation", "RoutingDecision").objects.order_by("event_id", "pk")
    runs = []
    for old in rows.iterator(chunk_size=BATCH):
        if old.event_id not in made:
            made = {}
            made[old.event_id] = get("escalation", "RuleDecision").objects.create(
                ticket_id=old.ticket_id, event_id=old.event_id, facts=old.facts, skipped=_skipped(old, rules), at=old.at
            )
        decision = made[old.event_id]
        rule = rules.get(old.rule_id)
        if rule is None:
            decision.fallback = old.rule_name
            decision.save()
            continue
        runs.append(_run(get("escalation", "RuleRun"), decision, old, rule))
        if len(runs) >= BATCH:
            get("escalation", "RuleRun").objects.bulk_create(runs)
            runs = []
    get("escalation", "RuleRun").objects.bulk_create(runs)


def _run(model: Any, decision: Any, old: Any, rule: Any) -> Any:
    return model(
        decision=decision,
        ticket_id=old.ticket_id,
        event_id=old.event_id,
        rule=rule,
        version=rule.current,
        name=old.rule_name,
        name_id=old.rule_name_id,
        number=old.rule_version,
        did=[{"do": step["do"], "ok": True} for step in rule.current.definition["then"]],
        at=old.at,
    )


def _skipped(old: Any, rules: dict[int, Any]) -> list[list[int]]:
    found = []
    for row in old.skipped:
        rule = rules.get(row.get("rule"))
        if rule is not None:
            leaves = list(_leaves(rule.current.definition["if"]))
            failed = row.get("failed")
            number = leaves.index(failed) if failed in leaves else (-2 if row.get("broken") else 0)
            found.append([rule.current_id, number])
    return found


def _leaves(tree: Any) -> Any:
    for items in tree.values() if isinstance(tree, dict) else ():
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and "field" in item:
                yield item
            else:
                yield from _leaves(item)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0016_rules")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
