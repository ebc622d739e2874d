"""Changing training: sessions, who is invited and was there, and what becomes of a need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Attendance, TrainingNeed, TrainingSession, User
from accounts.roster_changes import checked_and_saved
from accounts.roster_news import News, tell
from accounts.skill_changes import raise_level
from accounts.training_policies import decides_need, edits_session, leads_person
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
    _editor(session, actor)
    if session.end <= session.start:
        raise Invalid.field("end", _("The end is not after the start."))
    if session.end - session.start > LONGEST_SESSION:
        raise Invalid.field("end", _("A session is at most two weeks."))
    if session.raises_to and session.skill is None:
        raise Invalid.field("skill", _("Choose the skill whose level it raises."))
    with transaction.atomic():
        if session.pk:
            taken = seats_taken(_locked(session))
            if session.seats < taken:
                raise Invalid.field("seats", _("%(count)d seats are taken already.") % {"count": taken})
        return checked_and_saved(session)


def remove_session(session: TrainingSession, *, actor: User) -> None:
    """Call a session off. Levels it has raised stay; needs it was planned for are open again.

    Raises:
        NotAllowed: the actor does not lead its team.
    """
    _editor(session, actor)
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
    _editor(session, actor)
    with transaction.atomic():
        held, now = _locked(session), database_now()
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


def mark(attendance: Attendance, *, attended: bool, actor: User) -> Attendance:
    """Say whether somebody was there. Who was there is lifted to the session's level, and their needs planned for it
    are met. Somebody marked missed can still be marked as there; who was there stays so.

    Raises:
        NotAllowed: the actor does not lead the session's team.
        Invalid: the session has not begun.
        Conflict: it has been said already.
    """
    _editor(attendance.session, actor)
    with transaction.atomic():
        held = Attendance.objects.select_for_update(of=("self",)).select_related("session__skill", "person")
        row = held.get(pk=attendance.pk)
        now = database_now()
        if row.session.start > now:
            raise Invalid(_("This session has not begun."))
        wanted = State.ATTENDED if attended else State.MISSED
        if row.state in (State.ATTENDED, wanted):
            raise Conflict(_("%(who)s is marked already.") % {"who": row.person.name})
        row.state = wanted
        row.save(update_fields=["state"])
        if attended:
            _learnt(row)
            needs = TrainingNeed.objects.filter(session=row.session, person=row.person)
            needs.filter(state=TrainingNeed.State.PLANNED).update(
                state=TrainingNeed.State.MET, decided_by=actor, decided_at=now
            )
    return row


def uninvite(attendance: Attendance, *, actor: User) -> None:
    """Free a seat.

    Raises:
        NotAllowed: the actor does not lead the session's team.
        Conflict: the person was there.
    """
    _editor(attendance.session, actor)
    freed, _rows = Attendance.objects.filter(pk=attendance.pk).exclude(state=State.ATTENDED).delete()
    if not freed:
        raise Conflict(_("%(who)s is marked already.") % {"who": attendance.person.name})


def enter_need(need: TrainingNeed, *, actor: User) -> TrainingNeed:
    """Enter a need by hand.

    Raises:
        NotAllowed: the actor leads neither the person nor the team.
        Invalid: nobody, or nothing to learn.
        Conflict: there is one about the same already.
    """
    if need.person is None and need.team is None:
        raise Invalid.field("who", _("Choose a person or a team."))
    if not decides_need(actor, need):
        raise NotAllowed()
    same = TrainingNeed.objects.filter(person=need.person, team=need.team, reason=need.reason, name=need.name)
    if same.filter(state__in=(TrainingNeed.State.OPEN, TrainingNeed.State.PLANNED)).exists():
        raise Conflict(_("There is an open need about this already."))
    need.raised_at = database_now()
    return checked_and_saved(need)


def plan_need(need: TrainingNeed, session: TrainingSession, *, actor: User) -> None:
    """A session is to meet it. Raises NotAllowed; Conflict where it is decided already."""
    with _open_need(need, actor) as held:
        held.state, held.session = TrainingNeed.State.PLANNED, session
        held.save(update_fields=["state", "session"])


def meet_need(need: TrainingNeed, *, actor: User, note: str = "") -> None:
    """It is met. Raises NotAllowed; Conflict where it is decided already."""
    _close(need, TrainingNeed.State.MET, note, actor)


def dismiss_need(need: TrainingNeed, *, actor: User, why: str) -> None:
    """Nothing will be done about it, for this reason.

    Raises:
        NotAllowed: it is not the actor's to decide.
        Invalid: no reason.
        Conflict: it is decided already.
    """
    if not why.strip():
        raise Invalid.field("note", _("Say why nothing will be done."))
    _close(need, TrainingNeed.State.DISMISSED, why, actor)


def seats_taken(session: TrainingSession) -> int:
    """How many seats are given; who missed it has freed theirs."""
    return session.attendances.exclude(state=State.MISSED).count()


def _close(need: TrainingNeed, state: str, note: str, actor: User) -> None:
    with _open_need(need, actor) as held:
        held.state, held.decision = state, note.strip()[:300]
        held.decided_by, held.decided_at = actor, database_now()
        held.save(update_fields=["state", "decision", "decided_by", "decided_at"])


@contextmanager
def _open_need(need: TrainingNeed, actor: User) -> Iterator[TrainingNeed]:
    if not decides_need(actor, need):
        raise NotAllowed()
    with transaction.atomic():
        held = TrainingNeed.objects.select_for_update().get(pk=need.pk)
        if not held.is_open:
            raise Conflict(_("This need is decided already: %(state)s.") % {"state": held.get_state_display()})
        yield held


def _editor(session: TrainingSession, actor: User) -> None:
    if not edits_session(actor, session):
        raise NotAllowed()


def _locked(session: TrainingSession) -> TrainingSession:
    """The row, held, so that two people do not give the last seat twice."""
    return TrainingSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


def _learnt(row: Attendance) -> None:
    if row.session.skill and row.session.raises_to:
        raise_level(row.person, row.session.skill, row.session.raises_to)


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
