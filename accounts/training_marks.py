"""Who was at a session, what that raised, and taking a wrong mark back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Attendance, PersonSkill, TrainingNeed, User
from accounts.skill_changes import raise_level
from accounts.training_changes import held_session, require_editor, seats_taken
from accounts.training_decisions import hold_owner, open_like
from core.errors import Conflict, Invalid
from core.time import database_now

State = Attendance.State


@transaction.atomic
def mark(attendance: Attendance, *, attended: bool, actor: User) -> Attendance:
    """Say whether somebody was there, or correct it.

    Who was there is lifted to the session's level, and their needs planned for it are met; who after all was not has
    the level from before, unless something else has raised it, and those needs are planned again.

    Raises:
        NotAllowed: the actor does not lead the session's team.
        Invalid: the session has not begun, or no seat is left for somebody who had missed it.
        Conflict: it has been said already.
    """
    require_editor(attendance.session, actor)
    session, now = held_session(attendance.session), database_now()
    held = Attendance.objects.select_for_update(of=("self",)).select_related("session__skill", "person")
    row = held.get(pk=attendance.pk)
    if session.start > now:
        raise Invalid(_("This session has not begun."))
    wanted = State.ATTENDED if attended else State.MISSED
    if row.state == wanted:
        raise Conflict(_("%(who)s is marked already.") % {"who": row.person.name})
    if row.state == State.MISSED and seats_taken(session) >= session.seats:
        raise Invalid(_("No seat is free. Give the session one seat more first."))
    if row.state == State.ATTENDED:
        _unlearn(row)
        _plan_again(row)
    row.state, row.marked_at = wanted, now
    if attended:
        _learn(row)
        _meet(row, actor, now)
    row.save(update_fields=["state", "marked_at", "raised_from", "raised_to"])
    return row


def _learn(row: Attendance) -> None:
    skill, level = row.session.skill, row.session.raises_to
    if not skill or not level:
        return
    known = row.person.skills.filter(skill=skill).first()
    if known is None or known.level < level:
        row.raised_from, row.raised_to = known.level if known else 0, level
        raise_level(row.person, skill, level)


def _unlearn(row: Attendance) -> None:
    """Put the level back, at most as far down as other sessions have raised it."""
    was, level = row.raised_from, row.raised_to
    row.raised_from = row.raised_to = None
    if was is None or level is None:
        return
    others = Attendance.objects.filter(person=row.person, session__skill=row.session.skill, state=State.ATTENDED)
    others = others.exclude(pk=row.pk)
    back = max(was, others.aggregate(most=Max("session__raises_to"))["most"] or 0)
    # what was raised from here later was really raised from further down
    others.filter(raised_from=level).update(raised_from=min(back, level))
    held = PersonSkill.objects.filter(person=row.person, skill=row.session.skill, level=level)
    if back == 0:
        held.delete()
    elif back < level:
        held.update(level=back)


def _meet(row: Attendance, actor: User, now: datetime) -> None:
    needs = TrainingNeed.objects.filter(session=row.session, person=row.person, state=TrainingNeed.State.PLANNED)
    needs.update(state=TrainingNeed.State.MET, decided_by=actor, decided_at=now)


def _plan_again(row: Attendance) -> None:
    """Needs that this mark has met, and no other decision, are planned as before."""
    met = TrainingNeed.objects.filter(session=row.session, person=row.person, state=TrainingNeed.State.MET)
    for need in met.filter(decided_at=row.marked_at):
        hold_owner(need)
        if not open_like(need).exists():
            need.state, need.decided_by, need.decided_at = TrainingNeed.State.PLANNED, None, None
            need.save(update_fields=["state", "decided_by", "decided_at"])
