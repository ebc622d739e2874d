"""What the macros a person may run would do to one ticket, said before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from accounts.models import User
from core.steady import steady
from escalation.macros.wording import read
from escalation.models import Macro
from escalation.rules.definition import Step
from tickets.automation import actions_by_hand
from tickets.canned import filled
from tickets.conditions import facts_of
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what it does; what the requester would read of it; why it would be refused, "" where nothing speaks
    against it; whether it is so already.
    """

    words: str
    text: str = ""
    refused: str = ""
    is_needless: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A macro for one ticket. `trouble` says why it cannot be run at all."""

    macro: Macro
    lines: Sequence[Line] = ()
    trouble: str = ""


def offers(ticket: Ticket, user: User, now: datetime) -> list[Offer]:
    """The macros in use that are meant for this ticket, in their order. Nothing is changed.

    Args:
        now: the instant from which ages are counted.
    """
    prefetch_related_objects([ticket], "helpers", "links", "tasks")  # policies ask for them
    facts = facts_of(ticket, now)
    found = []
    with steady():
        for macro in Macro.objects.visible_to(user).active().select_related("team"):
            definition, trouble = read(macro)
            if definition is None:
                found.append(Offer(macro, trouble=trouble))
            elif definition.condition.evaluate(facts):
                found.append(Offer(macro, list(_lines(ticket, definition.steps, user)), trouble))
    return found


def _lines(ticket: Ticket, steps: Sequence[Step], user: User) -> Iterator[Line]:
    """Each step as it would find the ticket, after those before it."""
    then = copy(ticket)
    for step in steps:
        action = actions_by_hand()[step.do]
        needless = action.is_needless(then, step.params, user)
        refused = "" if needless else action.refusal(then, step.params, user)
        said = {name: filled(value, then) if isinstance(value, str) else value for name, value in step.params.items()}
        yield Line(action.words(said), "" if refused else action.text(then, step.params), refused, needless)
        action.foresee(then, step.params, user)
