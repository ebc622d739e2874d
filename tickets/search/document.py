"""One ticket as the search sees it, kept in the transaction of every command: an accepted ticket is found at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from tickets.choices import LIVE
from tickets.commands import is_last_of_its_ticket
from tickets.models import Ticket, TicketEvent
from tickets.search.matching import BUCKET_BITS, CONFIGS
from tickets.search.words import indexed

# A vector holds at most a megabyte; nobody looks for the ten-thousandth word of a log file.
MOST_CHARACTERS = 20_000
MOST_MESSAGES = 300
# what these write stands in no column and no message
LEAVE_NO_WORDS = frozenset({"milestone", "breach"})
LETTERS = ("A", "B", "C", "D")
VECTOR = " || ".join(
    [f"setweight(to_tsvector('{config}', %s), '{letter}')" for letter in LETTERS for config in CONFIGS]
    + ["array_to_tsvector(%s::text[])"]
)

# written out, because every command asks it and the ORM takes six times as long to word it as PostgreSQL to answer it
QUESTION = """
SELECT ticket.*,
    ARRAY(SELECT follower.user_id FROM tickets_watcher follower WHERE follower.ticket_id = ticket.id ORDER BY 1)
        AS followers,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(said.body, said.is_public)), '[]') FROM (
        SELECT body, is_public FROM tickets_message message
        WHERE message.ticket_id = ticket.id ORDER BY message.id DESC LIMIT %(most)s) said) AS said,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(file.name, file.is_public)), '[]') FROM (
        SELECT attachment.name, coalesce(message.is_public, attachment.message_id IS NULL) AS is_public
        FROM tickets_attachment attachment LEFT JOIN tickets_message message ON message.id = attachment.message_id
        WHERE attachment.ticket_id = ticket.id ORDER BY attachment.id DESC LIMIT %(most)s) file) AS files,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(helper.person_id, helper.team_id, helper.tier_id)), '[]')
        FROM tickets_helper helper WHERE helper.ticket_id = ticket.id AND helper.ended_at IS NULL) AS asked
FROM tickets_ticket ticket WHERE ticket.id = ANY(%(ids)s) ORDER BY ticket.id
"""
HELPS = ("person", "team", "tier")


def on_event(event: TicketEvent) -> None:
    """Write the ticket's document anew. Of several events in one command only the last one does the work."""
    if event.verb in LEAVE_NO_WORDS and not event.changes:
        return
    if is_last_of_its_ticket(event):
        write([event.ticket_id])


def write(ticket_ids: Sequence[int]) -> None:
    """Write the documents of these tickets as they stand now. Two queries."""
    rows = list(_rows(ticket_ids))
    if not rows:
        return
    # the vector first: it is the same expression that `differing` compares
    places = ", ".join([f"({VECTOR}, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tickets_searchdocument (words, ticket_id, opened_at) VALUES {places} "  # noqa: S608
            "ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words, opened_at = excluded.opened_at",
            [value for row in rows for value in row],
        )


def differing(ticket_ids: Sequence[int]) -> list[int]:
    """Those whose document is missing or not what the ticket says."""
    rows = list(_rows(ticket_ids))
    if not rows:
        return []
    places = ", ".join([f"({VECTOR}, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT fresh.id FROM (VALUES {places}) AS fresh (words, id, opened_at) "  # noqa: S608
            "LEFT JOIN tickets_searchdocument kept ON kept.ticket_id = fresh.id "
            "WHERE kept.words IS DISTINCT FROM fresh.words OR kept.opened_at IS DISTINCT FROM fresh.opened_at",
            [value for row in rows for value in row],
        )
        return sorted(row[0] for row in cursor.fetchall())


def missing(limit: int) -> list[int]:
    """Tickets without a document, the newest first."""
    without = Ticket.objects.filter(search_document__isnull=True).order_by("-pk")
    return list(without.values_list("pk", flat=True)[:limit])


def _rows(ticket_ids: Sequence[int]) -> Iterator[list[Any]]:
    for ticket in _read(ticket_ids):
        texts = [indexed(text) for text in _texts(ticket)]
        by_letter = [text for text in texts for _config in CONFIGS]
        yield [*by_letter, sorted(_marks(ticket)), ticket.pk, ticket.opened_at]


def _read(ticket_ids: Sequence[int]) -> Iterable[Any]:
    """The tickets with everything beside them, in one query; `said`, `files` and `asked` are JSON."""
    return Ticket.objects.raw(QUESTION, {"ids": list(ticket_ids), "most": MOST_MESSAGES})


def _texts(ticket: Any) -> tuple[str, str, str, str]:
    """Subject, opening words and what was said in public; then what only staff read. Newest first, cut."""
    answers = [str(answer) for answer in ticket.intake.values() if isinstance(answer, str | int | float)]
    written = json.loads(ticket.said) + json.loads(ticket.files)
    public = [text for text, is_public in written if is_public]
    inside = [text for text, is_public in written if not is_public]
    opening = "\n".join([ticket.description[:MOST_CHARACTERS], *answers])
    said = "\n".join([ticket.resolution, *public])
    return (
        ticket.subject,
        opening[: 2 * MOST_CHARACTERS],
        said[:MOST_CHARACTERS],
        "\n".join([*ticket.tags, *inside])[:MOST_CHARACTERS],
    )


def _marks(ticket: Any) -> set[str]:
    """Who sees it, what it is and how new it is; a colon stands in no word."""
    marks = {
        f"b:{ticket.pk >> BUCKET_BITS}",
        f"t:{ticket.team_id or 0}",
        f"i:{ticket.tier_id or 0}",
        f"a:{ticket.assignee_id or 0}",
        f"v:{ticket.service_id or 0}",
        f"c:{ticket.category_id or 0}",
        f"r:{ticket.requester_id}",
        f"s:{ticket.status}",
        f"k:{ticket.kind}",
        f"p:{ticket.priority}",
        f"m:{ticket.opened_at:%Y%m}",
        "s:live" if ticket.status in LIVE else "s:ended",
    }
    marks |= {f"w:{follower}" for follower in ticket.followers}
    marks |= {f"g:{tag}" for tag in ticket.tags}
    if ticket.tags or any(not is_public for _text, is_public in json.loads(ticket.said)):
        marks.add("n:1")
    if ticket.asset_id:
        marks.add(f"x:{ticket.asset_id}")
    for asked in json.loads(ticket.asked):
        marks |= {f"h{kind}:{number}" for kind, number in zip(HELPS, asked, strict=True) if number}
    return marks
