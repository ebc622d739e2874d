"""Writing rules in tests."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from core.time import database_now
from escalation.commands.rules import RuleWording, draft_rule, put_in_force
from escalation.models import DryRun, Rule, RuleVersion
from escalation.rules.stored import in_force

SAYS_VPN = {"field": "text", "op": "contains_any", "value": ["vpn"]}
SAYS_PRINTER = {"field": "text", "op": "contains_any", "value": ["printer"]}


def asks(field: str, op: str, *value: Any) -> dict[str, Any]:
    """One question of a condition."""
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


def team(slug: str) -> dict[str, Any]:
    return {"do": "set_team", "team": slug}


def priority(value: int) -> dict[str, Any]:
    return {"do": "set_priority", "priority": value}


def wording(
    order: float, conditions: list[Any], *then: dict[str, Any], on: tuple[str, ...] = ("opened",), **said: Any
) -> RuleWording:
    """A rule's wording; `said` are further keys of the definition."""
    said.setdefault("when", {"on": list(on)})
    definition = {"if": {"all": conditions}, "then": list(then), "order": order, "stop": True, **said}
    return RuleWording(name=f"rule {order}", name_id=f"aturan {order}", definition=definition)


def rule(order: float, conditions: list[Any], *then: dict[str, Any], owner: User | None = None, **said: Any) -> Rule:
    """A rule in force."""
    said_so = wording(order, conditions, *then, **said)
    actor = User.objects.automation()
    version = draft_rule(None, RuleWording(said_so.name, said_so.definition, said_so.name_id, owner), actor=actor)
    put_in_force([version], actor=actor)
    return Rule.objects.get(pk=version.rule_id)


def tried(version: RuleVersion, actor: User) -> RuleVersion:
    """A version that was tried on the past, so that it may be turned on."""
    changes = [{"rule": version.rule_id, "version": version.pk}]
    done = {"state": DryRun.State.DONE, "changes": changes, "live": in_force()}
    DryRun.objects.create(asked_by=actor, asked_at=database_now(), **done)
    return version
