"""What a rule says, parsed from its stored wording. Pure but for the forms of actions, which look up what they name.

{"when": {"on": ["opened"]},
 "if": {"all": [{"field": "service", "op": "is", "value": "vpn"}]},
 "then": [{"do": "set_team", "team": "network"}, {"do": "tag", "add": ["vpn"]}],
 "stop": true, "order": 20, "from": "2026-11-01T00:00:00+07:00", "until": null,
 "told": {"en": "Network looks after the VPN.", "id": "Jaringan mengurus VPN."}}

{"when": {"every": 5, "calendar": 1, "reaches": {"what": "in_tier", "minutes": 120}}, ...}
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from escalation.rules.triggers import TRIGGERS
from tickets.automation import Action, ActionError, actions
from tickets.conditions import Condition, ConditionError, validate
from tickets.texts import is_storable

EVERY = (5, 15, 60, 1440)
# what a rule on a schedule waits for -> the condition field that counts the same in minutes around the clock
REACHES = {
    "in_tier": "minutes_in_tier",
    "in_team": "minutes_in_team",
    "in_status": "minutes_in_status",
    "staff_silent": "minutes_since_staff",
    "requester_silent": "minutes_since_requester",
    "open": "minutes_since_opened",
}
MOST_MINUTES = 366 * 24 * 60
MOST_ACTIONS = 12
TOLD_LENGTH = 200
LARGEST_KEY = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 2000, 2100
KEYS = frozenset({"when", "if", "then", "stop", "order", "from", "until", "told"})


class RuleError(ValueError):
    """A rule that cannot be used. `path` is where: "if.all.2.value", "then.0.team"; "" is the whole."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Reach:
    """A time that must have passed: `what` is a key of REACHES, counted in the schedule's calendar if it has one."""

    what: str
    minutes: int


@dataclass(frozen=True, slots=True)
class When:
    """What sets it off: triggers, or a look at all live tickets every so many minutes, in a calendar's hours only."""

    on: frozenset[str] = frozenset()
    every: int | None = None
    calendar: int | None = None
    reaches: Reach | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One action and its settings."""

    do: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A rule's wording. `since` and `until` are the window in which it is active, half open."""

    when: When
    condition: Condition
    steps: tuple[Step, ...]
    stops: bool = False
    order: float = 0
    since: datetime | None = None
    until: datetime | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    def is_active(self, at: datetime) -> bool:
        """Whether an instant lies in the rule's window."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    @property
    def is_timed(self) -> bool:
        return self.when.every is not None

    @property
    def moves(self) -> bool:
        """Whether it may take a ticket out of somebody's hands."""
        return any(actions()[step.do].moves for step in self.steps)


def parse(tree: Any, *, lookup: bool = True) -> RuleDefinition:
    """Read a stored wording.

    Args:
        lookup: whether teams and the like must exist (before it is stored); what is stored was looked up then.

    Raises:
        RuleError: naming the part that is wrong.
    """
    if not isinstance(tree, Mapping):
        raise RuleError("", _("This is not a rule."))
    if lookup:
        refuse_unstorable("", tree)
    for key in tree:
        if key not in KEYS:
            raise RuleError(str(key), _("This key means nothing here."))
    order = tree.get("order", 0)
    if type(order) not in (int, float) or not 0 <= order <= 1_000_000:
        raise RuleError("order", _("Give a number from 0 to a million."))
    if not isinstance(tree.get("stop", False), bool):
        raise RuleError("stop", _("Expected true or false."))
    since, until = _instant("from", tree.get("from")), _instant("until", tree.get("until"))
    if since and until and until <= since:
        raise RuleError("until", _("It ends before it begins."))
    return RuleDefinition(
        when=_when(tree.get("when")),
        condition=parse_condition(tree.get("if", {"all": []})),
        steps=parse_steps(tree.get("then"), actions(), lookup=lookup),
        stops=tree.get("stop", False),
        order=order,
        since=since,
        until=until,
        told=_told(tree.get("told") or {}),
    )


