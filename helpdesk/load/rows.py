"""One made-up ticket as rows of every table its history fills: consistent enough to open, filter, search and count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from helpdesk.load.cast import Cast
from helpdesk.load.words import Writer

SPAN_DAYS = 3 * 365
# the newest tenth holds what is still open: three in a hundred of all
RECENT_SHARE, LIVE_OF_RECENT = 0.1, 0.3
PLACES = [
    "Jakarta",
    "Surabaya",
    "Bandung",
    "Medan",
    "Makassar",
    "Denpasar",
    "Semarang",
    "lantai 3",
    "gudang",
    "kasir 2",
]
TARGET_HOURS = {1: 4, 2: 8, 3: 24, 4: 48}
# hours from now at which a live ticket is due: late, within the hour, today, later
DUE = [(-72.0, 0.0, 15), (0.0, 1.0, 10), (1.0, 10.0, 25), (10.0, 240.0, 50)]
TAGS = ["vpn", "vip", "onboarding", "audit", "mobile", "remote", "legacy", "training"]

Row = tuple[Any, ...]


@dataclass(slots=True)
class Batch:
    """Rows by table, and the next free numbers."""

    next_event: int
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        self.rows.setdefault(table, []).append(row)


class Maker:
    """Makes tickets in the order of their numbers, which is the order in which they were opened."""

    def __init__(self, cast: Cast, random: Random, now: datetime, count: int, first: int) -> None:
        self._cast, self._random, self._now, self._count, self._first = cast, random, now, count, first
        self._writer = Writer(random)

    def make(self, pk: int, batch: Batch) -> None:
        """Add one ticket with its history to the batch."""
        share = (pk - self._first) / self._count
        chance = self._random.random()
        age_days = (1 - share) * SPAN_DAYS
        opened = self._now - timedelta(days=age_days, seconds=self._random.random() * 3600)
        is_live = share > 1 - RECENT_SHARE and chance < LIVE_OF_RECENT
        _Story(self, pk, opened, is_live, batch).tell()


class _Story:
    """What happens on one ticket."""

    def __init__(self, maker: Maker, pk: int, opened: datetime, is_live: bool, batch: Batch) -> None:
        self.random, self.cast, self.writer, self.now = maker._random, maker._cast, maker._writer, maker._now
        self.pk, self.opened, self.batch, self.version = pk, opened, batch, 0
        choice = self.random.choice
        self.language = "id" if self.random.random() < 0.7 else "en"
        # a few requesters write most tickets, and the first team has most of them
        self.requester = self.cast.requesters[int(self.random.random() ** 2 * len(self.cast.requesters))]
        self.team = self.cast.teams[int(self.random.random() ** 1.6 * len(self.cast.teams))]
        self.category, self.service, self.kind = choice(self.cast.categories)
        self.priority = self.random.choices((1, 2, 3, 4), (2, 13, 45, 40))[0]
        self.is_live = is_live
        self.status = self.random.choices(("new", "open", "pending"), (25, 55, 20))[0] if is_live else "closed"
        owned = self.status != "new" and self.random.random() < 0.9
        self.owner = choice(self.cast.members[self.team]) if owned or not is_live else None
        hours = self.random.expovariate(1 / 12) + 0.2
        self.ended = None if is_live else min(opened + timedelta(hours=hours), self.now)
        self.due = self._due()

    def _due(self) -> datetime | None:
        if not self.is_live or self.status == "pending":
            return None
        low, high, _weight = self.random.choices(DUE, [row[2] for row in DUE])[0]
        return self.now + timedelta(hours=self.random.uniform(low, high))

    def tell(self) -> None:
        """Add the rows, in the order of what happened."""
        at, minute = self.opened, timedelta(minutes=1)
        first_event = self.batch.next_event
        self._event("open", self.requester, at, {"status": [None, "new"], "team": [None, self.team]}, public=True)
        if self.owner:
            self._event(
                "assign", self.owner, at + 5 * minute, {"assignee": [None, self.owner], "status": ["new", "open"]}
            )
            self._message("reply", self.owner, at + 9 * minute, by_staff=True)
            self._event("reply", self.owner, at + 9 * minute, {}, public=True)
        if self.random.random() < 0.4:
            self._message("note", self.owner or self.cast.automation, at + 12 * minute, by_staff=True)
            self._event("note", self.owner or self.cast.automation, at + 12 * minute, {})
        if self.ended and self.owner:
            self._event("resolve", self.owner, self.ended, {"status": ["open", "resolved"]}, public=True)
            self._event("close", self.cast.automation, self.ended, {"status": ["resolved", "closed"]}, public=True)
        self._visit(first_event)
        self._clocks()
        self.batch.add("tickets_ticket", self._ticket())

    def _event(self, verb: str, actor: int, at: datetime, changes: dict[str, Any], *, public: bool = False) -> None:
        self.version += 1
        data = json.dumps({"version": self.version, "quiet": True})
        row = (
            self.batch.next_event,
            verb,
            min(at, self.now),
            json.dumps(changes),
            data,
            0,
            public,
            actor,
            None,
            self.pk,
        )
        self.batch.add("tickets_ticketevent", row)
        self.batch.next_event += 1

    def _message(self, kind: str, author: int, at: datetime, *, by_staff: bool) -> None:
        body = self.writer.text(self.language, 2)
        row = (kind, body, kind == "reply", by_staff, "portal", min(at, self.now), None, author, self.pk)
        self.batch.add("tickets_message", row)

    def _visit(self, first_event: int) -> None:
        accepted = self.opened + timedelta(minutes=5) if self.owner else None
        left = self.ended
        row = (
            *(self.opened, "open", "", accepted, left, "resolve" if left else "", "", self.owner, self.requester),
            *(self.team, self.pk, self.cast.tiers[self.team], None, None, first_event, self.owner if left else None),
            *(None, None),
        )
        self.batch.add("escalation_tiervisit", row)

    def _clocks(self) -> None:
        calendar, policy = self.cast.promise
        target = TARGET_HOURS[self.priority] * 3600
        for metric, seconds in (("response", target // 8), ("resolution", target)):
            replied = metric == "response" and self.owner is not None
            state = "done" if self.ended or replied else "running" if self.due else "paused"
            running = state == "running"
            row = (
                *(metric, state, seconds, self.opened, self.opened if running else None, self.due if running else None),
                *(self.ended or self.opened if state == "done" else None, None, self.pk, seconds // 2 * 1_000_000, 1),
                *("[]", False, 0, 0, None, "", None, None, calendar, policy, None),
            )
            self.batch.add("escalation_clock", row)

    def _ticket(self) -> Row:
        waits = self.status == "pending"
        touched = min(self.ended or self.opened + timedelta(minutes=12), self.now)
        replied = self.opened + timedelta(minutes=9) if self.owner else None
        tags = [tag for tag in TAGS if self.random.random() < 0.03]
        return (
            *(self.pk, self.kind, self.writer.subject(self.language, self.random.choice(PLACES))),
            *(self.writer.text(self.language, 3), self.language, self.status, "requester" if waits else ""),
            *(3, 3, self.priority, self.random.choice(("portal", "email", "phone")), "{}", None, self.version),
            *(self.opened, touched, replied, self.ended, self.ended, None, "Selesai." if self.ended else "", 0, 0),
            *(None, self.due, self.due, None, None, self.owner, self.category, self.requester, self.requester),
            *(self.service, self.team, self.cast.tiers[self.team], None, f"{{{','.join(tags)}}}"),
            *(touched, self.opened, self.opened, touched, self.opened, "{}"),
        )


COLUMNS: dict[str, str] = {
    "tickets_ticket": "id,kind,subject,description,language,status,pending_reason,impact,urgency,priority,channel,"
    "intake,external_ref,version,opened_at,updated_at,first_replied_at,resolved_at,closed_at,auto_close_at,resolution,"
    "reopen_count,return_count,response_due_at,resolution_due_at,next_due_at,breached_at,asset_id,assignee_id,"
    "category_id,opened_by_id,requester_id,service_id,team_id,tier_id,pending_until,tags,status_since,team_since,tier_since,"
    "staff_acted_at,requester_acted_at,was",
    "tickets_ticketevent": "id,verb,at,changes,data,depth,is_public,actor_id,cause_id,ticket_id",
    "tickets_message": "kind,body,is_public,by_staff,channel,created_at,dedupe_key,author_id,ticket_id",
    "escalation_tiervisit": "entered_at,entered_verb,entered_why,accepted_at,left_at,left_verb,left_why,accepted_by_id,"
    "entered_by_id,team_id,ticket_id,tier_id,business_seconds,calendar_version_id,entered_event_id,left_by_id,"
    "left_event_id,returned_to_id",
    "escalation_clock": "metric,state,target_seconds,started_at,running_since,due_at,stopped_at,missed_at,ticket_id,"
    "counted,cycle,fired,is_dropped,life,misses,next_at,next_step,team_id,tier,calendar_version_id,policy_version_id,"
    "agreed",
}


def lines(rows: list[Row]) -> Iterator[str]:
    """Rows as COPY reads them. The words hold no tab, line break or backslash."""
    for row in rows:
        yield "\t".join("\\N" if value is None else str(value) for value in row) + "\n"
