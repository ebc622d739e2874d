"""What a policy promises, parsed from its stored wording. Pure: conditions stay a tree, the calendar is passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from escalation.clock import OLA, RESOLUTION, RESPONSE, SINGLE, UPDATE, VENDOR, WAITING_FOR_VENDOR, Promise
from escalation.lives import Terms
from escalation.working_calendar import Calendar
from tickets.choices import PendingReason, Priority

METRICS = (RESPONSE, UPDATE, RESOLUTION, OLA, VENDOR)
AT_WORK = frozenset({"new", "open"})
# somebody else is at work, and exactly then the requester wants to hear something
UPDATES_RUN_IN = AT_WORK | {"pending:vendor", "pending:change", "pending:problem"}
BREACH = "breach"
FULL = 100
MOST_MINUTES = 366 * 24 * 60
MOST_PERCENT = 1000
MOST_STEPS = 40
PEOPLE = ("owner", "team", "lead", "managers", "on_call", "requester", "watchers")
CALLABLE = ("lead", "managers", "on_call")
RECEIVERS = ("lead", "queue")
RUNGS = ("lead", "department", "managers", "on_call")
Minutes = Mapping[int, int]


class PolicyError(ValueError):
    """A policy that promises nothing usable; `field` names the part at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class StepAction:
    """One thing to do: notify or call people, summon somebody until they answer, reassign, raise the tier, tell another
    system.
    """

    do: str
    who: tuple[str, ...] = ()
    to: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StepRule:
    """A point on a clock and what happens there: at a share of the target, or minutes before (negative) or after it."""

    metric: str
    percent: int | None = None
    minutes: int | None = None
    actions: tuple[StepAction, ...] = ()
    only_if: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """What the milestone is called: "resolution-75%", "response-30m", "resolution+60m"; "breach" at the target."""
        if self.percent == FULL or self.minutes == 0:
            return BREACH
        return f"{self.metric}-{self.percent}%" if self.percent else f"{self.metric}{self.minutes:+d}m"

    def seconds(self, target: int) -> float:
        """Working seconds used at this point of a target of so many seconds."""
        if self.minutes is not None:
            return max(0, target + self.minutes * 60)
        return target * (self.percent or FULL) / FULL


@dataclass(frozen=True, slots=True)
class PolicyDefinition:
    """A policy's wording. Targets are working minutes by priority."""

    conditions: Mapping[str, Any]
    targets: Mapping[str, Minutes]
    ola: Mapping[int, Minutes] = field(default_factory=dict)
    vendor: Minutes = field(default_factory=dict)
    pauses: frozenset[str] = frozenset(PendingReason.values)
    steps: tuple[StepRule, ...] = ()

    def promises(self, priority: int) -> bool:
        """Whether anything is promised at this priority."""
        return priority in self.targets[RESOLUTION]

    def steps_of(self, metric: str) -> tuple[StepRule, ...]:
        """The milestones of one clock; running out is always one."""
        own = tuple(step for step in self.steps if step.metric == metric)
        return own if any(step.key == BREACH for step in own) else (*own, StepRule(metric, percent=FULL))

    @property
    def goes_up_when_late(self) -> bool:
        """Whether a ticket that was not solved in time is passed to the next tier."""
        late = (step for step in self.steps_of(RESOLUTION) if step.key == BREACH)
        return any(action.do == "raise_tier" for step in late for action in step.actions)

    def terms(self, calendar: Calendar) -> Terms:
        """The promises as values, counted in this calendar."""
        paused = {f"pending:{reason}" for reason in PendingReason.values if reason not in self.pauses}
        runs_in = AT_WORK | paused

        def promise(metric: str, minutes: Minutes, states: frozenset[str]) -> Promise:
            seconds = {priority: amount * 60 for priority, amount in minutes.items()}
            return Promise(metric, calendar, seconds, states)

        single = {
            metric: promise(metric, self.targets[metric], UPDATES_RUN_IN if metric == UPDATE else runs_in)
            for metric in SINGLE
            if self.targets.get(metric)
        }
        ola = {level: promise(OLA, minutes, runs_in) for level, minutes in self.ola.items() if minutes}
        vendor = promise(VENDOR, self.vendor, frozenset({WAITING_FOR_VENDOR})) if self.vendor else None
        return Terms(single, ola, vendor)


def parse(tree: Any) -> PolicyDefinition:
    """Read a stored wording.

    Args:
        tree: {"conditions": tree, "targets": {metric: {priority: minutes}}, "ola": {level: {priority: minutes}},
            "vendor": {priority: minutes}, "pauses": [reasons], "steps": [...]}; only targets must be there.

    Raises:
        PolicyError: naming the part that is wrong, for example "targets.response.1".
    """
    if not isinstance(tree, dict):
        raise PolicyError("definition", _("This is not a policy."))
    targets = _targets(tree.get("targets"))
    ola = _table("ola", tree.get("ola") or {}, keys=range(1, 10))
    vendor = _table("", {"vendor": tree.get("vendor") or {}}, keys=("vendor",))["vendor"]
    pauses = tree.get("pauses", list(PendingReason.values))
    if not isinstance(pauses, list) or any(reason not in PendingReason.values for reason in pauses):
        raise PolicyError("pauses", _("Choose from the reasons for waiting."))
    return PolicyDefinition(
        conditions=_conditions("conditions", tree.get("conditions", {"all": []})) or {"all": []},
        targets=targets,
        ola={int(level): minutes for level, minutes in ola.items()},
        vendor=vendor,
        pauses=frozenset(pauses),
        steps=_steps(tree.get("steps") or []),
    )


