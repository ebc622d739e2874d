"""The command palette: numbers, commands in both languages, and what a search finds while somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from core.cleaning import whole_number
from core.errors import NotVisible
from tickets.models import Ticket
from tickets.reading import ticket_by_key
from tickets.search.answer import Answer, direct_ticket, search
from tickets.search.highlight import Piece
from tickets.search.palette_commands import COMMANDS, EVERYBODY, LEADS, ON_TICKET, Command, met
from tickets.workflow import verbs_for

MOST_COMMANDS = 6
MOST_TICKETS = 6
MOST_OTHERS = 4
MOST_RECENT = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the palette.

    Attributes:
        press: the key of a button on the page that does the same without leaving it.
        also: the other name by which it was met.
    """

    title: list[Piece]
    url: str
    icon: str
    detail: str = ""
    also: list[Piece] = field(default_factory=list)
    key: str = ""
    press: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    options: list[Option]


def groups(user: User, text: str, *, key: str = "", recent: Iterable[str] = ()) -> tuple[list[Group], str]:
    """What the palette shows for what is typed, and the number of the ticket one looks at.

    Args:
        text: ">" first asks for commands alone, "@" for people, "#" for a number.
        key: of the ticket on the page; "" elsewhere.
        recent: numbers of tickets opened lately, the newest first.
    """
    only, wanted = (text[0], text[1:].strip()) if text[:1] in (">", "@", "#") else ("", text.strip())
    ticket = _ticket_here(user, key)
    here = ticket.key if ticket else ""
    if not wanted and not only:
        return _shown([Group(_("Recent"), _recent(user, recent)), *_commands(user, ticket, "")]), here
    found: list[Group] = []
    if only == "#":
        return _shown([Group(_("Go to"), _direct(direct_ticket(user, wanted), user))]), here
    if only in ("", ">"):
        found += _commands(user, ticket, wanted)
    if only == ">" or not wanted:
        return _shown(found), here
    answer = search(user, f"kind:person {wanted}" if only == "@" else wanted, typing=True)
    direct = [Group(_("Go to"), _direct(answer.direct, user))]
    return _shown([*direct, *found, *_results(answer, user, wanted)]), here


def _shown(found: Iterable[Group]) -> list[Group]:
    return [group for group in found if group.options]


def _ticket_here(user: User, key: str) -> Ticket | None:
    if not key or not user.hats.is_agent:
        return None
    try:
        ticket = ticket_by_key(user, key)
    except NotVisible:
        return None
    return ticket if ticket.staffed_by(user) else None


def _commands(user: User, ticket: Ticket | None, wanted: str) -> list[Group]:
    on_ticket = _on_ticket(user, ticket, wanted) if ticket else []
    general = [option for command in COMMANDS if (option := _command(user, command, wanted))]
    queues = []
    for place, team in enumerate(user.hats.visible_teams, 1):
        names = f"queue {team.name}, antrean {team.name_id or team.name}"
        also = met(names, wanted)
        if also is not None:
            title = _("Queue: %(team)s, tier %(tier)s") % {"team": team.label, "tier": team.tier.numeral}
            url = reverse("desk_queue", args=[team.slug])
            queues.append(Option([Piece(title)], url, "rows-3", also=also, key=f"G {place}"))
    most = MOST_COMMANDS if wanted else MOST_COMMANDS - 2
    return [
        Group(_("This ticket"), on_ticket[:MOST_COMMANDS]),
        Group(_("Go to"), [*general, *queues][:most] if wanted else [*general[:most]]),
    ]


def _command(user: User, command: Command, wanted: str) -> Option | None:
    if command.who != EVERYBODY and not user.hats.is_agent:
        return None
    if command.who == LEADS and not user.hats.is_lead:
        return None
    also = met(f"{command.english}, {command.indonesian}", wanted)
    if also is None:
        return None
    url = reverse(command.view) + (f"?{urlencode({'q': command.query})}" if command.query else "")
    return Option([Piece(str(command.label))], url, command.icon, also=also, key=command.key)


def _on_ticket(user: User, ticket: Ticket, wanted: str) -> list[Option]:
    verbs = verbs_for(user, ticket)
    options = []
    for verb, label, english, indonesian, view, icon, key in ON_TICKET:
        also = met(f"{english}, {indonesian}", wanted)
        if verb not in verbs or also is None or (verb == "accept" and ticket.assignee_id):
            continue
        # taking it is a form on the page: the palette presses its button
        url = ticket.get_absolute_url() if verb == "accept" else reverse(view, args=[ticket.key])
        options.append(Option([Piece(str(label))], url, icon, also=also, key=key, press=key.lower()))
    return options


def _direct(ticket: Ticket | None, user: User) -> list[Option]:
    return [_ticket_option(ticket, user, [Piece(ticket.subject)])] if ticket else []


def _recent(user: User, recent: Iterable[str]) -> list[Option]:
    numbers = [number for text in recent if (number := whole_number(text)) is not None][:MOST_RECENT]
    if not numbers:
        return []
    seen = Ticket.objects.visible_to(user).for_rows().prefetch_related("helpers").filter(pk__in=numbers)
    by_id = {ticket.pk: ticket for ticket in seen}
    return [_ticket_option(by_id[pk], user, [Piece(by_id[pk].subject)]) for pk in numbers if pk in by_id]


def _results(answer: Answer, user: User, wanted: str) -> list[Group]:
    rows = answer.tickets[:MOST_TICKETS]
    direct = answer.direct.pk if answer.direct else None
    tickets = [_option(row.ticket, row.subject, is_inside=row.is_inside) for row in rows if row.ticket.pk != direct]
    others = {
        kind: [Option(row.title, row.found.url, row.found.icon, detail=row.found.detail) for row in found[:MOST_OTHERS]]
        for kind, found in answer.others.items()
    }
    everything = f"{reverse('search')}?{urlencode({'q': wanted})}"
    more = [Option([Piece(_("Search everywhere for “%(words)s”") % {"words": wanted[:60]})], everything, "search")]
    return [
        Group(_("Tickets"), tickets),
        Group(_("Articles"), others.pop("article", [])),
        Group(_("People"), others.pop("person", [])),
        Group(_("Assets"), others.pop("asset", [])),
        *(Group(_("More"), options) for options in others.values()),
        Group(_("Search"), more),
    ]


def _ticket_option(ticket: Ticket, user: User, title: list[Piece]) -> Option:
    return _option(ticket, title, is_inside=ticket.staffed_by(user))


def _option(ticket: Ticket, title: list[Piece], *, is_inside: bool) -> Option:
    url = ticket.get_absolute_url() if is_inside else reverse("my_ticket", args=[ticket.key])
    return Option([Piece(f"{ticket.key} "), *title], url, "ticket", detail=ticket.status_words)
