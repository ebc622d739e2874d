"""The conversation and the history of one ticket as one list, oldest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.spoken_time import weekday_and_time
from tickets.choices import PendingReason, Priority, Status
from tickets.entries import Entry, gathered
from tickets.history_undo import offered, taken_back
from tickets.icons import ICONS
from tickets.linked import Told, spoken, told_on
from tickets.markup import pictures_of, to_html
from tickets.models import Attachment, Message, Ticket, TicketEvent
from tickets.reasons import text_of
from tickets.stretches import aligned, narrowed

FOLD_FROM = 3
# housekeeping that may fold away; what tells the story of the ticket never does
FOLDING = frozenset({"assign", "release", "prioritise", "categorise", "tag", "transfer", "pend", "resume", "watch"})
PAGE_ENTRIES = 100
# messages stand for these themselves, unless an answer also ended the waiting for it
SILENT = Q(verb__in=("note", "broadcast", "follow_up")) | Q(verb="reply", changes__status__isnull=True)
ENDED_WAITING = [Status.PENDING, Status.OPEN]


@dataclass(slots=True)
class Page:
    """A stretch of the timeline: its entries, and the key of the stretch before it ("" where it begins)."""

    entries: list[Entry]
    earlier: str = ""


def timeline(ticket: Ticket, user: User, *, as_requester: bool = False, verbs: Collection[str] = ()) -> list[Entry]:
    """The newest entries; see `timeline_page`."""
    return timeline_page(ticket, user, as_requester=as_requester, verbs=verbs).entries


def timeline_page(
    ticket: Ticket, user: User, *, as_requester: bool = False, before: str = "", verbs: Collection[str] = ()
) -> Page:
    """Entries this person may read, in order; six queries, whatever the length, two more where tickets were merged into
    this one or split off.

    Staff see everything; a requester, and staff on the portal, see public messages and the steps meant for them.

    Args:
        before: the key that the page behind gave; "" for the newest.
        verbs: what this person may do with the ticket; with them their own steps among the newest offer the way back.

    Raises:
        Invalid: no page gave this key.
    """
    told = told_on(ticket, user, as_requester=as_requester)
    readable = told.messages
    steps = TicketEvent.objects.visible_to(user, ticket).exclude(SILENT).select_related("actor")
    if as_requester:
        readable, steps = readable.filter(is_public=True), steps.filter(is_public=True)
    readable, steps = narrowed(readable, steps, before)
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("pk"))
    newest = readable.select_related("author").order_by("-created_at", "-pk")
    messages = list(newest.prefetch_related(files)[:PAGE_ENTRIES])
    events = list(steps.order_by("-pk")[:PAGE_ENTRIES])
    messages, events, earlier = aligned(messages, events, before, PAGE_ENTRIES)
    entries = [_message(message, told) for message in messages]
    if not earlier:
        entries += [_opening(source) for source in told.sources.values()]
    entries += _steps(ticket, events, user, as_requester=as_requester, verbs=() if before else verbs)
    return Page(_folded(sorted(entries, key=lambda entry: entry.at)), earlier)


def _steps(
    ticket: Ticket, events: Sequence[TicketEvent], user: User, *, as_requester: bool, verbs: Collection[str]
) -> list[Entry]:
    names = _Names(ticket, events, user)
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


def sentences(ticket: Ticket, events: Sequence[TicketEvent]) -> dict[int, SafeString | str]:
    """Who did what, by the event's number, for pages that tell a part of the history to staff; two queries.

    Args:
        events: of this ticket, with their actors.
    """
    names = _Names(ticket, events)
    short = "<b>{}</b> {}"
    return {
        event.pk: names.sentence(event) or format_html(short, event.actor.short_name, event.words) for event in events
    }


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


class _Names:
    """Names of the people and teams that a ticket's events mention; the teams staff carry along are not asked for."""

    def __init__(self, ticket: Ticket, events: Sequence[TicketEvent], reader: User | None = None) -> None:
        people = {value for event in events for value in _new_and_old(event, "assignee")}
        self.people = User.objects.in_bulk(people) if people else {}
        teams = {value for event in events for value in _new_and_old(event, "team")}
        self.ticket = ticket
        self.others = spoken(events, reader)
        self.teams = {team.pk: team for team in (reader.hats.teams if reader else ())}
        if unknown := teams - self.teams.keys():
            self.teams |= Team.objects.select_related("tier").in_bulk(unknown)

    def sentence(self, event: TicketEvent) -> SafeString | str:
        """Who did what, to whom, and why; every name escaped. Empty where a message says it all."""
        if event.verb == "reply" and event.changes.get("status") != ENDED_WAITING:
            return ""
        reason = text_of(event.data.get("reason"))
        parts = (
            format_html("<b>{}</b> {}", event.actor.short_name, event.words),
            self._team(event),
            self._person(event),
            self._value(event),
            format_html(_("because: {}"), reason) if reason else "",
        )
        return format_html_join(" ", "{}", ((part,) for part in parts if part))

    def plain_sentence(self, event: TicketEvent) -> SafeString | str:
        """The step in the requester's words; empty where it says nothing to them."""
        if event.moved("team"):
            team = self.teams.get(event.changes["team"][1])
            return format_html(_("Passed to the team “{}”"), team.label) if team else ""
        if event.verb in ("pend", "refer_to_vendor"):
            return self._plain_wait(event)
        words = {
            "nudge": _("We reminded you that we wait for your answer"),
            "fix_available": _("A fix is available; we go on with it"),
            "resolve": _("Solved"),
            "reopen": _("Opened again"),
            "close": _("Closed"),
            "cancel": _("Cancelled"),
            "promote": _("Many people have the same trouble; we handle it as a major incident"),
            "attach": _("Others have the same trouble; we handle it together"),
            "detach": _("We look at this on its own again"),
            "merge": _("We handle this together with another report of the same trouble"),
            "unmerge": _("We look at this on its own again"),
        }
        return words.get(event.verb, "")

    def _plain_wait(self, event: TicketEvent) -> SafeString | str:
        """What it waits for and until when; a wait for others is no story once it is over."""
        if event.changes.get("pending_reason", ["", ""])[1] == PendingReason.REQUESTER:
            words = _("We wait for your answer; the clock stands still")
        elif self.ticket.pending_reason:
            words = str(PendingReason(self.ticket.pending_reason).label)
        else:
            return ""
        return format_html_join(" ", "{}", ((part,) for part in (words, _until(event)) if part))

    def _team(self, event: TicketEvent) -> str:
        if not event.moved("team"):
            return ""
        team = self.teams.get(event.changes["team"][1])
        return format_html(_("to <b>{}</b> (tier {})"), team.label, team.tier.numeral) if team else ""

    def _person(self, event: TicketEvent) -> str:
        if event.verb != "assign" or not event.moved("assignee"):
            return ""
        person = self.people.get(event.changes["assignee"][1])
        if person is None or person.pk == event.actor_id:
            return _("to themselves") if person else ""
        return format_html(_("to <b>{}</b>"), person.name)

    def _value(self, event: TicketEvent) -> str:
        if event.moved("priority") and event.verb == "prioritise":
            return format_html(_("to <b>{}</b>"), Priority(event.changes["priority"][1]).label)
        if event.verb == "tag":
            return _tags(event)
        if event.verb == "pend":
            return _wait(event)
        if event.verb == "reply":
            return _("and so ended the waiting; the clock runs again")
        if event.pk in self.others:
            return self.others[event.pk]
        if event.verb == "rate":
            return format_html("<b>{}/5</b>", event.data.get("score", "?"))
        if event.verb == "breach":
            return _("(solution)") if event.data.get("metric") == "resolution" else _("(first reply)")
        # what a verb of the apps above is about: a vendor with its reference, a bug, the ticket it is attached to
        return format_html("<b>{}</b>", event.data["about"]) if event.data.get("about") else ""


def _tags(event: TicketEvent) -> str:
    """The tags as they stand after this step."""
    tags = event.changes.get("tags", [[], []])[1]
    return format_html(_("(tags: <b>{}</b>)"), ", ".join(tags)) if tags else _("(no tags left)")


def _wait(event: TicketEvent) -> SafeString:
    """What it waits for, until when, and what staff should know about it."""
    reason = event.changes.get("pending_reason", ["", ""])[1]
    note = event.data.get("note", "")
    parts = (
        format_html("(<b>{}</b>)", PendingReason(reason).label) if reason else "",
        _until(event),
        format_html("“{}”", note) if note else "",
    )
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def _until(event: TicketEvent) -> str:
    """The end of a wait as this step set it; empty where it set none."""
    until = event.changes.get("pending_until", [None, None])[1]
    instant = parse_datetime(until) if until else None
    return _("until %(when)s") % {"when": weekday_and_time(instant)} if instant else ""


def _new_and_old(event: TicketEvent, field: str) -> list[int]:
    return [value for value in event.changes.get(field, []) if value]
