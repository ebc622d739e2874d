"""Reading what tickets have to do with each other. What the reader may not see is in no list, no count, no sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets import policies
from tickets.choices import LIVE, Status
from tickets.models import Attachment, Message, Ticket, TicketEvent, TicketLink
from tickets.models.links import BY_HAND
from tickets.querysets import ConversationQuerySet

Kind = TicketLink.Kind
WANTED = re.compile(r"(?:^|/|\b[A-Za-z]{2,4}-|#)(\d{1,15})(?=/|$|[?#\s])")


def wanted(user: User, text: str, field_name: str = "other") -> Ticket:
    """The ticket somebody named: "INC-123", "123", or an address of its page. One they see only as its requester does
    not count: links are staff's.

    Raises:
        Invalid: on `field_name`: there is no such ticket, as far as this person is concerned.
    """
    numbers = WANTED.findall(text.strip())
    found = None
    if numbers:
        staffed = Ticket.objects.staffed_by(user).filter(pk=int(numbers[0]))
        found = staffed.select_related("requester", "team", "tier", "assignee").first()
    if found is None:
        raise Invalid.field(field_name, _("There is no such ticket."))
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One link as the panel shows it."""

    link: TicketLink
    other: Ticket
    words: str
    can_unlink: bool


def links_panel_context(user: User, ticket: Ticket) -> dict[str, Any]:
    """What the panel "Links" shows: the parent, the children with how many are solved, and everything else.

    Returns:
        `children` and `others` (lines), `solved` and `live` (numbers of children), `can_link`, `can_tell`. One query.
    """
    can_link = policies.sees_by_team(user, ticket)
    found = TicketLink.objects.visible_to(user).touching(ticket).select_related("source", "target")
    lines = [
        Line(link, link.other_than(ticket), str(link.words_from(ticket)), can_link and link.kind in BY_HAND)
        for link in found
    ]
    children = [line for line in lines if line.link.kind == Kind.CHILD and line.link.target_id == ticket.pk]
    live = sum(1 for line in children if line.other.is_live)
    return {
        "ticket": ticket,
        "children": children,
        "others": [line for line in lines if line not in children],
        "solved": len(children) - live,
        "live": live,
        "can_link": can_link,
        "can_tell": live > 0 and policies.works_on(user, ticket),
    }


def live_children(user: User, ticket: Ticket) -> list[Ticket]:
    """The children that are not over and that this person may know about, the lowest number first."""
    children = TicketLink.objects.children().filter(target_id=ticket.pk).values("source_id")
    return list(Ticket.objects.visible_to(user).filter(pk__in=children, status__in=LIVE).order_by("pk"))


def merged_into(ticket: Ticket) -> Ticket | None:
    """The ticket this one was merged into at last: over all the merges in between. None for one that was not."""
    seen, target_id = {ticket.pk}, _next_of(ticket.pk) if ticket.status == Status.CLOSED else None
    last = target_id
    while target_id is not None and target_id not in seen:
        seen.add(target_id)
        last, target_id = target_id, _next_of(target_id)
    return Ticket.objects.select_related("requester", "team", "tier").get(pk=last) if last else None


def _next_of(ticket_id: int) -> int | None:
    return TicketLink.objects.merges().filter(source_id=ticket_id).values_list("target_id", flat=True).first()


def merged_for(user: User, ticket: Ticket) -> dict[str, Any] | None:
    """Where a merged ticket went, for its page: `target`, None where this person may not see it. None for others."""
    target = merged_into(ticket)
    if target is None:
        return None
    return {"target": Ticket.objects.visible_to(user).filter(pk=target.pk).first()}


@dataclass(slots=True)
class Told:
    """What is told on a ticket's page besides its own words.

    Attributes:
        messages: of the ticket and of those merged into it, as far as the reader sees each.
        sources: those merged into it, by number.
        went_on: what messages went on in, by the message's number.
    """

    messages: ConversationQuerySet
    sources: dict[int, Ticket] = field(default_factory=dict)
    went_on: dict[int, list[Ticket]] = field(default_factory=dict)


