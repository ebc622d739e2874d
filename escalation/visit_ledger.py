"""Replaying every ticket's history and holding the ledger of visits against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

from django.db import connection, transaction

from escalation.models import TierVisit
from escalation.rebuild import Difference, batched_ids
from escalation.visit_history import Happened, Known, Stay, stays
from escalation.visits import calendar_of, hours_of, mark_of, measure, put, stay_of
from tickets.models import Ticket, TicketEvent

COLUMNS = ("ticket_id", "pk", "at", "actor_id", "verb", "changes", "data")
MEASURED = ("calendar_version_id", "business_seconds")


def check(ticket_ids: Iterable[int]) -> Iterator[list[Difference]]:
    """Compare the ledger with the histories, batch by batch, changing nothing."""
    for ids in batched_ids(ticket_ids):
        with transaction.atomic():
            if not connection.savepoint_ids:  # inside a larger transaction its moment is the one
                _say("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield [difference for told in _read(ids) for difference in told.differences()]


def rebuild(ticket_ids: Iterable[int]) -> Iterator[list[Difference]]:
    """Write what the histories say over what is stored; yields what differed, batch by batch."""
    for ids in batched_ids(ticket_ids):
        with transaction.atomic():
            list(Ticket.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
            _say("SET LOCAL tuntas.rebuilding = 'on'")
            found = []
            for told in _read(ids):
                differences = list(told.differences())
                if differences:
                    told.mend()
                found += differences
            _say("SET LOCAL tuntas.rebuilding = 'off'")
            yield found


class Told:
    """One ticket's visits as stored, and as its history tells them."""

    def __init__(self, ticket_id: int, rows: Sequence[TierVisit], told: Sequence[Stay]) -> None:
        self.ticket_id = ticket_id
        self.stored = list(rows)
        self.told = [self._row(stay) for stay in told]

    def _row(self, stay: Stay) -> TierVisit:
        """The row that says what the history says; in whose hours it was measured is a record of its own and kept."""
        row = put(TierVisit(ticket_id=self.ticket_id), stay)
        kept = next((one for one in self.stored if one.entered_event_id == row.entered_event_id), None)
        version = kept.calendar_version_id if kept is not None else None
        if stay.left is not None:
            measure(row, hours_of(version) if version else calendar_of(Ticket.objects.get(pk=self.ticket_id)))
        return row

    def differences(self) -> Iterator[Difference]:
        """Where the two part, by the number of the visit."""
        for number, (stored, told) in enumerate(zip_longest(self.stored, self.told), start=1):
            if stored is None or told is None:
                yield Difference(self.ticket_id, f"visit {number}", stored or "missing", told or "nothing")
            elif stay_of(stored) != stay_of(told):
                yield Difference(self.ticket_id, f"visit {number}", stay_of(stored), stay_of(told))
            elif any(getattr(stored, name) != getattr(told, name) for name in MEASURED):
                pair = (stored.business_seconds, told.business_seconds)
                yield Difference(self.ticket_id, f"working time of visit {number}", *pair)

    def mend(self) -> None:
        """Write the ledger of this ticket anew, in order."""
        TierVisit.objects.filter(ticket_id=self.ticket_id).delete()
        TierVisit.objects.bulk_create(self.told)


def _read(ids: Sequence[int]) -> Iterator[Told]:
    rows: dict[int, list[TierVisit]] = defaultdict(list)
    for row in TierVisit.objects.filter(ticket_id__in=ids).order_by("ticket_id", "pk"):
        rows[row.ticket_id].append(row)
    events = TicketEvent.objects.filter(ticket_id__in=list(ids)).order_by("ticket_id", "pk").values_list(*COLUMNS)
    for ticket_id, own in groupby(events.iterator(chunk_size=5_000), key=lambda row: row[0]):
        known = Known()
        happened: list[Happened] = [
            known.happened(mark_of(pk, at, actor, verb, data), changes)
            for _ticket, pk, at, actor, verb, changes, data in own
        ]
        yield Told(ticket_id, rows[ticket_id], list(stays(happened)))


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