def _targets(tree: Any) -> dict[str, Minutes]:
    table = _table("targets", tree or {}, keys=SINGLE)
    targets: dict[str, Minutes] = {metric: table.get(metric, {}) for metric in SINGLE}
    if not targets[RESOLUTION]:
        raise PolicyError("targets", _("Promise a solution for at least one priority."))
    for priority, minutes in targets[RESPONSE].items():
        if minutes > targets[RESOLUTION].get(priority, MOST_MINUTES):
            raise PolicyError(f"targets.response.{priority}", _("The first reply is promised later than the solution."))
    return targets


def _table(name: str, tree: Any, keys: Any) -> dict[Any, dict[int, int]]:
    """{key: {priority: minutes}}, every number checked; empty cells are left out."""
    if not isinstance(tree, dict):
        raise PolicyError(name, _("This is not a table of minutes."))
    table: dict[Any, dict[int, int]] = {}
    for key, row in tree.items():
        place = f"{name}.{key}".strip(".")
        if str(key) not in {str(allowed) for allowed in keys} or not isinstance(row, dict):
            raise PolicyError(place, _("This is not a row of minutes."))
        table[key] = {
            _priority(place, priority): _minutes(f"{place}.{priority}", amount)
            for priority, amount in row.items()
            if amount not in (None, "")
        }
    return table


def _priority(place: str, text: Any) -> int:
    if str(text) not in {str(int(priority)) for priority in Priority}:
        raise PolicyError(f"{place}.{text}", _("There is no such priority."))
    return int(text)


def _minutes(place: str, amount: Any) -> int:
    if type(amount) is not int or not 1 <= amount <= MOST_MINUTES:
        raise PolicyError(place, _("Give whole minutes, from 1 to a year."))
    return amount


def _conditions(place: str, tree: Any) -> Mapping[str, Any] | None:
    if tree is not None and not isinstance(tree, dict):
        raise PolicyError(place, _("This is not a condition."))
    return tree


def _steps(rows: Any) -> tuple[StepRule, ...]:
    if not isinstance(rows, list) or len(rows) > MOST_STEPS:
        raise PolicyError("steps", _("Give at most %(most)s milestones.") % {"most": MOST_STEPS})
    steps = tuple(_step(f"steps.{index}", row) for index, row in enumerate(rows))
    seen = set[tuple[str, str]]()
    for index, step in enumerate(steps):
        if (step.metric, step.key) in seen:
            raise PolicyError(f"steps.{index}", _("This milestone is there twice."))
        seen.add((step.metric, step.key))
    return steps


def _step(place: str, row: Any) -> StepRule:
    if not isinstance(row, dict) or row.get("metric") not in METRICS:
        raise PolicyError(f"{place}.metric", _("Choose a clock."))
    percent, minutes = row.get("percent"), row.get("minutes")
    if (percent is None) == (minutes is None):
        raise PolicyError(place, _("Give either a share of the target or minutes before or after it."))
    if percent is not None and (type(percent) is not int or not 1 <= percent <= MOST_PERCENT):
        raise PolicyError(f"{place}.percent", _("Give a percentage from 1 to 1000."))
    if minutes is not None and (type(minutes) is not int or abs(minutes) > MOST_MINUTES):
        raise PolicyError(f"{place}.minutes", _("Give whole minutes, at most a year."))
    actions = row.get("actions") or []
    if not isinstance(actions, list):
        raise PolicyError(f"{place}.actions", _("Choose what is done."))
    return StepRule(
        metric=row["metric"],
        percent=percent,
        minutes=minutes,
        actions=tuple(_action(f"{place}.actions.{index}", action) for index, action in enumerate(actions)),
        only_if=_conditions(f"{place}.only_if", row.get("only_if")),
    )


def _action(place: str, row: Any) -> StepAction:
    do = row.get("do") if isinstance(row, dict) else None
    if do in ("notify", "call"):
        who = row.get("who")
        allowed = PEOPLE if do == "notify" else CALLABLE
        if not isinstance(who, list) or not who or any(name not in allowed for name in who):
            raise PolicyError(f"{place}.who", _("Choose who is told."))
        return StepAction(do, who=tuple(who))
    if do == "reassign":
        if row.get("to") not in RECEIVERS:
            raise PolicyError(f"{place}.to", _("Choose who gets the ticket."))
        return StepAction(do, to=row["to"])
    if do == "summon":
        if row.get("to") not in RUNGS:
            raise PolicyError(f"{place}.to", _("Choose who is called."))
        return StepAction(do, to=row["to"])
    if do == "webhook":
        return StepAction(do, url=_url(f"{place}.url", row.get("url")))
    if do == "raise_tier":
        return StepAction(do)
    raise PolicyError(f"{place}.do", _("Choose what is done."))


def _url(place: str, text: Any) -> str:
    try:
        parts = urlsplit(text if isinstance(text, str) else "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname or len(str(text)) > 500:
        raise PolicyError(place, _("Give a web address that starts with https://."))
    return str(text)
