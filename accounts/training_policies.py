"""Who may see and change skills, certificates, training and its needs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Team, TrainingNeed, TrainingSession, User


def led_teams(user: User) -> list[Team]:
    """The teams whose people's skills this person looks after."""
    return [team for team in user.hats.visible_teams if user.hats.leads(team.pk)]


def leads_person(user: User, person: User) -> bool:
    """Whether they lead one of that person's teams; an overseer leads everybody who works here."""
    team_ids = person.memberships.values_list("team_id", flat=True)
    return any(user.hats.leads(team_id) for team_id in team_ids)


def sees_person(user: User, person: User) -> bool:
    """Skills and certificates: one's own, and those of the people one leads."""
    return user.hats.is_agent and (user.pk == person.pk or leads_person(user, person))


def edits_session(user: User, session: TrainingSession) -> bool:
    return user.hats.leads(session.team_id)


def sessions_seen(user: User) -> QuerySet[TrainingSession]:
    """Those of the teams they lead, and those they are invited to."""
    led = Q(team__in=[team.pk for team in led_teams(user)])
    return TrainingSession.objects.filter(led | Q(attendances__person=user)).distinct()


def needs_seen(user: User) -> QuerySet[TrainingNeed]:
    """One's own, and those of the people and teams one leads."""
    if not user.hats.is_agent:
        return TrainingNeed.objects.none()
    led = [team.pk for team in led_teams(user)]
    mine = Q(person=user) | Q(team__in=led) | Q(person__memberships__team__in=led)
    return TrainingNeed.objects.filter(mine).distinct()


def decides_need(user: User, need: TrainingNeed) -> bool:
    """Whoever leads the team or the person it is about."""
    if need.team_id:
        return user.hats.leads(need.team_id)
    return need.person is not None and leads_person(user, need.person)
