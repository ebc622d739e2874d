"""Who has a ticket open, and who is writing on it. Pure: soft state that every web process keeps for itself from what
the others say, and that forgets whoever falls silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# a page that is open says so every 20 s; two missed words mean it is gone
LOOKING_SECONDS = 50.0
# each saved draft says "writing"; so long after the last one the writer only looks
WRITING_SECONDS = 8.0
LOOKS, REPLIES, NOTES, GONE = "look", "reply", "note", "gone"
MODES = frozenset({LOOKS, REPLIES, NOTES, GONE})


@dataclass(slots=True)
class Here:
    """One person on one ticket. Times in seconds of any steady clock."""

    user: int
    name: str
    initials: str
    hue: int
    teams: tuple[int, ...]
    until: float
    mode: str = LOOKS
    mode_until: float = 0.0

    def doing(self, now: float) -> str:
        """What they do at this moment."""
        return self.mode if now < self.mode_until else LOOKS


class Presence:
    """Everybody on every ticket, as far as this process has heard."""

    def __init__(self) -> None:
        self._here: dict[int, dict[int, Here]] = {}

    def hear(self, word: dict[str, Any], now: float) -> bool:
        """Take in what another process said.

        Args:
            word: ticket, user, name, initials, hue, teams, mode; see `word`.
            now: seconds.

        Returns:
            Whether anything that is shown has changed.
        """
        on_ticket = self._here.setdefault(word["ticket"], {})
        known = on_ticket.get(word["user"])
        mode = word["mode"]
        if mode == GONE:
            on_ticket.pop(word["user"], None)
            return known is not None
        before = known.doing(now) if known else ""
        if known is None:
            known = Here(word["user"], word["name"], word["initials"], word["hue"], tuple(word["teams"]), 0.0)
            on_ticket[known.user] = known
        known.until = now + LOOKING_SECONDS
        known.teams = tuple(word["teams"])
        if mode != LOOKS:
            known.mode, known.mode_until = mode, now + WRITING_SECONDS
        return known.doing(now) != before

    def forget(self, now: float) -> set[int]:
        """Drop whoever fell silent and whose writing ended.

        Returns:
            The tickets on which something changed.
        """
        changed: set[int] = set()
        for ticket, people in list(self._here.items()):
            for person in list(people.values()):
                if person.until <= now:
                    del people[person.user]
                    changed.add(ticket)
                elif person.mode != LOOKS and person.mode_until <= now:
                    person.mode = LOOKS
                    changed.add(ticket)
            if not people:
                del self._here[ticket]
        return changed

    def moved(self, ticket: int, teams: Sequence[int]) -> None:
        """The ticket went to another team: whoever has it open is on a ticket of that team now."""
        for person in self._here.get(ticket, {}).values():
            person.teams = tuple(teams)

    def tickets(self) -> list[int]:
        """The tickets on which somebody is."""
        return list(self._here)

    def teams(self, ticket: int) -> set[int]:
        """The teams that had the ticket, as those on it said."""
        return {team for person in self._here.get(ticket, {}).values() for team in person.teams}

    def shown(self, ticket: int, *, without: int, now: float) -> list[dict[str, Any]]:
        """Who is on the ticket besides the reader, writers first."""
        people: Iterable[Here] = (row for row in self._here.get(ticket, {}).values() if row.user != without)
        rows = [
            {"id": row.user, "name": row.name, "initials": row.initials, "hue": row.hue, "mode": row.doing(now)}
            for row in people
        ]
        return sorted(rows, key=lambda row: (row["mode"] == LOOKS, row["name"]))


def word(user: Any, ticket_id: int, team_id: int | None, mode: str) -> dict[str, Any]:
    """What is said of one person on one ticket; nothing of what they write."""
    return {
        "ticket": ticket_id,
        "user": user.pk,
        "name": user.short_name,
        "initials": user.initials,
        "hue": user.hue,
        "teams": [team_id] if team_id else [],
        "mode": mode,
    }
