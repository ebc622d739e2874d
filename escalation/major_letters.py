"""Who is told what of a major incident, in rows of the outbox; the key makes a second attempt harmless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import override

from accounts.models import User
from escalation.major_recipients import Recipient
from escalation.major_rule import in_words
from escalation.models import MajorIncident, MajorUpdate
from notifications.outbox import Channel, Letter, post
from tickets.commands._change import is_quiet


def proposed(incident: MajorIncident, actor: User, at: datetime) -> None:
    """Incident managers learn that somebody, or a rule, proposed one."""
    managers = User.objects.filter(Q(is_manager=True) | Q(is_superuser=True), is_active=True).exclude(pk=actor.pk)
    _post(_both(incident, managers, "major_proposed", f"major-{incident.pk}-proposed", actor), at)


def named(incident: MajorIncident, person: User, role: str, actor: User, at: datetime) -> None:
    """Whoever was given a role learns of it."""
    if person.pk == actor.pk:
        return
    key = f"major-{incident.pk}-{role}-{int(at.timestamp() * 1000)}"
    letter = Letter(person, "major_role", key, {**_values(incident, person, actor), "role": role}, Channel.IN_APP)
    _post([letter], at)


def due(incident: MajorIncident, people: Iterable[User], step: str, at: datetime) -> None:
    """An update is due soon, or overdue. The moment it is due is part of the key: each is told once."""
    assert incident.next_update_at is not None
    key = f"major-{incident.pk}-{step}-{int(incident.next_update_at.timestamp() * 1000)}"
    _post(_both(incident, people, f"major_{step}", key, None), at)


def updated(incident: MajorIncident, update: MajorUpdate, recipients: Iterable[Recipient]) -> None:
    """Everybody affected reads the update in their language."""
    letters = []
    for recipient in recipients:
        person, ticket = recipient.user, recipient.ticket
        context = {
            "title": incident.title_in(person.language),
            "words": update.text_in(person.language),
            "recipient": person.short_name,
            "key": ticket.key,
            "path": f"/my/tickets/{ticket.key}/",
            "is_final": update.is_final,
            "next_at": update.next_update_at and update.next_update_at.isoformat(),
            "time_zone": person.time_zone,
        }
        letters.append(Letter(person, "major_update", f"major-update-{update.pk}", context))
    _post(letters, update.sent_at)


def _both(
    incident: MajorIncident, people: Iterable[User], template: str, key: str, actor: User | None
) -> Iterator[Letter]:
    """In the app, and by mail: it is urgent."""
    for person in people:
        context = _values(incident, person, actor)
        for channel in (Channel.IN_APP, Channel.EMAIL):
            yield Letter(person, template, key, context, channel)


def _values(incident: MajorIncident, person: User, actor: User | None) -> dict[str, Any]:
    """Plain values in the reader's language, so that the row can be rendered any time later."""
    with override(person.language):
        return {
            "key": incident.key,
            "subject": incident.label,
            "desk_path": incident.get_absolute_url(),
            "recipient": person.short_name,
            "actor": actor.name if actor and not actor.is_automation else "",
            "reason": incident.reason or in_words(incident.evidence),
            "due_at": incident.next_update_at and incident.next_update_at.isoformat(),
            "time_zone": person.time_zone,
        }


def _post(letters: Iterable[Letter], at: datetime) -> None:
    """While the past is told again nobody hears of it."""
    if not is_quiet():
        post(list(letters), at=at)
