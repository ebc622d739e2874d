"""Reminding holders and their leads of certificates that expire: rows that are due, each told once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.models import CertificateReminder, Membership, Team, User
from accounts.roster_news import News, tell
from accounts.spans import instant, local_date

BATCH = 200
NOON = 12 * 60  # in minutes: the same date in every zone where people read of it


@transaction.atomic
def remind_due(now: datetime) -> int:
    """Tell of every reminder that is due; safe in any number of workers at once.

    Of several that are due for one certificate, say after an outage, only the last is told.

    Returns:
        How many reminders were worked off; less than `BATCH` means that none is left.
    """
    today = local_date(now, settings.TIME_ZONE)
    due = CertificateReminder.objects.filter(told_at__isnull=True, due_on__lte=today)
    rows = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("certificate__person")
        .order_by("due_on", "pk")[:BATCH]
    )
    last = {row.certificate_id: row for row in rows}
    for row in last.values():
        _tell(row, today, now)
    CertificateReminder.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return len(rows)


def leads_of(person: User) -> list[User]:
    """Who leads any of the teams this person is in, without the person."""
    teams = Membership.objects.filter(user=person).values("team_id")
    led = Q(memberships__team__in=teams, memberships__role=Membership.Role.LEAD)
    return list(User.objects.filter(led, is_active=True).exclude(pk=person.pk).distinct())


def _tell(reminder: CertificateReminder, today: date, now: datetime) -> None:
    certificate = reminder.certificate
    person, expires_on = certificate.person, certificate.expires_on
    team = Team.objects.filter(memberships__user=person).first()
    if expires_on is None or team is None or not person.is_active:
        return
    news = News(
        what="certificate_expires" if expires_on >= today else "certificate_expired",
        key=f"certificate-{certificate.pk}-{expires_on:%Y%m%d}-{reminder.days_before}",
        team=team,
        path=reverse("training_person", args=[person.pk]),
        start=instant(expires_on, NOON, settings.TIME_ZONE),
        end=instant(expires_on, NOON, settings.TIME_ZONE),
        actor=person.name,
        other=certificate.name,
        topic="training",
    )
    recipients: Iterable[User] = [person, *leads_of(person)]
    tell(recipients, news, at=now)
