"""Open tickets by the hundred thousand: one goes through the real commands, the others are its copies, shifted in time.

For measurements and for tests that need many; Django must be set up.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from accounts.models import Team, Tier, User
from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.models import BusinessCalendar, CalendarVersion, Clock, SlaPolicy
from tickets import commands
from tickets.commands.opening import Report
from tickets.models import Ticket

ROUND_THE_CLOCK = [[[0, 1440]]] * 7
OFFICE = [[[480, 1020]]] * 5 + [[], []]
MONTHS = {str(priority): 60 * 24 * 60 for priority in (1, 2, 3, 4)}
SOON = {str(priority): 120 for priority in (1, 2, 3, 4)}
CALL_LEAD = [{"do": "call", "who": ["lead"]}]


def template(when_late: list[dict[str, Any]] = CALL_LEAD) -> Ticket:
    """One open ticket with both promises, a route, an owner and an answer."""
    calendar = BusinessCalendar.objects.get()
    put_in_force(hours(calendar, ROUND_THE_CLOCK))
    steps = [{"metric": "resolution", "percent": 100, "actions": when_late}]
    targets = {"response": SOON, "resolution": MONTHS}
    definition = {"conditions": {"all": []}, "targets": targets, "steps": steps}
    put_in_force(draft_policy(SlaPolicy.objects.get(), calendar, definition))
    team = Team.objects.create(slug="bench", name="Bench", tier=Tier.objects.get(level=1))
    agent = User.objects.create_user("agent@bench.example", name="Agent")
    agent.memberships.create(team=team, role="lead")
    asker = User.objects.create_user("asker@bench.example", name="Asker")
    ticket = commands.open(Report(subject="Slow", description="It is slow."), actor=asker, requester=asker)
    commands.assign(ticket, actor=agent, assignee=agent)
    commands.reply(ticket, actor=agent, body="Looking into it.")
    return ticket


def hours(calendar: BusinessCalendar, weekly: list[list[list[int]]]) -> CalendarVersion:
    """A new version of the calendar with other weekly hours."""
    assert calendar.current is not None
    return draft_calendar(calendar, {**calendar.current.definition, "weekly": weekly})


def grow(source: Ticket, wanted: int) -> None:
    """Copies of the ticket with its events and clocks until there are `wanted` open ones."""
    first = (Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]) + 1
    missing = wanted - Ticket.objects.count()
    if missing <= 0:
        return
    shift = "make_interval(secs => mod(n.n, 86400)::float * 5)"
    last = first + missing - 1
    with connection.cursor() as cursor:
        for model, by in ((Ticket, "id"), (source.events.model, "ticket_id"), (Clock, "ticket_id")):
            columns = [str(field.column) for field in model._meta.concrete_fields]
            picked = ", ".join(_copied(model, column, by, shift) for column in columns if _is_copied(model, column))
            names = ", ".join(column for column in columns if _is_copied(model, column))
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {picked} FROM {table} t, generate_series(%s, %s) AS n(n) "  # noqa: S608
                f"WHERE t.{by} = %s ORDER BY n.n, t.id",
                [first, last, source.pk],
            )
        cursor.execute("SELECT setval(pg_get_serial_sequence('tickets_ticket', 'id'), %s)", [last])
        cursor.execute("ANALYZE")


def _is_copied(model: type, column: str) -> bool:
    return column != "id" or model is Ticket


def _copied(model: type, column: str, by: str, shift: str) -> str:
    if column == by:
        return "n.n"
    if column == "external_ref":
        return "NULL"
    kind = next(field for field in model._meta.concrete_fields if field.column == column)  # type: ignore[attr-defined]
    return f"t.{column} + {shift}" if kind.get_internal_type() == "DateTimeField" else f"t.{column}"
