from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Team, User
from core.errors import Invalid
from tickets.commands._change import change
from tickets.commands._say import say
from tickets.commands.attaching import bind
from tickets.models import Attachment, Message, Rating, Ticket
from tickets.placement import put_on
from tickets.reasons import Reason, stored
from tickets.texts import checked_body, plain


def resolve(
    ticket: Ticket,
    *,
    actor: User,
    resolution: str,
    root_cause: str = "",
    reason: Reason = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Call it solved and say how. The requester confirms, reopens, or is silent for the set days.

    Args:
        resolution: what was done, for the requester to read.
        root_cause: why it happened; kept in the knowledge base by its own listener.
        reason: why it ends without a solution, for instance NO_ANSWER; stands in the history.

    Raises:
        Invalid: no resolution.  NotAllowed, Conflict: as `change`.
    """
    text = checked_body(resolution, "resolution")
    with change(ticket, "resolve", actor=actor, version=version, at=at) as step:
        step.ticket.resolution = text
        step.ticket.resolved_at = step.at
        step.ticket.auto_close_at = step.at + timedelta(days=settings.AUTO_CLOSE_DAYS)
        if root_cause.strip():
            step.data["root_cause"] = checked_body(root_cause, "root_cause")
        if reason:
            step.data["reason"] = stored(reason)
    return ticket


def reopen(
    ticket: Ticket,
    *,
    actor: User,
    reason: str,
    team: Team | None = None,
    attachments: Sequence[Attachment] = (),
    dedupe_key: str | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Take it up again; the reason stands in the conversation, as the message returned.

    Args:
        team: who takes it up, where it is not the team that ended it.

    Raises:
        Invalid: no reason, or it was closed too long ago.  NotAllowed, Conflict: as `change`.
    """
    text = checked_body(reason, "reason")
    with change(ticket, "reopen", actor=actor, version=version, at=at) as step:
        closed = step.ticket.closed_at
        # an import tells what happened, however late it was
        is_late = closed is not None and step.at - closed > timedelta(days=settings.REOPEN_DAYS)
        if is_late and not actor.is_automation:
            raise Invalid(
                _("This ticket was closed more than %(days)s days ago. Please open a new one.")
                % {"days": settings.REOPEN_DAYS}
            )
        step.ticket.resolved_at = step.ticket.closed_at = step.ticket.auto_close_at = None
        step.ticket.reopen_count += 1
        if team is not None and team.pk != step.ticket.team_id:
            put_on(step.ticket, team)
        message = say(step, text, dedupe_key=dedupe_key)
        step.data["attachments"] = bind(attachments, step.ticket, actor=actor, message=message)
    return message


def close(ticket: Ticket, *, actor: User, reason: str = "", at: datetime | None = None) -> Ticket:
    """End a resolved ticket: the requester confirms, or silence does.

    Raises:
        Invalid, NotAllowed: as `change`.
    """
    with change(ticket, "close", actor=actor, at=at) as step:
        step.ticket.closed_at = step.at
        step.ticket.auto_close_at = None
        if reason:
            step.data["reason"] = plain(reason)
    return ticket


def cancel(
    ticket: Ticket, *, actor: User, reason: str, version: int | None = None, at: datetime | None = None
) -> Ticket:
    """End a ticket nobody needs any more.

    Raises:
        Invalid: no reason.  NotAllowed, Conflict: as `change`.
    """
    text = checked_body(reason, "reason")
    with change(ticket, "cancel", actor=actor, version=version, at=at) as step:
        step.ticket.closed_at = step.at
        step.data["reason"] = text
    return ticket


def rate(ticket: Ticket, *, actor: User, score: int, comment: str = "", at: datetime | None = None) -> Rating:
    """Say how it went, from 1 to 5; a later word replaces the earlier one.

    Raises:
        Invalid: no such score, or nothing was resolved.  NotAllowed: only the requester rates.
    """
    if score not in range(1, 6):
        raise Invalid.field("score", _("Choose from 1 to 5."))
    with change(ticket, "rate", actor=actor, at=at) as step:
        rating, _new = Rating.objects.update_or_create(
            ticket=step.ticket, defaults={"score": score, "comment": plain(comment)[:2000], "created_at": step.at}
        )
        step.data["score"] = score
    return rating
