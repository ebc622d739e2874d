"""Tying tickets together by hand, and a ticket opened as another one's child."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from tickets.commands._change import change
from tickets.commands._together import held_together, links_alone
from tickets.commands.opening import Report
from tickets.commands.opening import open as open_ticket
from tickets.models import Ticket, TicketLink
from tickets.models.links import BY_HAND

MOST_CHILDREN = 100
Kind = TicketLink.Kind


def link(ticket: Ticket, *, actor: User, kind: str, other: Ticket, at: datetime | None = None) -> TicketLink:
    """Say what this ticket is to another one; a second time changes nothing.

    Args:
        kind: read from `ticket` to `other`, one of `BY_HAND`: child_of makes `other` the parent.

    Raises:
        Invalid: a ticket with itself; a kind that is not made by hand; a second parent; a child above its own parent;
            more than 100 children.  NotAllowed: one of the two is not seen from the inside.
    """
    if kind not in BY_HAND:
        raise Invalid.field("kind", _("Choose one of the list."))
    if ticket.pk == other.pk:
        raise Invalid.field("other", _("A ticket is not linked to itself."))
    with _guard(kind), held_together(ticket, other):
        found = _existing(ticket, kind, other)
        if found is not None:
            return found
        if kind == Kind.CHILD:
            _refuse_parent(ticket, other)
        return _tie(ticket, kind, other, actor=actor, at=at)


def unlink(ticket: Ticket, *, actor: User, link: TicketLink, at: datetime | None = None) -> Ticket:
    """Take a link away that was made by hand, from either end. Nothing happens where it is gone already.

    Raises:
        Invalid: it came from a merge or a split.  NotAllowed: one of the two is not seen from the inside.
    """
    if link.kind not in BY_HAND:
        raise Invalid(_("This link is part of the history and stays."))
    source, target = link.source, link.target
    with held_together(source, target):
        if not TicketLink.objects.filter(pk=link.pk).exists():
            return ticket
        for one, other, inward in ((source, target, False), (target, source, True)):
            with change(one, "unlink", actor=actor, at=at) as step:
                step.data.update(link=link.kind, other=other.pk, inward=inward)
        TicketLink.objects.filter(pk=link.pk).delete()
    return ticket


def open_child(parent: Ticket, *, actor: User, report: Report, submission_key: str | None = None) -> Ticket:
    """Open a ticket for the parent's requester and make it the parent's child; one however often the form is sent. A
    restricted team keeps it, so that its words do not leave the team.

    Raises:
        Invalid: as `open` and `link`.  NotAllowed: the actor does not see the parent from the inside.
    """
    key = f"child-{parent.pk}-{submission_key}" if submission_key else None
    with links_alone(), held_together(parent):
        _refuse_one_more(parent)
        child = open_ticket(
            report,
            actor=actor,
            requester=parent.requester,
            channel=parent.channel,
            submission_key=key,
            team=closed_circle(parent),
        )
        if _existing(child, Kind.CHILD, parent) is None:
            _tie(child, Kind.CHILD, parent, actor=actor)
    return child


def closed_circle(ticket: Ticket) -> Team | None:
    """The team that also keeps what is opened from this ticket: its own where it is restricted, else whom rules say."""
    return ticket.team if ticket.team is not None and ticket.team.is_restricted else None


def _tie(source: Ticket, kind: str, target: Ticket, *, actor: User, at: datetime | None = None) -> TicketLink:
    """Write the link and an event on both ends; the caller holds both and has asked whether it may be."""
    for one, other, inward in ((source, target, False), (target, source, True)):
        with change(one, "link", actor=actor, at=at) as step:
            step.data.update(link=str(kind), other=other.pk, inward=inward)
    return TicketLink.objects.create(source=source, target=target, kind=kind, created_by=actor, created_at=step.at)


def _guard(kind: str) -> AbstractContextManager[None]:
    """Parents form chains; the other kinds need no more than the locks of both ends."""
    return links_alone() if kind == Kind.CHILD else nullcontext()


def _existing(source: Ticket, kind: str, target: Ticket) -> TicketLink | None:
    both = [(source.pk, target.pk)]
    if kind == Kind.RELATES:
        # the same seen from both ends
        both.append((target.pk, source.pk))
    for source_id, target_id in both:
        found = TicketLink.objects.filter(source_id=source_id, target_id=target_id, kind=kind).first()
        if found is not None:
            return found
    return None


def _refuse_parent(child: Ticket, parent: Ticket) -> None:
    """Say why this ticket cannot be that one's child; asked while no other hand ties chains."""
    if TicketLink.objects.children().filter(source_id=child.pk).exists():
        raise Invalid.field("other", _("%(key)s has a parent already. Take that link away first.") % {"key": child.key})
    above: set[int] = set()
    current: int | None = parent.pk
    while current is not None and current not in above:
        if current == child.pk:
            keys = {"child": child.key, "parent": parent.key}
            raise Invalid.field("other", _("%(child)s stands above %(parent)s already.") % keys)
        above.add(current)
        parents = TicketLink.objects.children().filter(source_id=current)
        current = parents.values_list("target_id", flat=True).first()
    _refuse_one_more(parent)


def _refuse_one_more(parent: Ticket) -> None:
    count = TicketLink.objects.children().filter(target_id=parent.pk).count()
    if count >= MOST_CHILDREN:
        raise Invalid.field(
            "other", _("%(key)s has %(most)s children, and that is the limit.") % {"key": parent.key, "most": count}
        )
