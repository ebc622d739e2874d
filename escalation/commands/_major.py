"""The machinery under every step of a major incident: lock, state, what is kept of the step.

The incident is locked before its service and its tickets, these in the order of their numbers, so that no two steps
wait for each other in a ring. No listener writes a major incident: a ticket's command would hold the ticket first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation import verbs as verbs  # fills the table
from escalation.models import MajorEvent, MajorIncident
from tickets.commands import unit_of_work

State = MajorIncident.State
FINISHED = (State.STOOD_DOWN, State.REVIEWED)


@contextmanager
def held_incident(incident: MajorIncident) -> Iterator[MajorIncident]:
    """Lock the incident in the transaction of what follows; the caller's instance is brought up to date afterwards."""
    with unit_of_work():
        locked = MajorIncident.objects.select_for_update(of=("self",)).with_people().get(pk=incident.pk)
        yield locked
    if incident is not locked:
        incident.__dict__.update(locked.__dict__)


def keep(incident: MajorIncident, kind: str, *, by: User, at: datetime, text: str = "", **data: Any) -> MajorEvent:
    """Keep a step that belongs to no single ticket."""
    return MajorEvent.objects.create(incident=incident, kind=kind, by=by, at=at, text=text, data=data)


def moment(at: datetime | None) -> datetime:
    """When it happens: the database's clock, unless a demo or a replay tells of the past."""
    return at or database_now()


def require(allowed: bool) -> None:
    """Go on only where the policy says yes.

    Raises:
        NotAllowed: it says no.
    """
    if not allowed:
        raise NotAllowed()


def require_candidate(incident: MajorIncident) -> None:
    """Go on only while nobody has decided.

    Raises:
        Conflict: somebody was faster; the words say who, and what they decided.
    """
    if incident.state == State.CANDIDATE:
        return
    if incident.state == State.DISMISSED:
        raise Conflict(_("%(name)s has already dismissed this proposal.") % {"name": incident.dismissed_by})
    raise Conflict(_("%(name)s has already declared this major incident.") % {"name": incident.declared_by})


def require_active(incident: MajorIncident) -> None:
    """Go on only while it is active.

    Raises:
        Conflict: it was stood down meanwhile.  Invalid: it was never declared.
    """
    if incident.is_active:
        return
    if incident.state in FINISHED:
        raise Conflict(_("%(name)s has already stood this major incident down.") % {"name": incident.stood_down_by})
    raise Invalid(_("This major incident is not active."))


def checked_choice(value: str, field: str, known: Collection[str], missing: str) -> str:
    """One of what is known.

    Raises:
        Invalid: on `field`, with `missing`.
    """
    if value not in known:
        raise Invalid.field(field, missing)
    return value


def in_both(*checks: tuple[str, Any]) -> dict[str, Any]:
    """Every check's value by its field; what is wrong with several fields is told together.

    Args:
        checks: a field's name, and a function without arguments that returns its value or raises Invalid.

    Raises:
        Invalid: with every field that does not fit.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for field, check in checks:
        try:
            values[field] = check()
        except Invalid as error:
            wrong.update(error.fields)
    if wrong:
        raise Invalid(_("Something is missing or does not fit."), fields=wrong)
    return values


def intent_key(incident: MajorIncident, actor: User, sent: str) -> str | None:
    """The key under which something is done once, from the one a form or client sent; None where none was sent."""
    return f"{actor.pk}:{incident.pk}:{hashlib.sha256(sent.encode()).hexdigest()}" if sent else None