def told_on(ticket: Ticket, user: User, *, as_requester: bool = False, has_links: bool = True) -> Told:
    """The ticket's conversation with that of the tickets merged into it. Nothing was copied: each word stays on its
    own ticket, and a merge lets nobody read one they could not read there. One query more for a ticket without links.

    Args:
        as_requester: as the portal shows it: merged tickets count only where they are the reader's own.
        has_links: False where it is known that there are none.
    """
    told = Told(Message.objects.visible_to(user, ticket))
    merged, split = _leading_to(ticket) if has_links else (set(), [])
    if not merged and not split:
        return told
    seen = {one.pk: one for one in _seen(user, merged | {source for source, _message in split}, as_requester)}
    told.sources = {pk: seen[pk] for pk in merged if pk in seen}
    for source_id, message_id in split:
        if source_id in seen:
            told.went_on.setdefault(message_id, []).append(seen[source_id])
    for source in told.sources.values():
        told.messages = told.messages | Message.objects.visible_to(user, source)
    return told


def sources_of(ticket: Ticket) -> list[Ticket]:
    """All that were merged into this one, whoever asks: to tell their requesters. Two queries at most."""
    merged, _split = _leading_to(ticket)
    return list(Ticket.objects.filter(pk__in=merged).select_related("requester").order_by("pk")) if merged else []


def _leading_to(ticket: Ticket) -> tuple[set[int], list[tuple[int, int]]]:
    """Numbers of the tickets merged into this one, also by way of others; and of those split off, with the message."""
    merged: set[int] = set()
    split: list[tuple[int, int]] = []
    frontier = {ticket.pk}
    while frontier:
        rows = TicketLink.objects.filter(target_id__in=frontier, kind__in=(Kind.MERGED, Kind.SPLIT))
        found = list(rows.values_list("kind", "source_id", "message_id"))
        split += [(source, message) for kind, source, message in found if kind == Kind.SPLIT and message]
        frontier = {source for kind, source, _message in found if kind == Kind.MERGED} - merged - {ticket.pk}
        merged |= frontier
    return merged, split


def _seen(user: User, ticket_ids: Iterable[int], as_requester: bool) -> list[Ticket]:
    tickets = Ticket.objects.visible_to(user).filter(pk__in=ticket_ids).select_related("requester")
    if as_requester:
        tickets = tickets.filter(Q(requester=user) | Q(pk__in=user.watching.values("ticket_id")))
    opening = Prefetch("attachments", Attachment.objects.filter(message=None), to_attr="opening_files")
    # whether each is seen from the inside asks who helps
    return list(tickets.prefetch_related("helpers", opening))


def spoken(events: Sequence[TicketEvent], reader: User | None) -> dict[int, SafeString | str]:
    """What the other ticket of each step is called, by the event's number; "another ticket" where the reader may not
    know which. One query where a step names one, else none.
    """
    naming = {event.pk: event for event in events if event.data.get("other")}
    if not naming:
        return {}
    seen = Ticket.objects.visible_to(reader) if reader is not None else Ticket.objects.none()
    others = seen.only("pk", "kind").in_bulk({event.data["other"] for event in naming.values()})
    return {pk: _called(event, others.get(event.data["other"])) for pk, event in naming.items()}


def _called(event: TicketEvent, other: Ticket | None) -> SafeString | str:
    name = (
        format_html('<a href="{}"><b>{}</b></a>', other.get_absolute_url(), other.key) if other else _("another ticket")
    )
    kind = event.data.get("link")
    if kind not in Kind.values:
        return name
    link = TicketLink(source_id=event.ticket_id, kind=kind)
    # seen from the other end, where the link does not begin here
    seen_here = Ticket(pk=event.data["other"] if event.data.get("inward") else event.ticket_id)
    words = str(link.words_from(seen_here))
    return format_html("“{} {}”", words, name)
