"""What a strategy is and what may be written in one. Pure: no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tickets.choices import Priority

MOST_STEPS = 12
MOST_OPEN = 999
MOST_WEIGHT = 100
LEVELS = (1, 4)
QUEUE, LEAD = "queue", "lead"
# an urgent ticket keeps somebody busier: each priority counts twice the one below it
WEIGHTS = (8, 4, 2, 1)


class StrategyError(Exception):
    """A strategy that cannot be used. `path` is where in the tree ("steps.2.skill"), `message` says what to do."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a strategy.

    Attributes:
        by: previous_owner, on_shift, skill, language, capacity, least_effort or round_robin.
        skill: number of the skill that is needed.
        level: the least level of it, 1 to 4.
        only: nobody is better than somebody who does not speak the language.
        most: so many open tickets are enough.
        weights: what an open ticket counts, P1 first.
    """

    by: str
    skill: int = 0
    level: int = 0
    only: bool = False
    most: int = 0
    weights: tuple[int, ...] = WEIGHTS

    @property
    def picks(self) -> bool:
        """Whether it names one of those who are left, so that nothing can follow it."""
        return self.by in PICKERS


@dataclass(frozen=True, slots=True)
class Strategy:
    """Steps in order; `otherwise` is what happens when nobody is left: "queue" or "lead"."""

    steps: tuple[Step, ...]
    otherwise: str = QUEUE

    @property
    def skills(self) -> frozenset[int]:
        """Numbers of the skills it asks for."""
        return frozenset(step.skill for step in self.steps if step.by == "skill")

    def asks(self, by: str) -> bool:
        """Whether it has such a step."""
        return any(step.by == by for step in self.steps)


def parse(tree: object) -> Strategy:
    """Read a strategy from plain data.

    Args:
        tree: {"steps": [{"by": "on_shift"}, {"by": "skill", "skill": 3, "level": 2}, {"by": "round_robin"}],
            "else": "queue"}; without a picker at the end it is taken in turn, without "else" it stays in the queue.

    Raises:
        StrategyError: something is unknown, missing, twice or out of range.
    """
    if not isinstance(tree, Mapping):
        raise StrategyError("", _("A strategy is a list of steps and what happens when nobody is left."))
    _refuse_others("", tree, {"steps", "else"})
    steps = tree.get("steps")
    if not isinstance(steps, list | tuple) or len(steps) > MOST_STEPS:
        raise StrategyError("steps", _("Give at most %(most)d steps.") % {"most": MOST_STEPS})
    otherwise = tree.get("else", QUEUE)
    if otherwise not in (QUEUE, LEAD):
        raise StrategyError("else", _("Choose the queue or the lead."))
    parsed = tuple(_step(f"steps.{number}", step) for number, step in enumerate(steps))
    _check_order(parsed)
    return Strategy(parsed, otherwise)


def _check_order(steps: tuple[Step, ...]) -> None:
    seen: set[str] = set()
    for number, step in enumerate(steps):
        if step.picks and number != len(steps) - 1:
            raise StrategyError(f"steps.{number}", _("This step names somebody; nothing can follow it."))
        if step.by in seen and step.by != "skill":
            raise StrategyError(f"steps.{number}", _("This step is there twice."))
        seen.add(step.by)


def _step(path: str, tree: object) -> Step:
    by = tree.get("by") if isinstance(tree, Mapping) else None
    if not isinstance(tree, Mapping) or not isinstance(by, str) or by not in _READERS:
        raise StrategyError(path, _("Choose one of the known steps."))
    return _READERS[by](path, by, tree)


def _plain(path: str, by: str, tree: Mapping[str, Any]) -> Step:
    _refuse_others(path, tree, {"by"})
    return Step(by)


def _skill(path: str, by: str, tree: Mapping[str, Any]) -> Step:
    _refuse_others(path, tree, {"by", "skill", "level"})
    skill = _whole(f"{path}.skill", tree.get("skill"), 1, 2**31 - 1)
    return Step(by, skill=skill, level=_whole(f"{path}.level", tree.get("level", 1), *LEVELS))


def _language(path: str, by: str, tree: Mapping[str, Any]) -> Step:
    _refuse_others(path, tree, {"by", "only"})
    only = tree.get("only", False)
    if not isinstance(only, bool):
        raise StrategyError(f"{path}.only", _("This is yes or no."))
    return Step(by, only=only)


def _capacity(path: str, by: str, tree: Mapping[str, Any]) -> Step:
    _refuse_others(path, tree, {"by", "most"})
    return Step(by, most=_whole(f"{path}.most", tree.get("most"), 1, MOST_OPEN))


def _effort(path: str, by: str, tree: Mapping[str, Any]) -> Step:
    """Weights may be given for some priorities; the others keep theirs. Keys are text where they come from JSON."""
    _refuse_others(path, tree, {"by", "weights"})
    given = tree.get("weights", {})
    if not isinstance(given, Mapping):
        raise StrategyError(f"{path}.weights", _("Give a whole number for each priority."))
    weights = list(WEIGHTS)
    for key, value in given.items():
        number = int(key) if isinstance(key, str) and key.isascii() and key.isdigit() else key
        if isinstance(number, bool) or number not in Priority.values:
            raise StrategyError(f"{path}.weights.{key}", _("There is no such priority."))
        weights[number - 1] = _whole(f"{path}.weights.{key}", value, 0, MOST_WEIGHT)
    return Step(by, weights=tuple(weights))


def _whole(path: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise StrategyError(path, _("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
    return value


def _refuse_others(path: str, tree: Mapping[str, Any], known: set[str]) -> None:
    for key in tree:
        if key not in known:
            raise StrategyError(f"{path}.{key}".lstrip("."), _("This is not known here."))


PICKERS = frozenset({"least_effort", "round_robin"})
_READERS: dict[str, Callable[[str, str, Mapping[str, Any]], Step]] = {
    "previous_owner": _plain,
    "on_shift": _plain,
    "skill": _skill,
    "language": _language,
    "capacity": _capacity,
    "least_effort": _effort,
    "round_robin": _plain,
}
