"""Calls kept by listening: who was told goes into the ledger and out as mail; a ticket that ends ends its call."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.models import User
from core.errors import DomainError
from escalation.commands import climb
from escalation.due import BATCH, attend_to_due
from escalation.models import Summons, SummonsCall
from notifications.outbox import Channel, Letter, post
from tickets.choices import ENDED
from tickets.commands import invite
from tickets.models import Ticket, TicketEvent
from tickets.notify import plain_values
from tickets.reasons import text_in

logger = logging.getLogger(__name__)
CALLED = gettext_noop("called about this ticket")


def on_event(event: TicketEvent) -> None:
    """Write down and tell those who are called; end the call when the ticket ends."""
    if event.verb in ("summon", "climb"):
        _call(event)
    elif event.moved("status") and event.changes["status"][1] in ENDED:
        open_ones = Summons.objects.filter(ticket_id=event.ticket_id, state=Summons.State.OPEN)
        open_ones.update(state=Summons.State.ENDED, climb_at=None, answered_at=event.at)


def climb_due(limit: int = BATCH) -> int:
    """Climb where nobody answered in time.

    Returns:
        As `attend_to_due`.
    """
    return attend_to_due(Summons.objects.filter(state=Summons.State.OPEN), "climb_at", _attend, limit=limit)


def _attend(ticket: Ticket, summons_id: int, now: datetime) -> bool:
    summons = Summons.objects.filter(pk=summons_id, state=Summons.State.OPEN, climb_at__lte=now).first()
    if summons is not None:
        climb(ticket, actor=User.objects.automation(), summons=summons, at=now)
    return True


def _call(event: TicketEvent) -> None:
    people = User.objects.in_bulk(event.data["people"])
    SummonsCall.objects.bulk_create(
        SummonsCall(summons_id=event.data["summons"], person=person, rung=event.data["rung"], event=event, at=event.at)
        for person in people.values()
    )
    for person in people.values():
        _let_in(event, person)
    if not event.data.get("quiet"):
        post(list(_letters(event, people.values())), at=event.at)


def _let_in(event: TicketEvent, person: User) -> None:
    """Whoever is called from outside a restricted team sees the ticket as a helper does."""
    if event.ticket.staffed_by(person):
        return
    try:
        invite(event.ticket, actor=event.actor, person=person, asked=CALLED, at=event.at)
    except DomainError as error:
        logger.warning("%s was called about %s and cannot be asked to help: %s", person.pk, event.ticket.key, error)


def _letters(event: TicketEvent, people: Iterable[User]) -> Iterator[Letter]:
    summons = Summons.objects.select_related("raised_by").get(pk=event.data["summons"])
    values = {**plain_values(event.ticket), "actor": summons.raised_by.name}
    for person in people:
        context = {**values, "reason": text_in(person.language, summons.reason)}
        for channel in (Channel.EMAIL, Channel.IN_APP):
            key = f"event-{event.pk}"
            yield Letter(recipient=person, template="summoned", key=key, context=context, channel=channel)
