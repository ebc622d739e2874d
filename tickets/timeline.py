"""The conversation and the history of one ticket as one list, oldest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.beside import EVERYTHING, Beside, has_none
from tickets.entries import Entry, gathered
from tickets.history_undo import offered, taken_back
from tickets.icons import ICONS
from tickets.linked import Told, told_on
from tickets.markup import pictures_of, to_html
from tickets.models import Attachment, Message, Ticket, TicketEvent
from tickets.sentences import Names
from tickets.stretches import aligned, narrowed

FOLD_FROM = 3
# housekeeping that may fold away; what tells the story of the ticket never does
FOLDING = frozenset({"assign", "release", "prioritise", "categorise", "tag", "transfer", "pend", "resume", "watch"})
PAGE_ENTRIES = 100
# messages stand for these themselves, unless an answer also ended the waiting for it
SILENT = Q(verb__in=("note", "broadcast", "follow_up")) | Q(verb="reply", changes__status__isnull=True)


@dataclass(slots=True)
class Page:
    """A stretch of the timeline: its entries, and the key of the stretch before it ("" where it begins)."""

    entries: list[Entry]
    earlier: str = ""


def timeline(ticket: Ticket, user: User, *, as_requester: bool = False, verbs: Collection[str] = ()) -> list[Entry]:
    """The newest entries; see `timeline_page`."""
    return timeline_page(ticket, user, as_requester=as_requester, verbs=verbs).entries


def timeline_page(
    ticket: Ticket,
    user: User,
    *,
    as_requester: bool = False,
    before: str = "",
    verbs: Collection[str] = (),
    there: Beside = EVERYTHING,
) -> Page:
    """Entries this person may read, in order; six queries, whatever the length, two more where tickets were merged into
    this one or split off.

    Staff see everything; a requester, and staff on the portal, see public messages and the steps meant for them.

    Args:
        before: the key that the page behind gave; "" for the newest.
        verbs: what this person may do with the ticket; with them their own steps among the newest offer the way back.
        there: what stands beside the ticket; what does not is not asked for.

    Raises:
        Invalid: no page gave this key.
    """
    told = told_on(ticket, user, as_requester=as_requester, has_links=there.links)
    readable = told.messages
    steps = TicketEvent.objects.visible_to(user, ticket).exclude(SILENT).select_related("actor")
    if as_requester:
        readable, steps = readable.filter(is_public=True), steps.filter(is_public=True)
    readable, steps = narrowed(readable, steps, before)
    newest = readable.select_related("author").order_by("-created_at", "-pk")
    messages = _with_files(newest[:PAGE_ENTRIES], there)
    events = list(steps.order_by("-pk")[:PAGE_ENTRIES])
    messages, events, earlier = aligned(messages, events, before, PAGE_ENTRIES)
    entries = [_message(message, told) for message in messages]
    if not earlier:
        entries += [_opening(source) for source in told.sources.values()]
    entries += _steps(ticket, events, user, as_requester=as_requester, verbs=() if before else verbs)
    return Page(_folded(sorted(entries, key=lambda entry: entry.at)), earlier)


def _with_files(newest: QuerySet[Message], there: Beside) -> list[Message]:
    """The messages with their files; those of merged tickets have theirs on those."""
    if there.files or there.links:
        return list(newest.prefetch_related(Prefetch("attachments", Attachment.objects.order_by("pk"))))
    messages = list(newest)
    has_none(messages, "attachments", Attachment)
    return messages


def _steps(
    ticket: Ticket, events: Sequence[TicketEvent], user: User, *, as_requester: bool, verbs: Collection[str]
) -> list[Entry]:
    names = Names(ticket, events, user)
    say = names.plain_sentence if as_requester else names.sentence
    offers = offered(events, user, set(verbs), timezone.now()) if verbs else set()
    undone = set() if as_requester else taken_back(events)
    lines = {
        event.pk: Entry(
            "event" if event.verb in FOLDING else "step",
            event.at,
            icon=ICONS.get(event.verb, "circle-dot"),
            sentence=words,
            key=event.pk,
            body_html=None if as_requester else _told(event),
            undo_url=reverse("undo", args=[ticket.key, event.pk]) if event.pk in offers else "",
            is_undone=event.pk in undone,
        )
        for event in events
        if event.verb != "open" and (words := say(event))
    }
    return gathered(ticket, events, lines, undone)


def _message(message: Message, told: Told) -> Entry:
    body = to_html(message.body, pictures_of(message.attachments.all()))
    origin, went_on = told.sources.get(message.ticket_id), told.went_on.get(message.pk, ())
    return Entry("message", message.created_at, message, body, origin=origin, went_on=went_on)


def _opening(source: Ticket) -> Entry:
    """The opening words of a ticket that was merged into this one."""
    return Entry("merged", source.opened_at, body_html=to_html(source.description), origin=source)


def _told(event: TicketEvent) -> SafeString | None:
    """What the requester read when it was resolved; the requester's own page shows it above the conversation."""
    text = event.changes.get("resolution", ["", ""])[1] if event.verb == "resolve" else ""
    return to_html(text) if text else None


def _folded(entries: Iterable[Entry]) -> list[Entry]:
    """Three or more events in a row become one line that opens."""
    folded: list[Entry] = []
    run: list[Entry] = []

    def flush() -> None:
        if len(run) >= FOLD_FROM:
            words = format_html(_("{} and {} more changes"), run[0].sentence, len(run) - 1)
            folded.append(Entry("fold", run[0].at, sentence=words, events=tuple(run), until=run[-1].at, key=run[0].key))
        else:
            folded.extend(run)
        run.clear()

    for entry in entries:
        if entry.kind == "event":
            run.append(entry)
        else:
            flush()
            folded.append(entry)
    flush()
    return folded
