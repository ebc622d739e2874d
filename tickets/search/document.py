"""One ticket as the search sees it, kept in the transaction of every command: an accepted ticket is found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from tickets.choices import LIVE
from tickets.commands import is_last_of_its_ticket
from tickets.models import Attachment, Helper, Message, Ticket, TicketEvent, Watcher
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
    """The tickets with everything beside them, in one query."""
    of_this = {"ticket_id": OuterRef("pk")}
    said = Message.objects.filter(**of_this).order_by("-pk").values(row=JSONObject(body="body", open="is_public"))
    files = Attachment.objects.filter(**of_this).order_by("-pk")
    named = files.values(row=JSONObject(body="name", message="message_id", open=F("message__is_public")))
    helpers = Helper.objects.open().filter(**of_this).order_by("pk")
    asked = helpers.values(row=JSONObject(person="person_id", team="team_id", tier="tier_id"))
    watchers = Watcher.objects.filter(**of_this).order_by("pk").values("user_id")
    return (
        Ticket.objects.filter(pk__in=ticket_ids)
        .annotate(
            said=ArraySubquery(said[:MOST_MESSAGES]),
            files=ArraySubquery(named[:MOST_MESSAGES]),
            asked=ArraySubquery(asked),
            followers=ArraySubquery(watchers),
        )
        .order_by("pk")
    )


def _texts(ticket: Any) -> tuple[str, str, str, str]:
    """Subject, opening words and what was said in public; then what only staff read. Newest first, cut."""
    answers = [str(answer) for answer in ticket.intake.values() if isinstance(answer, str | int | float)]
    public = [row["body"] for row in ticket.said if row["open"]]
    inside = [row["body"] for row in ticket.said if not row["open"]]
    for row in ticket.files:
        is_public = row["message"] is None or row["open"]
        (public if is_public else inside).append(row["body"])
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
    if ticket.tags or any(not row["open"] for row in ticket.said):
        marks.add("n:1")
    if ticket.asset_id:
        marks.add(f"x:{ticket.asset_id}")
    for row in ticket.asked:
        marks |= {f"h{kind}:{row[kind]}" for kind in ("person", "team", "tier") if row[kind]}
    return marks
