"""What the ledger of visits and the packets say about how work travels: questions asked in SQL, for any set of tickets.

Every function takes the tickets it is asked about; a page passes those its reader may see. The path of a ticket is the
sequence of teams that had it, one after the other; a reopening by the same team is no new station.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from tickets.models import Ticket
from tickets.querysets import TicketQuerySet


class Bounce(StrEnum):
    """What counts as ping-pong (Volvo IT in BPI Challenge 2013 left the definition open; so do we)."""

    REAPPEARS = "reappears"  # a team has the ticket again after others had it
    IMMEDIATE = "immediate"  # A, B and straight back to A
    TWICE = "twice"  # two or more such returns


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many tickets."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """None where there is nothing to compare with."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in hours: number of cases, mean, median and 90th percentile; None for none."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class TierRate:
    """One tier: tickets that entered it, that left it upward by somebody's decision, packets it got and sent back."""

    level: int
    entered: int
    left_up: int
    received: int
    returned: int

    @property
    def escalation_rate(self) -> float | None:
        return self.left_up / self.entered if self.entered else None

    @property
    def hand_back_rate(self) -> float | None:
        return self.returned / self.received if self.received else None


# Every piece these statements are put together from is a constant of this module; what a reader chose is a parameter.
# stations of each ticket: its visits, those of one team in a row as one
PATHS = """
WITH visits AS (
    SELECT visit.ticket_id, visit.id, visit.team_id, visit.tier_id, visit.entered_at, visit.left_at,
           visit.business_seconds, visit.entered_verb, visit.entered_by_id,
           lag(visit.team_id) OVER (PARTITION BY visit.ticket_id ORDER BY visit.id) AS team_before
    FROM escalation_tiervisit AS visit WHERE visit.ticket_id IN ({tickets})
), stations AS (
    SELECT visits.*, lag(team_id, 2) OVER one AS two_before, lag(left_at) OVER one AS left_before,
           lag(entered_at) OVER one AS entered_before, lag(business_seconds) OVER one AS business_before
    FROM visits WHERE team_before IS DISTINCT FROM team_id
    WINDOW one AS (PARTITION BY ticket_id ORDER BY id)
)
"""
SPREAD = """
SELECT count(*), avg({hours}), percentile_cont(0.5) WITHIN GROUP (ORDER BY {hours}),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY {hours})
FROM stations WHERE two_before = team_id AND {known} IS NOT NULL
"""


def bounced(tickets: TicketQuerySet, definition: Bounce = Bounce.IMMEDIATE) -> TicketQuerySet:
    """The tickets that went back and forth, by the chosen definition."""
    having = {
        Bounce.REAPPEARS: "count(*) > count(DISTINCT team_id)",
        Bounce.IMMEDIATE: "count(*) FILTER (WHERE two_before = team_id) >= 1",
        Bounce.TWICE: "count(*) FILTER (WHERE two_before = team_id) >= 2",
    }[definition]
    asked, parameters = _question(tickets, f"SELECT ticket_id FROM stations GROUP BY ticket_id HAVING {having}")  # noqa: S608
    return Ticket.objects.filter(pk__in=RawSQL(asked, parameters))  # noqa: S611


def ping_pong(tickets: TicketQuerySet, definition: Bounce = Bounce.IMMEDIATE) -> Share:
    """The share of tickets that went back and forth, among those any team had."""
    (of,) = next(_ask(tickets, "SELECT count(DISTINCT ticket_id) FROM visits"))
    return Share(bounced(tickets, definition).count(), of)


def hours_lost(tickets: TicketQuerySet) -> Spread:
    """The hours between the two exits of each A, B, A: from A letting go to B giving it back, by the wall."""
    (row,) = _ask(
        tickets,
        SPREAD.format(hours="extract(epoch FROM left_before - entered_before) / 3600", known="left_before"),
    )
    return _read(row)


def working_hours_lost(tickets: TicketQuerySet) -> Spread:
    """The same in the working hours of the tickets' calendars."""
    (row,) = _ask(
        tickets,
        SPREAD.format(hours="business_before / 3600.0", known="business_before"),
    )
    return _read(row)