def _when(tree: Any) -> When:
    if not isinstance(tree, Mapping) or ("on" in tree) == ("every" in tree):
        raise RuleError("when", _("Choose what sets the rule off."))
    if "on" in tree:
        named = tree["on"]
        if not isinstance(named, list) or not named or any(not _is_one_of(name, TRIGGERS) for name in named):
            raise RuleError("when.on", _("Choose what sets the rule off."))
        _only("when", tree, {"on"})
        return When(on=frozenset(named))
    _only("when", tree, {"every", "calendar", "reaches"})
    if type(tree["every"]) is not int or tree["every"] not in EVERY:
        raise RuleError("when.every", _("Choose how often to look."))
    calendar = tree.get("calendar")
    if calendar is not None and (type(calendar) is not int or not 0 < calendar <= LARGEST_KEY):
        raise RuleError("when.calendar", _("Choose a calendar."))
    return When(every=tree["every"], calendar=calendar, reaches=_reach(tree.get("reaches")))


def _reach(tree: Any) -> Reach | None:
    if tree is None:
        return None
    if not isinstance(tree, Mapping) or not _is_one_of(tree.get("what"), REACHES):
        raise RuleError("when.reaches.what", _("Choose which time is meant."))
    minutes = tree.get("minutes")
    if type(minutes) is not int or not 1 <= minutes <= MOST_MINUTES:
        raise RuleError("when.reaches.minutes", _("Give whole minutes, from 1 to a year."))
    _only("when.reaches", tree, {"what", "minutes"})
    return Reach(tree["what"], minutes)


def parse_condition(tree: Any) -> Condition:
    """The part "if" of a rule or macro.

    Raises:
        RuleError: naming the part that is wrong, "if.all.2.value".
    """
    try:
        return validate(tree)
    except ConditionError as error:
        raise RuleError(f"if.{error.path}".rstrip("."), error.message) from error


def parse_steps(rows: Any, known: Mapping[str, Action], *, lookup: bool = True) -> tuple[Step, ...]:
    """The part "then" of a rule or macro.

    Args:
        known: the actions there are, by name.
        lookup: as `parse`.

    Raises:
        RuleError: naming the part that is wrong, "then.0.team".
    """
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ACTIONS:
        raise RuleError("then", _("Give 1 to %(most)s actions.") % {"most": MOST_ACTIONS})
    return tuple(_step(f"then.{index}", row, known, lookup) for index, row in enumerate(rows))


def _step(place: str, row: Any, known: Mapping[str, Action], lookup: bool) -> Step:
    do = row.get("do") if isinstance(row, Mapping) else None
    action = known.get(do) if isinstance(do, str) else None
    if action is None:
        raise RuleError(f"{place}.do", _("Choose what is done."))
    params = {key: value for key, value in row.items() if key != "do"}
    if lookup:
        try:
            params = action.checked(params)
        except ActionError as error:
            raise RuleError(f"{place}.{error.path}".rstrip("."), error.message) from error
    return Step(action.name, params)


def _told(tree: Any) -> Mapping[str, str]:
    if not isinstance(tree, Mapping) or any(key not in ("en", "id") for key in tree):
        raise RuleError("told", _("Give the words in English and Indonesian."))
    for key, text in tree.items():
        if not isinstance(text, str) or len(text) > TOLD_LENGTH:
            raise RuleError(f"told.{key}", _("Expected at most %(count)s characters.") % {"count": TOLD_LENGTH})
    return dict(tree)


def _instant(place: str, text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise RuleError(place, _("Give a date and time with its time zone."))
    # the first and the last days there are cannot be said in every time zone
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        span = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise RuleError(place, _("The year must be between %(first)d and %(last)d.") % span)
    return found


def _is_one_of(name: Any, known: Container[str]) -> bool:
    return isinstance(name, str) and name in known


def refuse_unstorable(place: str, part: Any) -> None:
    """Texts that no column holds: NUL, and halves of a pair.

    Raises:
        RuleError: naming the first.
    """
    if isinstance(part, str) and not is_storable(part):
        raise RuleError(place, _("This text holds characters that no ticket can hold."))
    inner = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        if isinstance(key, str):
            refuse_unstorable(place, key)
        refuse_unstorable(f"{place}.{key}".lstrip("."), value)


def _only(place: str, tree: Mapping[str, Any], keys: set[str]) -> None:
    for key in tree:
        if key not in keys:
            raise RuleError(f"{place}.{key}", _("This key means nothing here."))
