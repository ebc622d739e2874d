"""Hierarchic escalation: calling somebody with more say, answering, and climbing when nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid, NotAllowed
from escalation import verbs as verbs  # fills the table
from escalation.chain import called, next_call
from escalation.models import Summons
from escalation.policies import may_answer
from tickets.commands import Change, change
from tickets.models import Ticket
from tickets.reasons import Reason, stored
from tickets.texts import plain

REASON_LENGTH = 300
# at the top the same people are called again so often, then it is on record that nobody answered
MOST_ROUNDS = 3


def summon(
    ticket: Ticket,
    *,
    actor: User,
    rung: str,
    reason: Reason,
    version: int | None = None,
    at: datetime | None = None,
) -> Summons:
    """Call somebody with more say about this ticket; the next rung follows when nobody answers in time.

    Args:
        rung: where to begin, a value of `Summons.Rung`; a rung with nobody on it passes the call on.

    Raises:
        Invalid: no reason, somebody is being called already, or there is nobody to call.
        NotAllowed, Conflict: as `change`.
    """
    words = _checked(rung, reason)
    with change(ticket, "summon", actor=actor, version=version, at=at) as step:
        if Summons.objects.filter(ticket=step.ticket, state=Summons.State.OPEN).exists():
            raise Invalid(_("Somebody is being called about this ticket already."))
        rung, people = _first(step.ticket, rung, step.at)
        summons = Summons.objects.create(
            ticket=step.ticket,
            reason=words,
            rung=rung,
            raised_by=actor,
            raised_at=step.at,
            climb_at=step.at + _patience(),
        )
        step.data.update(summons=summons.pk, rung=rung, people=[person.pk for person in people], reason=words)
    return summons


def _checked(rung: str, reason: Reason) -> Reason:
    words: Reason = stored(reason) if isinstance(reason, Mapping) else plain(reason).strip()[:REASON_LENGTH]
    errors: dict[str, list[str]] = {}
    if rung not in Summons.Rung.values:
        errors["rung"] = [_("Choose who is called.")]
    if not words:
        errors["reason"] = [_("Say why they are needed.")]
    if errors:
        raise Invalid(_("The call is not complete yet."), fields=errors)
    return words


def _first(ticket: Ticket, rung: str, at: datetime) -> tuple[str, list[User]]:
    """The people of the rung, or of the next one up where nobody stands on it."""
    if people := called(ticket, rung, at):
        return rung, people
    found = next_call(ticket, rung, (), at)
    if found is None:
        raise Invalid.field("rung", _("There is nobody to call."))
    return found


def acknowledge(
    ticket: Ticket, *, actor: User, answer: str = "", version: int | None = None, at: datetime | None = None
) -> Ticket:
    """Answer a call: the climbing stops.

    Raises:
        Invalid: nobody is being called.  NotAllowed: for those who were called, the team's lead and overseers.
        Conflict: as `change`.
    """
    with change(ticket, "acknowledge", actor=actor, version=version, at=at) as step:
        summons = _open(step.ticket)
        if not may_answer(actor, summons):
            raise NotAllowed()
        summons.state, summons.climb_at = Summons.State.ACKNOWLEDGED, None
        summons.answered_by, summons.answered_at = actor, step.at
        summons.answer = plain(answer).strip()[:REASON_LENGTH]
        summons.save()
        step.data.update(summons=summons.pk, reason=summons.answer)
    return ticket


def climb(ticket: Ticket, *, actor: User, summons: Summons, at: datetime) -> Ticket:
    """Nobody answered in time: call the next rung; at the top call again, and in the end put it on record.

    Raises:
        Invalid: the ticket is no longer live.  NotAllowed: only the automation user climbs.
    """
    with change(ticket, "climb", actor=actor, at=at) as step:
        known = list(summons.calls.values_list("person_id", flat=True))
        found = next_call(step.ticket, summons.rung, known, step.at)
        if found:
            summons.rung, people = found
        else:
            summons.rounds += 1
            people = list(User.objects.filter(pk__in=known, is_active=True))
        _put_off(summons, step, again=found is not None or summons.rounds <= MOST_ROUNDS)
        summons.save()
        told: Iterable[User] = people if summons.state == Summons.State.OPEN else ()
        step.data.update(summons=summons.pk, rung=summons.rung, people=[person.pk for person in told])
    return ticket


def _put_off(summons: Summons, step: Change, *, again: bool) -> None:
    if again:
        summons.climb_at = step.at + _patience()
    else:
        summons.state, summons.climb_at = Summons.State.UNANSWERED, None


def _patience() -> timedelta:
    return timedelta(minutes=settings.SUMMONS_MINUTES)


def _open(ticket: Ticket) -> Summons:
    summons = Summons.objects.select_for_update().filter(ticket=ticket, state=Summons.State.OPEN).first()
    if summons is None:
        raise Invalid(_("Nobody is being called about this ticket any more."))
    return summons
