"""Putting a duplicate into the ticket it repeats, and taking that back.

Nothing is moved and nothing is copied: a merge closes the duplicate and leaves a pointer. What pages show together they
read through both tickets' own doors (`tickets.linked.told_on`), so taking the pointer away restores everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets import policies
from tickets.choices import Status
from tickets.commands._change import change
from tickets.commands._say import say
from tickets.commands._together import held_together, links_alone
from tickets.commands.attaching import bind
from tickets.linked import merged_into
from tickets.models import Attachment, Helper, Message, Ticket, TicketEvent, TicketLink, Watcher


def merge(
    ticket: Ticket,
    *,
    into: Ticket,
    actor: User,
    follow: bool = False,
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Close a duplicate and show its conversation on the ticket it repeats, to those who could read it before.

    Args:
        into: the ticket it repeats; one that was merged itself stands for where it went.
        follow: let the duplicate's requester follow the other ticket and read what is written to its requester.

    Returns:
        The ticket it was merged into; also for a second click, which changes nothing.

    Raises:
        Invalid: a ticket with itself, the other way round at the same time, merged elsewhere already, or one of the
            two is over.  NotAllowed, Conflict: as `change`.
    """
    with links_alone():
        target = merged_into(Ticket.objects.get(pk=into.pk)) or into
        if target.pk == ticket.pk:
            same = into.pk == ticket.pk
            raise Invalid.field("into", _("A ticket is not merged with itself.") if same else _merged_already(into))
        with held_together(ticket, target):
            link = TicketLink.objects.merges().filter(source_id=ticket.pk).first()
            if link is not None:
                if link.target_id != target.pk:
                    raise Invalid.field("into", _merged_already(ticket))
                return target
            _close(ticket, target, actor=actor, version=version, at=at)
            _take_in(target, ticket, actor=actor, follow=follow, at=at)
            ends = {"source": ticket, "target": target, "kind": TicketLink.Kind.MERGED}
            TicketLink.objects.create(**ends, created_by=actor, created_at=ticket.updated_at)
    return target


def unmerge(ticket: Ticket, *, actor: User, at: datetime | None = None) -> Ticket:
    """Take a merge back, however long ago: the ticket is again what it was, and whatever ran on it goes on.

    Raises:
        NotAllowed: it is not merged, or the actor does not work on it.
    """
    with links_alone():
        link = TicketLink.objects.merges().filter(source_id=ticket.pk).select_related("target").first()
        with held_together(ticket, *([link.target] if link else [])):
            merged = ticket.events.filter(verb="merge").order_by("-pk").first()
            before = _value(merged, "status") if merged else None
            with change(ticket, "unmerge", actor=actor, at=at, to=lambda _locked: before) as step:
                assert merged is not None and link is not None  # the policy has seen the pointer
                _restore(step.ticket, merged, step.at)
                step.data["other"] = link.target_id
            _let_go(link.target, ticket, actor=actor, at=at)
            link.delete()
    return ticket


def may_hear(target: Ticket, actor: User) -> bool:
    """Whether what a merged ticket's requester writes can go to the ticket it was merged into: they see that one, and
    somebody still works on it or it is their own.
    """
    if not Ticket.objects.visible_to(actor).filter(pk=target.pk).exists():
        return False
    if policies.is_requester(actor, target):
        return target.status != Status.CANCELLED
    return target.is_live and policies.may_reply(actor, target)


def follow_up(
    ticket: Ticket,
    target: Ticket,
    *,
    actor: User,
    body: str,
    attachments: Sequence[Attachment] = (),
    channel: str,
    dedupe_key: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Keep on a merged ticket what its requester and staff write to each other there; of the requester's words whoever
    has the other ticket is told. The caller holds both.

    Args:
        body: already checked.
    """
    with change(ticket, "follow_up", actor=actor, at=at) as step:
        message = say(step, body, channel=channel, dedupe_key=dedupe_key)
        step.data["attachments"] = bind(attachments, step.ticket, actor=actor, message=message)
    if not message.by_staff:
        with change(target, "hear", actor=User.objects.automation(), at=at) as heard:
            heard.data.update(other=ticket.pk, who=actor.name)
    return message


def _merged_already(ticket: Ticket) -> str:
    return _("%(key)s is merged into another ticket already.") % {"key": ticket.key}


def _close(ticket: Ticket, target: Ticket, *, actor: User, version: int | None, at: datetime | None) -> None:
    with change(ticket, "merge", actor=actor, version=version, at=at) as step:
        step.ticket.closed_at = step.at
        step.ticket.auto_close_at = None
        step.data["other"] = target.pk


def _take_in(target: Ticket, source: Ticket, *, actor: User, follow: bool, at: datetime | None) -> None:
    with change(target, "absorb", actor=actor, at=at) as step:
        step.data.update(other=source.pk, since=_reported_at(source).isoformat())
        if follow and source.requester_id != target.requester_id:
            _row, is_new = Watcher.objects.get_or_create(ticket=step.ticket, user_id=source.requester_id)
            if is_new:
                step.data["follower"] = source.requester_id


def _reported_at(source: Ticket) -> datetime:
    """When the trouble was first reported: what the source took in itself may be older still."""
    taken_in = TicketLink.objects.merges().filter(target_id=source.pk).values_list("source__opened_at", flat=True)
    return min([source.opened_at, *taken_in])


def _let_go(target: Ticket, source: Ticket, *, actor: User, at: datetime | None) -> None:
    taken = target.events.filter(verb="absorb", data__other=source.pk).order_by("-pk").first()
    with change(target, "unabsorb", actor=actor, at=at) as step:
        step.data.update(other=source.pk, absorbed=taken.pk if taken else None)
        if taken is not None and taken.data.get("follower"):
            Watcher.objects.filter(ticket_id=target.pk, user_id=taken.data["follower"]).delete()


def _restore(ticket: Ticket, merged: TicketEvent, now: datetime) -> None:
    """Put back what the merge changed. The days of silence after a resolution go on from where they stood."""
    ticket.pending_reason = _value(merged, "pending_reason") or ""
    ticket.pending_until = _instant(merged, "pending_until")
    ticket.closed_at = _instant(merged, "closed_at")
    silent_until = _instant(merged, "auto_close_at")
    ticket.auto_close_at = silent_until + (now - merged.at) if silent_until else None
    # those who helped when it was merged; whoever was done or removed before stays so
    ended = Helper.objects.filter(ticket_id=ticket.pk, ended_why=Helper.Why.ENDED, ended_at=merged.at)
    ended.update(ended_at=None, ended_by=None, ended_why="", left_at=None)


def _value(merged: TicketEvent, field: str) -> Any:
    """What the field was before the merge; None where the merge left it alone."""
    return merged.changes.get(field, [None])[0]


def _instant(merged: TicketEvent, field: str) -> datetime | None:
    value = _value(merged, field)
    return parse_datetime(value) if value else None
