"""A ticket's events as the steps its clocks see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from accounts.models import Tier
from core.steady import kept
from escalation.agreements import agreement_of
from escalation.clock import REFER, RETURNING, Step
from tickets.choices import LIVE, Status
from tickets.models import TicketEvent

# what of a ticket its clocks look at
FACTS = ("status", "pending_reason", "priority", "team", "tier")
MERGED = "merged"
# what staff write to the requester, on one ticket or to everybody a major incident affects
ANSWERS = ("reply", "broadcast")
# verbs that concern clocks whatever they changed
TELLING = ("open", "reopen", "breach", "merge", "absorb", "unmerge", "unabsorb", REFER)
COLUMNS = ("ticket_id", "pk", "at", "verb", "changes", "data", "actor__is_automation")


@dataclass(slots=True)
class Facts:
    """What is known of a ticket while its events are read one after the other."""

    known: dict[str, Any] = field(default_factory=dict)

    @property
    def state(self) -> str:
        return state_of(self.known.get("status", ""), self.known.get("pending_reason", ""))


def state_of(status: str, pending_reason: str) -> str:
    """The state a clock looks at: "open", or for a waiting ticket "pending:vendor"."""
    return f"{status}:{pending_reason}" if status == Status.PENDING else status


def step_of(event: TicketEvent) -> Step | None:
    """The step of an event that has just happened, from the facts it left behind; None when no clock cares."""
    after = event.after
    facts = Facts({name: after.get(name, after.get(f"{name}_id")) for name in FACTS})
    before = Facts({**facts.known, **{name: event.changes[name][0] for name in FACTS if event.moved(name)}})
    return _step(
        event.pk, event.at, event.verb, event.changes, event.data, event.actor.is_automation, before, facts, levels
    )


def histories(ticket_ids: Iterable[int], until_event: int | None = None) -> Iterator[tuple[int, list[Step]]]:
    """The history of each ticket, oldest step first; one query.

    Args:
        until_event: leave out what happened after this event.
    """
    events = TicketEvent.objects.filter(ticket_id__in=list(ticket_ids)).order_by("ticket_id", "pk")
    if until_event is not None:
        events = events.filter(pk__lte=until_event)
    rows = events.values_list(*COLUMNS).iterator(chunk_size=5_000)
    for ticket_id, own in groupby(rows, key=lambda row: row[0]):
        yield ticket_id, list(_steps(own))


def history_of(ticket_id: int, until_event: int | None = None) -> list[Step]:
    """The history of one ticket, oldest step first."""
    return next((steps for _id, steps in histories([ticket_id], until_event)), [])


def _steps(rows: Iterable[tuple[Any, ...]]) -> Iterator[Step]:
    facts, known = Facts(), levels()
    rows = list(rows)
    # a duplicate that was given back counts for nothing, as if it had never been taken in
    given_back = {data.get("absorbed") for _ticket, _pk, _at, verb, _changes, data, _by in rows if verb == "unabsorb"}
    for _ticket, pk, at, verb, changes, data, by_automation in rows:
        before = Facts(dict(facts.known))
        facts.known.update({name: changes[name][1] for name in FACTS if name in changes})
        told = "unabsorb" if pk in given_back else verb
        step = _step(pk, at, told, changes, data, by_automation, before, facts, lambda: known)
        if step is not None:
            yield step


def _step(
    pk: int,
    at: datetime,
    verb: str,
    changes: Mapping[str, Any],
    data: Mapping[str, Any],
    by_automation: bool,
    before: Facts,
    facts: Facts,
    rungs: Callable[[], Mapping[int, int]],
) -> Step | None:
    answered = verb in ANSWERS and bool(data.get("by_staff")) and not by_automation
    if not answered and verb not in TELLING and not any(name in changes for name in FACTS):
        return None
    known = facts.known
    moved = "team" in changes
    is_merged = known.get("status") == Status.CLOSED and verb == "merge"
    return Step(
        at=at,
        state=MERGED if is_merged else facts.state,
        priority=known["priority"],
        event_id=pk,
        verb=verb,
        was=before.state,
        tier=rungs().get(known.get("tier") or 0),
        team=known.get("team"),
        enters=(moved or verb in RETURNING) and bool(known.get("team")) and known.get("status") in LIVE,
        leaves=moved and bool(before.known.get("team")),
        answered=answered,
        since=datetime.fromisoformat(data["since"]) if verb == "absorb" else None,
        agreed=agreement_of(data.get("agreed")) if verb == REFER else None,
    )


@kept
def levels() -> dict[int, int]:
    """The level of each tier by its primary key."""
    return dict(Tier.objects.values_list("pk", "level"))
