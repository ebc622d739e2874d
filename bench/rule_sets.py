"""Sets of rules for measurements; Django must be set up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.models import Team, Tier, User
from catalogue.models import Service
from escalation.commands.rules import RuleWording, draft_rule, put_in_force
from escalation.models import Rule, RuleVersion
from escalation.rules.stamp import changed

Definition = dict[str, Any]
NOUNS = [
    "vpn",
    "printer",
    "laptop",
    "mailbox",
    "badge",
    "scanner",
    "monitor",
    "licence",
    "folder",
    "router",
    "phone",
    "tablet",
    "camera",
    "projector",
    "server",
]
DEEDS = [
    "broken",
    "slow",
    "lost",
    "locked",
    "missing",
    "frozen",
    "refused",
    "expired",
    "stolen",
    "wet",
    "noisy",
    "flickering",
]


def named() -> None:
    """The services and teams that `mixed` names."""
    tier = Tier.objects.get(level=1)
    for number in range(10):
        Service.objects.get_or_create(slug=f"service-{number}", defaults={"name": f"Service {number}"})
        Team.objects.get_or_create(slug=f"team-{number}", defaults={"name": f"Team {number}", "tier": tier})


def mixed(count: int) -> Iterator[Definition]:
    """So many rules of which none fits an ordinary new ticket: words, lists, ages, tags, values before, patterns."""
    for number in range(count):
        yield rule(number, _NEVER[number % len(_NEVER)](number), {"do": "tag", "add": [f"rule-{number}"]})


def rule(order: int, conditions: list[Any], *then: Definition, on: str = "opened", stop: bool = True) -> Definition:
    """A rule that asks for all of these."""
    return {"when": {"on": [on]}, "if": {"all": conditions}, "then": list(then), "stop": stop, "order": order}


def words(number: int, count: int = 6) -> list[str]:
    """Some words and phrases, others for another number; "zz" keeps them out of every real text."""
    noun, deed = NOUNS[number % len(NOUNS)], DEEDS[number % len(DEEDS)]
    return [
        f"{noun}zz{number}",
        f"{deed} {noun}zz",
        f"{noun}zz*",
        *(f"{deed}zz{number}{each}" for each in range(count)),
    ]


def _asks(field: str, op: str, value: Any) -> Definition:
    return {"field": field, "op": op, "value": value}


_NEVER = (
    lambda number: [_asks("text", "contains_any", words(number))],
    lambda number: [_asks("service", "in", [f"service-{number % 10}", f"service-{number % 7}"])],
    lambda number: [_asks("text", "contains_any", words(number)), _asks("priority", "at_least", 4)],
    lambda number: [_asks("minutes_since_requester", "at_least", 60 + number), _asks("status", "in", ["new", "open"])],
    lambda number: [_asks("tags", "has_any", [f"tag-{number}", "vip"]), _asks("channel", "is", "portal")],
    lambda number: [_asks("text", "matches", rf"(error|code) ?[0-9]{{3}}zz{number % 7}")],
    lambda number: [_asks("previous_team", "is", f"team-{number % 10}"), _asks("previous_priority", "at_least", 2)],
    lambda number: [_asks("subject", "contains", f"no such thing {number}")],
    lambda number: [_asks("requester_vip", "is", True), _asks("opened_hour", "in", [1, 2, 3])],
    lambda number: [_asks("text", "matches", rf"inv-[0-9]+zz{number % 5}"), _asks("kind", "is", "incident")],
)


def drafts(definitions: Iterable[Definition]) -> list[RuleVersion]:
    """New rules with these wordings, as drafts."""
    actor = User.objects.automation()
    made = []
    for definition in definitions:
        name = str(definition.get("name") or f"rule {definition['order']}")
        said = {key: value for key, value in definition.items() if key != "name"}
        made.append(draft_rule(None, RuleWording(name, said), actor=actor))
    return made


def in_force(definitions: Iterable[Definition]) -> list[RuleVersion]:
    """The same, turned on together."""
    versions = drafts(definitions)
    put_in_force(versions, actor=User.objects.automation())
    return versions


def all_off() -> None:
    """No rule in force."""
    Rule.objects.update(is_active=False, next_look_at=None)
    changed()
