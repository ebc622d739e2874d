"""Policies for tests."""

from __future__ import annotations

from typing import Any

from escalation.commands import draft_policy, put_in_force
from escalation.models import BusinessCalendar, PolicyVersion, SlaPolicy

FOUR = ("1", "2", "3", "4")


def minutes(*amounts: int) -> dict[str, int]:
    """Minutes by priority, P1 first."""
    return dict(zip(FOUR, amounts, strict=False))


def everything_promised(**changes: Any) -> PolicyVersion:
    """Put a wording in force that has every kind of promise and milestone; `changes` replace parts of it."""
    policy = SlaPolicy.objects.get(is_default=True)
    definition = {
        "conditions": {"all": []},
        "targets": {
            "response": minutes(15, 30, 120, 240),
            "update": minutes(60, 120),
            "resolution": minutes(240, 480, 1440, 2700),
        },
        "ola": {"1": minutes(60, 120, 240), "2": minutes(120, 240, 480, 960)},
        "vendor": minutes(480, 480, 960, 960),
        "steps": [
            {"metric": "resolution", "percent": 50, "actions": [{"do": "notify", "who": ["owner"]}]},
            {"metric": "resolution", "percent": 75, "actions": [{"do": "notify", "who": ["lead"]}]},
            {"metric": "resolution", "percent": 100, "actions": [{"do": "call", "who": ["lead"]}]},
            {"metric": "resolution", "minutes": 60, "actions": [{"do": "call", "who": ["managers"]}]},
        ],
        **changes,
    }
    version = draft_policy(policy, BusinessCalendar.objects.get(), definition)
    put_in_force(version)
    return version
