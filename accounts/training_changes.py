"""Changing training: sessions and who is invited. Who was there is in `accounts.training_marks`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Attendance, TrainingNeed, TrainingSession, User
from accounts.roster_changes import checked_and_saved
from accounts.roster_news import News, tell
from accounts.training_policies import edits_session, leads_person
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now

LONGEST_SESSION = timedelta(days=14)
State = Attendance.State


def keep_session(session: TrainingSession, *, actor: User) -> TrainingSession:
    """Save a new or edited session.

    Raises:
        NotAllowed: the actor does not lead its team.
        Invalid: an end that does not fit, fewer seats than are taken, or a level without a skill.
    """
    require_editor(session, actor)
    if session.end <= session.start:
        raise Invalid.field("end", _("The end is not after the start."))
    if session.end - session.start > LONGEST_SESSION:
        raise Invalid.field("end", _("A session is at most two weeks."))
    if session.raises_to and session.skill is None:
        raise Invalid.field("skill", _("Choose the skill whose level it raises."))
    with transaction.atomic():
        if session.pk:
            taken = seats_taken(held_session(session))
            if session.seats < taken:
                raise Invalid.field("seats", _("%(count)d seats are taken already.") % {"count": taken})
        return checked_and_saved(session)


def remove_session(session: TrainingSession, *, actor: User) -> None:
    """Call a session off. Levels it has raised stay; needs it was planned for are open again.

    Raises:
        NotAllowed: the actor does not lead its team.
    """
    require_editor(session, actor)
    with transaction.atomic():
        planned = TrainingNeed.objects.filter(session=session, state=TrainingNeed.State.PLANNED)
        planned.update(state=TrainingNeed.State.OPEN)
        session.delete()


def invite(session: TrainingSession, people: Iterable[User], *, actor: User) -> int:
    """Give seats to people; they are told.

    Returns:
        How many were invited; whoever has a seat already keeps it and is not counted.

    Raises:
        NotAllowed: the actor does not lead the session's team.
        Invalid: one of them is not of the actor's people, there are too few seats, or it is over.
    """
    require_editor(session, actor)
    with transaction.atomic():
        held, now = held_session(session), database_now()
        if held.end <= now:
            raise Invalid.field("people", _("This session is over."))
        seated = set(held.attendances.values_list("person_id", flat=True))
        new = [person for person in {one.pk: one for one in people}.values() if person.pk not in seated]
        for person in new:
            if not person.is_active or not leads_person(actor, person):
                raise Invalid.field("people", _("Choose people of your teams."))
        free = held.seats - seats_taken(held)
        if len(new) > free:
            raise Invalid.field("people", _("Only %(count)d seats are free.") % {"count": free})
        Attendance.objects.bulk_create(Attendance(session=held, person=person) for person in new)
        tell(new, _news(held, actor), at=now)
    return len(new)


def uninvite(attendance: Attendance, *, actor: User) -> None:
    """Free a seat.

    Raises:
        NotAllowed: the actor does not lead the session's team.
        Conflict: the person was there.
    """
    require_editor(attendance.session, actor)
    freed, _rows = Attendance.objects.filter(pk=attendance.pk).exclude(state=State.ATTENDED).delete()
    if not freed:
        raise Conflict(_("%(who)s is marked already.") % {"who": attendance.person.name})


def seats_taken(session: TrainingSession) -> int:
    """How many seats are given; who missed it has freed theirs."""
    return session.attendances.exclude(state=State.MISSED).count()


def require_editor(session: TrainingSession, actor: User) -> None:
    if not edits_session(actor, session):
        raise NotAllowed()


def held_session(session: TrainingSession) -> TrainingSession:
    """The row, held, so that two people do not give the last seat twice."""
    return TrainingSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


def _news(session: TrainingSession, actor: User) -> News:
    return News(
        what="training_invited",
        key=f"training-{session.pk}",
        team=session.team,
        path=reverse("session", args=[session.pk]),
        start=session.start,
        end=session.end,
        actor=actor.name,
        other=session.topic,
        topic="training",
    )
