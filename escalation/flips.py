"""What a recount found, for one reader: promises that change sides, and how many in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from escalation.models import Recount
from escalation.policy_words import metric_in_words
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class FlipRow:
    """A promise that changes sides, on a ticket the reader may see."""

    ticket: Ticket
    metric: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Flips:
    """What is kept of a recount's flips. `hidden` counts those on tickets the reader may not see."""

    late: Sequence[FlipRow]
    on_time: Sequence[FlipRow]
    hidden: int
    unlisted: int


def flips_for(user: User, recount: Recount) -> Flips:
    """The flips of a recount as one reader may see them; two queries however many there are."""
    kept = recount.flips
    visible = Ticket.objects.visible_to(user).filter(pk__in={row["ticket"] for row in kept})
    tickets = {ticket.pk: ticket for ticket in visible.only("pk", "kind", "subject", "language")}
    sides: dict[bool, list[FlipRow]] = {True: [], False: []}
    for row in kept:
        if ticket := tickets.get(row["ticket"]):
            due = [parse_datetime(row[name]) if row[name] else None for name in ("before", "after")]
            sides[row["late"]].append(FlipRow(ticket, metric_in_words(row["metric"]), *due))
    shown = len(sides[True]) + len(sides[False])
    return Flips(sides[True], sides[False], len(kept) - shown, recount.to_late + recount.to_on_time - len(kept))


def impact_in_words(recount: Recount) -> str:
    """ "12 promises on open tickets would become late, 3 would be on time again, 140 deadlines would move." """
    late, back, moved = recount.to_late, recount.to_on_time, recount.moved
    if not (late or back or moved):
        if recount.kind == Recount.Kind.PREVIEW:
            return _("No deadline of an open ticket would move.")
        return _("No deadline of an open ticket moved.")
    if recount.kind == Recount.Kind.PREVIEW:
        parts = [
            ngettext(
                "%(n)d promise on open tickets would become late",
                "%(n)d promises on open tickets would become late",
                late,
            ),
            ngettext("%(n)d would be on time again", "%(n)d would be on time again", back),
            ngettext("%(n)d deadline would move", "%(n)d deadlines would move", moved),
        ]
    else:
        parts = [
            ngettext("%(n)d promise on open tickets became late", "%(n)d promises on open tickets became late", late),
            ngettext("%(n)d is on time again", "%(n)d are on time again", back),
            ngettext("%(n)d deadline moved", "%(n)d deadlines moved", moved),
        ]
    counted = [part % {"n": n} for part, n in zip(parts, (late, back, moved), strict=True) if n]
    return ", ".join(counted) + "."
