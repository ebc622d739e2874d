"""All that the page about one clock says: its promise, its intervals and who set them off, its milestones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.steady import steady
from escalation.agreements import definition_of_hours
from escalation.calendar_definition import Definition
from escalation.clock import ONCE, Step
from escalation.clock_words import changes_in_words, closed_in_words, kind_in_words, summary_in_words
from escalation.clocks import pins
from escalation.conditions import compiled
from escalation.drawing import Line, line
from escalation.explanation import (
    CLOSED,
    PAUSED,
    Interval,
    Row,
    Table,
    explain,
    in_days,
    retold,
    single,
    why_closed,
)
from escalation.history import history_of
from escalation.lives import Life
from escalation.models import Clock
from escalation.policy_definition import METRICS
from escalation.terms import definition_of, promises_of
from tickets.conditions import in_words
from tickets.models import Ticket, TicketEvent
from tickets.sentences import sentences

PAGE_ROWS = 100
MOST_CAUSES = 3


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the table in words; `number` is that of its first interval, counted from 1."""

    row: Row
    number: int
    words: str
    causes: Sequence[SafeString | str]
    more_causes: int = 0
    page: int = 1
    count: str = ""


@dataclass(frozen=True, slots=True)
class TargetFrom:
    """What was promised at a priority, and from when the ticket had it."""

    priority: int
    seconds: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class ClockStory:
    """What the page shows of one period of one clock."""

    life: Life
    cycle: int
    intervals: Sequence[Interval]
    table: Table
    rows: Page[ShownRow]
    picture: Line | None
    summary: str
    targets: Sequence[TargetFrom]
    why_policy: str
    zone: str

    @property
    def minutes(self) -> int:
        """What the period counted, as it is shown."""
        return self.table.rows[-1].so_far if self.table.rows else 0


def life_of(clock: Clock) -> Life | None:
    """The clock replayed from its ticket's history, by the versions it is measured by."""
    return lives_of(clock.ticket, [clock])[0]


def lives_of(ticket: Ticket, clocks: Sequence[Clock]) -> list[Life | None]:
    """Each of the ticket's clocks replayed, the history read once."""
    with steady():
        history = history_of(ticket.pk)
    return [retold(promises_of(pins(clock)), _known_to(clock, history), clock.metric, clock.life) for clock in clocks]


def _known_to(clock: Clock, history: list[Step]) -> list[Step]:
    """What came after the end of a clock, a duplicate taken in for example, did not reach it any more."""
    end = clock.stopped_at if clock.metric in ONCE else None
    return history if end is None else [step for step in history if step.at <= end]


def story_of(
    ticket: Ticket, clock: Clock, now: datetime, *, cycle: int | None = None, every: bool = False, page: str = ""
) -> ClockStory | None:
    """The clock's story; None when the ticket's history does not tell of it.

    Args:
        cycle: for the promise of regular updates: which period; the present one when left out.
        every: a row per interval, in pages, instead of gathered rows.
        page: which page of them, as the address has it.
    """
    (life,) = lives_of(ticket, [clock])
    if life is None:
        return None
    cycle = min(cycle or life.state.cycle, life.state.cycle)
    intervals = explain(life, end_of(life, now), cycle)
    definition = definition_of_hours(clock)
    table = single(intervals) if every else in_days(intervals, definition.time_zone)
    rows = Paginator(table.rows, PAGE_ROWS).get_page(page)
    state = [state for _step, state in life.trail if state.cycle == cycle][-1]
    seconds = {kind: sum(row.lasts(kind) for row in table.rows) for kind in (PAUSED, CLOSED)}
    return ClockStory(
        life=life,
        cycle=cycle,
        intervals=intervals,
        table=table,
        rows=_shown(ticket, rows, definition, is_grouped=table.scale != "interval"),
        picture=line(intervals, state.due_at, state.missed_at, now),
        summary=summary_in_words(sum(row.minutes for row in table.rows) * 60, seconds[PAUSED], seconds[CLOSED]),
        targets=_targets(life),
        why_policy=_why_policy(clock),
        zone=definition.time_zone,
    )


def end_of(life: Life, now: datetime) -> datetime:
    """Until when there is something to tell: the clock's end, or now."""
    return life.state.stopped_at or max(now, life.state.started_at)


def in_order(clocks: Iterable[Clock]) -> list[Clock]:
    """The promises to the requester first, then tiers and vendors; visits and waits as they came."""
    return sorted(clocks, key=lambda clock: (METRICS.index(clock.metric), clock.life))


def _shown(ticket: Ticket, page: Page[Row], definition: Definition, *, is_grouped: bool) -> Page[ShownRow]:
    """The page's rows with words; the events of the page are read at once."""
    deeds = {row.first: _deeds(row, is_first=row.first == 0) for row in page.object_list}
    wanted = {step.event_id for steps in deeds.values() for step in steps[:MOST_CAUSES]}
    events = TicketEvent.objects.filter(ticket=ticket, pk__in=wanted).select_related("actor")
    said = sentences(ticket, list(events))
    shown = [
        ShownRow(
            row=row,
            number=row.first + 1,
            words=_row_in_words(row, definition),
            causes=[said[step.event_id] for step in deeds[row.first][:MOST_CAUSES] if step.event_id in said],
            more_causes=max(0, len(deeds[row.first]) - MOST_CAUSES),
            page=row.first // PAGE_ROWS + 1,
            count=changes_in_words(len(row.intervals)) if is_grouped and len(row.intervals) > 1 else "",
        )
        for row in page.object_list
    ]
    return Page(shown, page.number, page.paginator)  # type: ignore[arg-type]


def _deeds(row: Row, *, is_first: bool) -> list[Step]:
    """The steps with which something began inside the row; day and night are nobody's deed."""
    found: dict[int, Step] = {}
    for interval in row.intervals:
        if interval.first.at >= row.since or is_first:
            found.setdefault(interval.first.event_id, interval.first)
    return list(found.values())


def _row_in_words(row: Row, definition: Definition) -> str:
    first = row.intervals[0]
    if len(row.intervals) > 1:
        kinds = dict.fromkeys(kind_in_words(interval) for interval in row.intervals if interval.kind != CLOSED)
        return ", ".join(kinds) or kind_in_words(first)
    if first.kind == CLOSED:
        return closed_in_words(why_closed(definition, first))
    return kind_in_words(first)


def _targets(life: Life) -> list[TargetFrom]:
    found: list[TargetFrom] = []
    for step, state in life.trail:
        if state.stopped_at is None and (not found or found[-1].priority != step.priority):
            since = step.at if found else state.started_at
            found.append(TargetFrom(step.priority, state.target_seconds, since))
    return found


def _why_policy(clock: Clock) -> str:
    if clock.contract:
        return _("The ticket was referred to the vendor under it; what was agreed then counts.")
    conditions = definition_of(pins(clock)).conditions
    if clock.policy_version.policy.is_default:
        return _("It is the policy for tickets that no other policy fits.")
    return in_words(compiled(json.dumps(conditions, sort_keys=True)))
