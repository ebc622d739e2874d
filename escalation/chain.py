"""Who is called when a ticket needs somebody with more say, and who comes after them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from accounts.roster import is_available
from escalation.business_time import is_open
from escalation.models import Summons
from escalation.people import leads, on_call
from escalation.visits import calendar_of
from tickets.models import Ticket

Rung = Summons.Rung
CHAIN = (Rung.LEAD, Rung.DEPARTMENT, Rung.MANAGERS)


def called(ticket: Ticket, rung: str, at: datetime) -> list[User]:
    """The people of one rung. Outside the ticket's working hours whoever is on call answers for lead and department.

    Args:
        rung: a value of `Summons.Rung`.
    """
    if rung == Rung.ON_CALL or (rung != Rung.MANAGERS and not works(ticket, at)):
        roster = on_call(ticket, at)
        if roster or rung == Rung.ON_CALL:
            return roster
    if rung == Rung.LEAD:
        all_leads = list(leads(ticket))
        return [lead for lead in all_leads if is_available(lead.pk, at)] or all_leads
    if rung == Rung.DEPARTMENT:
        department = ticket.team.department if ticket.team else None
        manager = department.manager if department else None
        # whoever is called must be able to look at the ticket: that is for people who work at the desk
        return [manager] if manager and manager.is_active and manager.hats.is_agent else []
    return list(User.objects.filter(is_manager=True, is_active=True))


def works(ticket: Ticket, at: datetime) -> bool:
    """Whether it is working time where the ticket's promises are counted; always, where nothing is promised."""
    hours = calendar_of(ticket)
    return hours is None or is_open(hours.calendar, at)


def next_call(ticket: Ticket, rung: str, known: Iterable[int], at: datetime) -> tuple[str, list[User]] | None:
    """The next rung above with somebody who was not called yet, and these people; None at the top.

    Args:
        rung: the one called last; whoever is on call stands beside the lead.
        known: the primary keys of those called so far.
    """
    called_before = set(known)
    above = CHAIN[CHAIN.index(Rung(rung)) + 1 :] if rung in CHAIN else CHAIN
    for step in above:
        people = [person for person in called(ticket, step, at) if person.pk not in called_before]
        if people:
            return step, people
    return None
