"""The roster for calendar programs: secret addresses, and what they answer (RFC 5545)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts import roster
from accounts.models import FeedToken, Team, User
from accounts.models.people import all_teams
from accounts.models.tokens import PREFIX_LENGTH, TOKEN_BYTES, digest
from accounts.plan import ON_CALL
from accounts.roster_policies import sees_roster
from accounts.rota import Duty
from core.errors import Invalid, NotAllowed, NotVisible
from core.time import database_now

BEHIND, AHEAD = timedelta(days=31), timedelta(days=180)
SEEN_EVERY = timedelta(minutes=5)
MOST_TOKENS = 20


def issue_feed(person: User, team: Team | None) -> str:
    """Make a secret address and return its token, which is shown once and stored only as a SHA-256 hash.

    Args:
        person: whose address it is; it ends when they may no longer see what it shows.
        team: whose duties it shows; without one the person's own.

    Raises:
        NotAllowed: they work for no team.
        NotVisible: the team is not theirs to see.
        Invalid: they have too many.
    """
    if not person.hats.is_agent:
        raise NotAllowed()
    if team is not None and not sees_roster(person, team):
        raise NotVisible()
    living = person.feed_tokens.filter(revoked_at__isnull=True)
    if living.count() >= MOST_TOKENS:
        idle = living.order_by(F("last_used_at").asc(nulls_first=True), "created_at")[0]
        told = {"count": MOST_TOKENS, "prefix": f"{idle.prefix}…"}
        raise Invalid(
            _("You have %(count)d addresses. Revoke one first: %(prefix)s has not been read for longest.") % told
        )
    text = secrets.token_urlsafe(TOKEN_BYTES)
    FeedToken.objects.create(
        person=person, team=team, prefix=text[:PREFIX_LENGTH], digest=digest(text), created_at=database_now()
    )
    return text


def revoke_feed(token: FeedToken, *, actor: User) -> None:
    """End an address for good. Raises NotVisible when it is somebody else's."""
    if token.person_id != actor.pk:
        raise NotVisible()
    FeedToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=database_now())


def feed_of(text: str) -> FeedToken:
    """The living feed behind a token.

    Raises:
        NotVisible: it is unknown or revoked, or its person has left or may no longer see the team.
    """
    known = FeedToken.objects.select_related("person", "team").filter(Q(revoked_at__isnull=True), digest=digest(text))
    token = known.first()
    if token is None or not token.person.hats.is_agent:
        raise NotVisible()
    if token.team is not None and not sees_roster(token.person, token.team):
        raise NotVisible()
    now = database_now()
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        FeedToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def calendar(token: FeedToken, now: datetime) -> bytes:
    """The duties of the last 31 and the next 180 days, in the person's language, with times in UTC."""
    teams = {team.pk: team for team in all_teams()}
    wanted = [token.team_id] if token.team_id else list(token.person.hats.roles)
    found = roster.read(wanted, now - BEHIND, now + AHEAD)
    shown = [
        duty for duty in found.duties(now - BEHIND, now + AHEAD) if token.team_id or duty.person == token.person_id
    ]
    with translation.override(token.person.language):
        made = Calendar()
        made.add("prodid", f"-//{settings.PRODUCT_NAME}//roster//{token.person.language.upper()}")
        made.add("version", "2.0")
        made.add("method", "PUBLISH")
        made.add("x-wr-calname", token.team.label if token.team else _("My duties"))
        for duty in shown:
            who = found.people[duty.person].name if token.team_id else ""
            made.add_component(_event(duty, teams[duty.team], who, now))
    answer: bytes = made.to_ical()
    return answer


def _event(duty: Duty, team: Team, who: str, now: datetime) -> Event:
    words = _("On call: %(team)s") if duty.kind == ON_CALL else _("Shift: %(team)s")
    about = words % {"team": team.label}
    event = Event()
    # the same duty has the same UID in every answer, so that a program moves nothing and doubles nothing
    event.add("uid", f"{duty.source}-{duty.person}-{duty.start:%Y%m%dT%H%M%SZ}@{settings.MAIL_DOMAIN}")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", duty.start)
    event.add("dtend", duty.end)
    event.add("summary", f"{about} · {who}" if who else about)
    return event
