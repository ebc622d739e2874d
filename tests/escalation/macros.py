"""Writing macros in tests."""

from __future__ import annotations

from typing import Any

from accounts.models import Team, User
from escalation.commands.macros import keep_macro
from escalation.models import Macro

TAKE = {"do": "take"}


def macro(owner: User, *steps: dict[str, Any], name: str = "Tidy up", team: Team | None = None, **more: Any) -> Macro:
    """A macro that is kept; `scope` is private, or the team's where one is given."""
    more.setdefault("scope", "team" if team else "private")
    return keep_macro(Macro(owner=owner, name=name, steps=list(steps), team=team, **more), actor=owner)


def urgent(value: int = 1) -> dict[str, Any]:
    return {"do": "set_priority", "priority": value}


def note(text: str) -> dict[str, Any]:
    return {"do": "note", "text": text}


def resolve(text: str) -> dict[str, Any]:
    return {"do": "resolve", "resolution": text}
