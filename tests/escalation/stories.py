"""A small language for the lives of clocks: what happens when, and what each clock is then expected to have done.

    16 09:00 open P2, 10:00 wait requester, 17 08:00 resume
    16 09:00 counted 10:00 paused 17 08:00 counted 15:00

A time is "HH:MM" or "HH:MM:SS" with an optional "DD", "MM-DD" or "YYYY-MM-DD" before it; what is left out is as before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from escalation.clock import REFER, VENDOR, WAITING_FOR_VENDOR, Agreement, ClockState, Promise, Step, used
from escalation.explanation import counted_in, explain
from escalation.lives import Life, replay
from escalation.policy_definition import parse
from escalation.working_calendar import Calendar

CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?")
DAY = re.compile(r"(?:(?:(\d{4})-)?(\d\d)-)?(\d\d)")
AMOUNT = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
OFFICE_WEEK: list[list[tuple[int, int]]] = [*[[(480, 1020)]] * 5, [], []]


def office(
    *holidays: str, zone: str = "Asia/Jakarta", own: Mapping[str, list[tuple[int, int]]] | None = None
) -> Calendar:
    """Monday to Friday 8 to 17: nine hours a day."""
    exceptions = {date.fromisoformat(day): hours for day, hours in (own or {}).items()}
    return Calendar.build(zone, OFFICE_WEEK, [date.fromisoformat(day) for day in holidays], exceptions)


def always(zone: str) -> Calendar:
    """Round the clock."""
    return Calendar.build(zone, [[(0, 1440)]] * 7)


def nights(zone: str = "Asia/Jakarta") -> Calendar:
    """Every night from 22 to 6 of the next day."""
    return Calendar.build(zone, [[(1320, 360)]] * 7)


POLICY = {
    "targets": {
        "response": {1: 15, 2: 30, 3: 240},
        "update": {1: 60, 2: 120},
        "resolution": {1: 240, 2: 480, 3: 1440},
    },
    "ola": {1: {1: 60, 2: 120, 3: 480}, 2: {1: 120, 2: 240, 3: 960}},
    "vendor": {1: 240, 2: 480, 3: 960},
}


@dataclass(frozen=True)
class Story:
    """One life. `expected` has for each clock its intervals, and behind a bar its figures:
    "16 09:00 counted 17:00 | used 8h, due 17:00, missed 17:00, met 12:00, dropped, cycle 2, misses 1".
    A clock of a visit or a wait is named with its number: "ola 2" is the second. `contract` has the vendor's minutes by
    priority and `contract_hours` when they count; without minutes the contract promises nothing.
    """

    name: str
    happens: str
    until: str
    expected: Mapping[str, str]
    calendar: Calendar = field(default_factory=office)
    month: str = "2026-11"
    policy: Mapping[str, object] = field(default_factory=dict)
    contract: Mapping[int, int] = field(default_factory=dict)
    contract_hours: Calendar = field(default_factory=lambda: always("UTC"))


class Times:
    """Reads times one after the other, in one zone."""

    def __init__(self, zone: str, month: str) -> None:
        self.zone = ZoneInfo(zone)
        self.day = date.fromisoformat(f"{month}-01")

    def read(self, words: list[str]) -> datetime:
        """Take a time from the front of `words`. "01:30*" is the second 01:30 of a night that has two."""
        if not CLOCK.match(words[0]):
            found = DAY.fullmatch(words.pop(0))
            assert found, words
            year, month, day = found.groups()
            self.day = date(int(year or self.day.year), int(month or self.day.month), int(day))
        text = words.pop(0)
        at = time.fromisoformat(text.rstrip("*"))
        local = datetime.combine(self.day, at, tzinfo=self.zone).replace(fold=text.endswith("*"))
        return local.astimezone(UTC)


class Teller:
    """Turns what happens into steps, as a ticket's events would."""

    def __init__(self, story: Story) -> None:
        self.times = Times(story.calendar.time_zone, story.month)
        self.steps: list[Step] = []
        self.story = story
        self.state, self.priority, self.team, self.tier = "", 2, 1, 1

    def tell(self, sentence: str) -> None:
        words = sentence.split()
        at = self.times.read(words)
        verb, *more = words
        was, before = self.state, self.team
        answered, enters, since, agreed = False, False, None, None
        if verb == "open":
            self.state, enters = "new", True
            self.priority = int(more[0][1]) if more else 2
        elif verb == "wait":
            self.state = f"pending:{more[0]}"
        elif verb == "refer":
            self.state, verb, agreed = WAITING_FOR_VENDOR, REFER, agreement(self.story)
        elif verb == "reply":
            answered = True
        elif verb == "absorb":
            since = self.times.read(more)
        elif verb in ENDINGS:
            self.state = ENDINGS[verb]
        elif verb == "resume":
            self.state = "open"
        elif verb == "reopen":
            self.state, enters = "open", True
        elif verb == "unmerge":
            self.state, enters = more[0] if more else "new", True
        elif verb == "escalate":
            self.team, self.tier, enters = int(more[0]), int(more[1]), True
            self.state = "open" if self.state.startswith("pending") else self.state
        elif verb[0] == "P":
            self.priority, verb = int(verb[1]), "prioritise"
        else:
            assert verb in ("start", "breach"), verb
            self.state = "open" if verb == "start" else self.state
        self.steps.append(
            Step(
                at=at, state=self.state, priority=self.priority, event_id=len(self.steps) + 1, verb=verb, was=was,
                tier=self.tier, team=self.team, enters=enters, leaves=verb != "open" and before != self.team,
                answered=answered, since=since, agreed=agreed,
            )
        )  # fmt: skip


