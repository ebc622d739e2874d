"""A ticket's events as its stays with teams: pure, so that the ledger can be replayed from the history and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalation.clock import RETURNING
from tickets.choices import ENDED

# what of a ticket its stays look at
FACTS = ("status", "team", "tier", "assignee")


@dataclass(frozen=True, slots=True)
class Mark:
    """The event that began or ended a stay: which, when, by whom, by what verb and why."""

    event_id: int
    at: datetime
    actor_id: int
    verb: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a ticket with one team on one rung. `returned_to` is the team it was handed back to."""

    team_id: int
    tier_id: int
    entered: Mark
    accepted_at: datetime | None = None
    accepted_by: int | None = None
    left: Mark | None = None
    returned_to: int | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as stays see it.

    Attributes:
        changes: the fields it moved, each with the old and the new value.
        after: the FACTS as they stand once it has happened.
    """

    mark: Mark
    changes: Mapping[str, Any]
    after: Mapping[str, Any]

    def moved(self, name: str) -> bool:
        return name in self.changes

    @property
    def was_placed(self) -> bool:
        """Whether the ticket had a team before this event."""
        return bool(self.changes["team"][0] if self.moved("team") else self.after.get("team"))


@dataclass(frozen=True, slots=True)
class Effect:
    """What one event does to the ledger: the open stay as it stands now, and the one it has just closed."""

    closed: Stay | None = None
    open: Stay | None = None


def advance(stay: Stay | None, event: Happened) -> Effect:
    """What an event makes of the open stay.

    A stay ends when the ticket leaves its team or its rung, or ends; one begins when a team gets the ticket, or it is
    reopened or a merge is taken back. Whoever first becomes its owner there has accepted it.
    """
    ends = event.moved("status") and event.changes["status"][1] in ENDED
    moves = event.moved("team") or event.moved("tier")
    closed = None
    if stay is not None and (ends or (moves and event.was_placed)):
        back_to = event.after.get("team") if event.mark.verb == "hand_back" else None
        closed, stay = replace(stay, left=event.mark, returned_to=back_to), None
    team, tier = event.after.get("team"), event.after.get("tier")
    begins = moves or event.mark.verb in RETURNING
    if stay is None and begins and team and tier and event.after.get("status") not in ENDED:
        stay = Stay(team_id=team, tier_id=tier, entered=event.mark)
    owner = event.changes["assignee"][1] if event.moved("assignee") else None
    if stay is not None and owner and stay.accepted_at is None:
        stay = replace(stay, accepted_at=event.mark.at, accepted_by=owner)
    return Effect(closed, stay)


def stays(events: Iterable[Happened]) -> Iterator[Stay]:
    """The whole ledger of one ticket, oldest stay first; the last one may still be open."""
    stay: Stay | None = None
    for event in events:
        effect = advance(stay, event)
        if effect.closed is not None:
            yield effect.closed
        stay = effect.open
    if stay is not None:
        yield stay


@dataclass(slots=True)
class Known:
    """The FACTS of a ticket while its events are read one after the other."""

    facts: dict[str, Any] = field(default_factory=dict)

    def happened(self, mark: Mark, changes: Mapping[str, Any]) -> Happened:
        """The event, with the facts it left behind."""
        self.facts.update({name: changes[name][1] for name in FACTS if name in changes})
        return Happened(mark, changes, dict(self.facts))
