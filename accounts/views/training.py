"""Skills, certificates and training to read: one's own, one's teams', one person's."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.forms.training import InviteForm
from accounts.models import Attendance, Skill, TrainingNeed, User
from accounts.requests import SignedIn
from accounts.skills import expiring, matrix
from accounts.training_changes import seats_taken
from accounts.training_policies import (
    edits_session,
    leads_person,
    led_teams,
    needs_seen,
    sees_person,
    sessions_seen,
)
from accounts.views.roster import desk_only
from core.errors import NotVisible
from core.time import database_now

OPEN = (TrainingNeed.State.OPEN, TrainingNeed.State.PLANNED)
SHOWN_NEEDS = 60


def training(request: SignedIn) -> HttpResponse:
    """What I can do and hold, where I am invited; for leads their teams too."""
    desk_only(request.user)
    today, teams = timezone.localdate(), led_teams(request.user)
    led = User.objects.filter(memberships__team__in=teams, is_active=True).distinct()
    needs = needs_seen(request.user).filter(state__in=OPEN).select_related("person", "team", "session")
    context = {
        **_of_person(request.user),
        "person": request.user,
        "today": today,
        "invitations": request.user.attendances.filter(session__end__gt=database_now()).select_related("session"),
        "is_lead": bool(teams),
        "matrices": [(team, matrix(team, today)) for team in teams],
        "expiring": expiring(led, today) if teams else [],
        "needs": needs[:SHOWN_NEEDS],
        "sessions": sessions_seen(request.user).filter(end__gt=database_now()).select_related("team", "skill"),
    }
    return render(request, "training/overview.html", context)


def training_person(request: SignedIn, pk: int) -> HttpResponse:
    """One person's skills, certificates and needs."""
    person = person_seen(request.user, pk)
    context = {
        **_of_person(person),
        "person": person,
        "today": timezone.localdate(),
        "may_rate": leads_person(request.user, person),
        "needs": needs_seen(request.user).filter(person=person).select_related("session"),
        "been": person.attendances.exclude(state=Attendance.State.INVITED).select_related("session"),
    }
    return render(request, "training/person.html", context)


def skill_list(request: SignedIn) -> HttpResponse:
    """Every skill there is."""
    desk_only(request.user)
    return render(
        request, "training/skills.html", {"skills": Skill.objects.all(), "may_edit": request.user.hats.is_lead}
    )


def session_page(request: SignedIn, pk: int) -> HttpResponse:
    """One session: when and where, and for those who keep it who comes."""
    desk_only(request.user)
    session = sessions_seen(request.user).select_related("team", "skill").filter(pk=pk).first()
    if session is None:
        raise NotVisible()
    may_edit, now = edits_session(request.user, session), database_now()
    attendances = list(session.attendances.select_related("person"))
    taken = seats_taken(session)
    people = invitable(request.user).exclude(attendances__session=session)
    context = {
        "session": session,
        "may_edit": may_edit,
        "attendances": attendances if may_edit else [one for one in attendances if one.person_id == request.user.pk],
        "taken": taken,
        "has_begun": session.start <= now,
        "form": InviteForm(people=people) if may_edit and taken < session.seats and session.end > now else None,
    }
    return render(request, "training/session.html", context)


def invitable(user: User) -> Any:
    """The people this person leads, by name."""
    return User.objects.filter(memberships__team__in=led_teams(user), is_active=True).distinct().order_by("name")


def person_seen(user: User, pk: int) -> User:
    """Somebody whose skills this person may see. Raises NotVisible."""
    desk_only(user)
    person = User.objects.filter(pk=pk).first()
    if person is None or not sees_person(user, person):
        raise NotVisible()
    return person


def _of_person(person: User) -> dict[str, Any]:
    return {
        "levels": person.skills.select_related("skill"),
        "certificates": person.certificates.select_related("skill"),
    }