def tier_rates(tickets: TicketQuerySet) -> list[TierRate]:
    """Escalation rate of a tier: tickets leaving it upward / tickets that entered it; a move by a rule is direct
    routing and no escalation. Hand-back rate: packets it sent back / packets it got. Lowest tier first.
    """
    rows = _ask(
        tickets,
        """, ways AS (
            SELECT visits.ticket_id, tier.level, lead(tier.level) OVER one AS next_level,
                   lead(visits.entered_verb) OVER one AS next_verb,
                   lead(actor.is_automation) OVER one AS by_automation
            FROM visits JOIN accounts_tier AS tier ON tier.id = visits.tier_id
            JOIN accounts_user AS actor ON actor.id = visits.entered_by_id
            WINDOW one AS (PARTITION BY visits.ticket_id ORDER BY visits.id)
        ), moves AS (
            SELECT level, count(DISTINCT ticket_id) AS entered,
                   count(DISTINCT ticket_id) FILTER (
                       WHERE next_level > level AND NOT (by_automation AND next_verb = 'transfer')) AS up
            FROM ways GROUP BY level
        ), packets AS (
            SELECT tier.level, count(*) AS received, count(*) FILTER (WHERE state = 'returned') AS returned
            FROM escalation_handover AS handover
            JOIN accounts_team AS team ON team.id = handover.to_team_id
            JOIN accounts_tier AS tier ON tier.id = team.tier_id
            WHERE handover.ticket_id IN ({tickets}) GROUP BY tier.level
        )
        SELECT level, entered, up, coalesce(received, 0), coalesce(returned, 0)
        FROM moves LEFT JOIN packets USING (level) ORDER BY level""",
        times=2,
    )
    return [TierRate(*row) for row in rows]


def escalation_reasons(tickets: TicketQuerySet) -> dict[int, dict[str, int]]:
    """Why packets left each tier: level to reason code to number of packets."""
    return _counted(tickets, "from_team_id", "reason", "true")


def hand_back_reasons(tickets: TicketQuerySet) -> dict[int, dict[str, int]]:
    """Why packets came back from each tier: level to reason code to number of packets."""
    return _counted(tickets, "to_team_id", "return_reason", "state = 'returned'")


def never_left_first(tickets: TicketQuerySet) -> Share:
    """Tickets whose only tier was the first, among those any team had."""
    (row,) = _ask(
        tickets,
        """SELECT count(*) FILTER (WHERE highest = 1), count(*) FROM (
            SELECT max(tier.level) AS highest FROM visits JOIN accounts_tier AS tier ON tier.id = visits.tier_id
            GROUP BY visits.ticket_id) AS tops""",
    )
    return Share(*row)


def steps_taken(tickets: TicketQuerySet) -> dict[tuple[int, int], int]:
    """Steps between tiers: (from level, to level) to how often; up where the second is higher."""
    rows = _ask(
        tickets,
        """SELECT before, level, count(*) FROM (
            SELECT tier.level, lag(tier.level) OVER (PARTITION BY visits.ticket_id ORDER BY visits.id) AS before
            FROM visits JOIN accounts_tier AS tier ON tier.id = visits.tier_id) AS ways
        WHERE before <> level GROUP BY before, level ORDER BY before, level""",
    )
    return {(before, level): count for before, level, count in rows}


def _counted(tickets: TicketQuerySet, team: str, reason: str, condition: str) -> dict[int, dict[str, int]]:
    rows = _ask(
        tickets,
        f"""SELECT tier.level, handover.{reason}, count(*) FROM escalation_handover AS handover
        JOIN accounts_team AS team ON team.id = handover.{team} JOIN accounts_tier AS tier ON tier.id = team.tier_id
        WHERE {condition} AND handover.ticket_id IN ({{tickets}})
        GROUP BY tier.level, handover.{reason} ORDER BY tier.level, count(*) DESC, handover.{reason}""",  # noqa: S608
        times=2,
    )
    found: dict[int, dict[str, int]] = {}
    for level, code, count in rows:
        found.setdefault(level, {})[code] = count
    return found


def _read(row: Sequence[Any]) -> Spread:
    n, *figures = row
    return Spread(n, *(None if figure is None else float(figure) for figure in figures))


def _ask(tickets: TicketQuerySet, question: str, times: int = 1) -> Iterator[tuple[Any, ...]]:
    """Ask about these tickets; `times` is how often the set of tickets stands in the whole statement."""
    statement, parameters = _question(tickets, question, times)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return iter(cursor.fetchall())


def _question(tickets: TicketQuerySet, question: str, times: int = 1) -> tuple[str, list[Any]]:
    chosen, parameters = tickets.order_by().values("pk").query.sql_with_params()
    return (PATHS + question).replace("{tickets}", chosen), list(parameters) * times
