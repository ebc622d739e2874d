"""Checklists: those a category brings along by itself, what was tried so far, and writing the templates down."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from tickets import commands
from tickets.models import ChecklistStep, ChecklistTemplate, Ticket, TicketEvent


def on_event(event: TicketEvent) -> None:
    """A ticket that gets a category gets the checklists that come with it."""
    if event.verb not in ("open", "categorise") or event.data.get("quiet") or not event.moved("category"):
        return
    category = event.changes["category"][1]
    if not category or not event.ticket.is_live:
        return
    for template in ChecklistTemplate.objects.filter(category_id=category, is_automatic=True, is_active=True):
        commands.apply_checklist(event.ticket, actor=User.objects.automation(), template=template)


def tried_so_far(ticket: Ticket) -> str:
    """The ticked steps with what was found, one a line, for the packet of a handover; "" where none is ticked."""
    steps = ChecklistStep.objects.filter(ticket=ticket).ticked().order_by("done_at", "position")
    return "\n".join(f"- {step.text}: {step.note}" if step.note else f"- {step.text}" for step in steps)


def writes_checklists(user: User) -> bool:
    """Leads, and those who oversee every team, write them; everybody at the desk reads them."""
    return user.hats.is_lead


def keep_checklist(template: ChecklistTemplate, *, actor: User) -> ChecklistTemplate:
    """Save a new or changed template; tickets keep the copies they have.

    Raises:
        Invalid: another one has this name.  NotAllowed: the actor leads no team.
    """
    if not writes_checklists(actor):
        raise NotAllowed()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise Invalid.field("name", _("Another checklist has this name.")) from error
    return template
