"""Saved views as lists: the tickets a stored condition means, and what is wrong with one that means none any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.steady import steady
from tickets.condition_forms.naming import FIELD_KINDS, found
from tickets.conditions import Condition, ConditionError, validate
from tickets.models import SavedView, Ticket
from tickets.paging import SORTS, SORTS_OF_ALL
from tickets.querysets import TicketQuerySet

COUNTED_AT_MOST = 1000
EQUALITY = ("is", "is_not", "in", "not_in")


@dataclass(frozen=True, slots=True)
class Stored:
    """A view, read. Of one that makes no sense any more `problem` says why, and `tickets` is empty."""

    view: SavedView
    tickets: TicketQuerySet
    problem: str = ""

    @property
    def usual(self) -> dict[str, Any]:
        """Its own sort, group and columns, as `lists.asked` takes them; over all that has ended few are cheap."""
        if self.view.has_ended:
            sort = self.view.sort if self.view.sort in SORTS_OF_ALL else "updated"
            return {"sort": sort, "group": "", "columns": self.view.columns, "sorts": SORTS_OF_ALL}
        sort = self.view.sort if self.view.sort in SORTS else "due"
        return {"sort": sort, "group": self.view.group, "columns": self.view.columns}


def stored(view: SavedView, user: User, now: datetime) -> Stored:
    """The tickets of a view that this person sees from the inside; what it names that is gone is a problem, no error.

    Args:
        now: the instant from which ages are counted.
    """
    try:
        condition = validate(view.condition)
    except ConditionError as error:
        return Stored(view, Ticket.objects.none(), error.message)
    gone = missing(condition)
    if gone:
        said = _("This view asks for something that is not there any more: %(names)s.") % {"names": ", ".join(gone)}
        return Stored(view, Ticket.objects.none(), said)
    tickets = Ticket.objects.staffed_by(user)
    if not view.has_ended:
        tickets = tickets.live()
    return Stored(view, tickets.filter(condition.to_q(now)))


def missing(condition: Condition) -> list[str]:
    """What the condition names that is gone, as "Team “network”"."""
    with steady():
        return list(dict.fromkeys(_missing(condition)))


def capped_count(tickets: TicketQuerySet) -> int:
    """How many, but no more than COUNTED_AT_MOST."""
    return tickets.order_by()[:COUNTED_AT_MOST].count()


def spoken_count(count: int) -> str:
    """A capped count as people read it."""
    return f"{COUNTED_AT_MOST - 1}+" if count >= COUNTED_AT_MOST else str(count)


def _missing(condition: Condition) -> Iterator[str]:
    for leaf in condition.leaves():
        kind = FIELD_KINDS.get(leaf.field.name)
        if kind is None or leaf.op not in EQUALITY:
            continue
        values = leaf.value if isinstance(leaf.value, tuple | list | frozenset) else (leaf.value,)
        for value in values:
            if found(kind, value) is None:
                yield _("%(kind)s “%(name)s”") % {"kind": leaf.field.label, "name": value}
