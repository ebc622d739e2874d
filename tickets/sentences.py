"""What a step of a ticket's history says in one sentence: to staff, and in fewer words to its requester."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.spoken_time import weekday_and_time
from tickets.choices import PendingReason, Priority, Status
from tickets.linked import spoken
from tickets.models import Ticket, TicketEvent
from tickets.reasons import text_of

ENDED_WAITING = [Status.PENDING, Status.OPEN]


def sentences(ticket: Ticket, events: Sequence[TicketEvent]) -> dict[int, SafeString | str]:
    """Who did what, by the event's number, for pages that tell a part of the history to staff; two queries.

    Args:
        events: of this ticket, with their actors.
    """
    names = Names(ticket, events)
    short = "<b>{}</b> {}"
    return {
        event.pk: names.sentence(event) or format_html(short, event.actor.short_name, event.words) for event in events
    }


class Names:
    """Names of the people and teams that a ticket's events mention; the teams staff carry along are not asked for."""

    def __init__(self, ticket: Ticket, events: Sequence[TicketEvent], reader: User | None = None) -> None:
        at_hand = (event.actor for event in events)
        self.people = {person.pk: person for person in (reader, *at_hand, *_of(ticket)) if person is not None}
        people = {value for event in events for value in _new_and_old(event, "assignee")}
        if unknown := people - self.people.keys():
            self.people |= User.objects.in_bulk(unknown)
        teams = {value for event in events for value in _new_and_old(event, "team")}
        self.ticket = ticket
        self.others = spoken(events, reader)
        self.teams = {team.pk: team for team in (reader.hats.teams if reader else ())}
        if missing := teams - self.teams.keys():
            self.teams |= Team.objects.select_related("tier").in_bulk(missing)

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


def _of(ticket: Ticket) -> list[User]:
    """Its requester and its owner, where they were read with it."""
    at_hand = ticket._state.fields_cache
    return [person for name in ("requester", "assignee") if (person := at_hand.get(name)) is not None]