def agreement(story: Story) -> Agreement | None:
    """What the vendor's contract promises in this story."""
    if not story.contract:
        return None
    seconds = {priority: minutes * 60 for priority, minutes in story.contract.items()}
    promise = Promise(VENDOR, story.contract_hours, seconds, frozenset({WAITING_FOR_VENDOR}))
    return Agreement({"name": "contract"}, promise)


ENDINGS = {"resolve": "resolved", "close": "closed", "cancel": "cancelled", "merge": "merged"}


def history_of(story: Story) -> list[Step]:
    teller = Teller(story)
    for sentence in story.happens.split(","):
        teller.tell(sentence)
    return teller.steps


def lives_of(story: Story) -> dict[str, Life]:
    """Each clock by its name in the story."""
    terms = parse({**POLICY, **story.policy}).terms(story.calendar)
    named: dict[str, Life] = {}
    for (metric, key), life in replay(terms, history_of(story), keep_trail=True).items():
        number = sum(1 for name in named if name.split()[0] == metric) + 1
        named[f"{metric} {number}" if key and number > 1 else metric] = life
    return named


def intervals_of(story: Story, life: Life) -> list[tuple[datetime, datetime, str]]:
    """What the explanation says the clock did, in as few words as the story; its counted time is the clock's."""
    until = Times(story.calendar.time_zone, story.month).read(story.until.split())
    intervals = explain(life, until)
    assert counted_in(intervals) == used(life.state, life.promise.calendar, until)
    found: list[tuple[datetime, datetime, str]] = []
    for interval in intervals:
        since = found.pop()[0] if found and found[-1][2] == interval.kind else interval.since
        found.append((since, interval.until, interval.kind))
    return found


def expected_intervals(story: Story, words: Sequence[str]) -> list[tuple[datetime, datetime, str]]:
    rest, times = list(words), Times(story.calendar.time_zone, story.month)
    found = []
    since = times.read(rest)
    while rest:
        kind = rest.pop(0)
        until = times.read(rest)
        found.append((since, until, kind))
        since = until
    return found


def figures(story: Story, state: ClockState, calendar: Calendar) -> dict[str, object]:
    """The figures as a story names them."""
    until = Times(story.calendar.time_zone, story.month).read(story.until.split())
    return {
        "used": used(state, calendar, until) / 1_000_000,
        "due": state.due_at,
        "missed": state.missed_at,
        "met": state.stopped_at if state.missed_at is None and not state.is_dropped else None,
        "dropped": state.is_dropped,
        "cycle": state.cycle,
        "misses": state.misses,
    }


def expected_figures(story: Story, text: str) -> dict[str, object]:
    """`used` must be there; what is not named must be nothing, but for the due time of a clock that is done."""
    found: dict[str, object] = {"due": None, "missed": None, "met": None, "dropped": False, "cycle": 1, "misses": 0}
    times = Times(story.calendar.time_zone, story.month)
    for part in text.split(","):
        name, *words = part.split()
        if name == "used":
            amount = AMOUNT.fullmatch(words[0])
            assert amount, part
            hours, minutes, seconds = (int(number or 0) for number in amount.groups())
            found[name] = hours * 3600.0 + minutes * 60 + seconds
        elif name in ("cycle", "misses"):
            found[name] = int(words[0])
        else:
            found[name] = times.read(words) if words else True
    return found
