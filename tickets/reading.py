"""Finding what a person may see. What they may not see does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from core.errors import NotVisible
from tickets.carried import carried
from tickets.models import Attachment, Ticket

KEY = re.compile(r"(?:[A-Za-z]{2,4}-)?(\d{1,15})")


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """What happens by itself while a ticket waits for its requester.

    Attributes:
        remind_at: when the requester is reminded next; None after the last time.
        close_at: when the ticket is resolved for lack of an answer.
    """

    remind_at: datetime | None
    close_at: datetime


def ticket_by_key(user: User, key: str) -> Ticket:
    """The ticket people call INC-10482 (the prefix may be missing or outdated: the number decides).

    Raises:
        NotVisible: there is none, or not for this person.
    """
    match = KEY.fullmatch(key)
    if not match:
        raise NotVisible()
    number = int(match[1])
    ticket = Ticket.objects.select_related("requester", "assignee", "service", "category").filter(pk=number).first()
    # whoever sees its team sees it, which needs no question; all others go through the door
    if ticket is None or not (
        user.hats.sees_team(ticket.team_id) or Ticket.objects.visible_to(user).filter(pk=number).exists()
    ):
        raise NotVisible()
    carried([ticket], user, with_service=False)
    return ticket


def attachment_by_id(user: User, pk: int) -> Attachment:
    """A file on a ticket this person sees, in a message this person sees; or their own upload not yet sent.

    Raises:
        NotVisible: there is none, or not for this person.
    """
    attachment = Attachment.objects.select_related("message").filter(pk=pk).first()
    if attachment is None:
        raise NotVisible()
    if attachment.ticket_id is None:
        if attachment.uploaded_by_id == user.pk:
            return attachment
        raise NotVisible()
    ticket = Ticket.objects.visible_to(user).filter(pk=attachment.ticket_id).first()
    hidden = attachment.message is not None and not attachment.message.is_public
    if ticket is None or (hidden and not ticket.staffed_by(user)):
        raise NotVisible()
    return attachment


def time_left(tickets: Sequence[Ticket], now: datetime) -> dict[int, Any]:
    """What is left of each ticket's promise, from whoever keeps the clocks (settings.TICKET_TIME_LEFT)."""
    return _reader()(tickets, now) if tickets else {}


def waiting_plan(ticket: Ticket) -> WaitingPlan | None:
    """What happens while it waits for its requester, from whoever keeps the waits (settings.TICKET_WAITING_PLAN)."""
    if not ticket.waits_for_requester:
        return None
    planner: Callable[[Ticket], WaitingPlan | None] = import_string(settings.TICKET_WAITING_PLAN)
    return planner(ticket)


@cache
def _reader() -> Callable[[Sequence[Ticket], datetime], dict[int, Any]]:
    reader: Callable[[Sequence[Ticket], datetime], dict[int, Any]] = import_string(settings.TICKET_TIME_LEFT)
    return reader
