"""What a macro says, parsed from what is stored: a rule's "if" and "then", set off by a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from escalation.models import Macro
from escalation.rules.definition import (
    RuleDefinition,
    RuleError,
    Step,
    When,
    parse_condition,
    parse_steps,
    refuse_unstorable,
)
from escalation.rules.naming import names_for
from escalation.rules.references import missing
from tickets.automation import actions_by_hand
from tickets.conditions import contradictions, in_words

NOTHING_ASKED: dict[str, Any] = {"all": []}


def parse(steps: Any, only_if: Any, *, lookup: bool = True) -> RuleDefinition:
    """Read the steps and the condition of a macro.

    Args:
        lookup: whether what they name must exist and the whole make sense (before it is stored).

    Raises:
        RuleError: naming the part that is wrong: "then.0.team", "if.all.2.value".
    """
    if lookup:
        refuse_unstorable("then", steps)
        refuse_unstorable("if", only_if)
    definition = RuleDefinition(
        when=When(),
        condition=parse_condition(only_if or NOTHING_ASKED),
        steps=parse_steps(steps, actions_by_hand(), lookup=lookup),
    )
    if lookup:
        _refuse_senseless(definition)
    return definition


def read(macro: Macro) -> tuple[RuleDefinition | None, str]:
    """What a stored macro says, and why it cannot be used: it cannot be read, or names what is gone."""
    try:
        definition = parse(macro.steps, macro.only_if, lookup=False)
    except RuleError as error:
        return None, str(error)
    gone = missing([definition])
    if gone:
        names = ", ".join(sorted(str(key) for _kind, key in gone))
        return definition, _("It names something that is not there any more: %(names)s.") % {"names": names}
    return definition, ""


def steps_in_words(steps: Iterable[Step]) -> list[str]:
    """What each step does, in the reader's language."""
    return [actions_by_hand()[step.do].words(step.params) for step in steps]


def in_full(definition: RuleDefinition) -> str:
    """A macro as one sentence: "Take it; make it P1 Critical. Offered only if service is VPN." """
    said = "; ".join(steps_in_words(definition.steps))
    sentence = f"{said[:1].upper()}{said[1:]}."
    if not definition.condition.root.items:
        return sentence
    asked = in_words(definition.condition, names_for([definition.condition]))
    return _("%(sentence)s Offered only if %(conditions)s.") % {"sentence": sentence, "conditions": asked}


def _refuse_senseless(definition: RuleDefinition) -> None:
    for path, message in contradictions(definition.condition):
        raise RuleError(f"if.{path}".rstrip("."), message)
    decided: set[str] = set()
    for index, step in enumerate(definition.steps):
        point = actions_by_hand()[step.do].decides
        if point and point in decided:
            raise RuleError(f"then.{index}.do", _("Another action of this macro decides the same already."))
        decided.add(point)
