"""What is said to everybody affected, and the end of a major incident."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid
from core.spoken_numbers import grouped
from escalation import major_letters
from escalation.commands._major import (
    State,
    held_incident,
    in_both,
    intent_key,
    keep,
    moment,
    require,
    require_active,
)
from escalation.commands.major_review import draft_review
from escalation.commands.major_roles import CADENCE, start_cadence
from escalation.commands.major_service import give_back
from escalation.major_cadence import next_due
from escalation.major_recipients import recipients_of
from escalation.models import MajorEvent, MajorIncident, MajorUpdate
from escalation.policies import ends_major, steers_major
from tickets.commands import change
from tickets.models import Ticket
from tickets.texts import checked_body

UPDATE_LENGTH = 5_000


def send_update(
    incident: MajorIncident,
    *,
    actor: User,
    text: str,
    text_id: str,
    dedupe_key: str = "",
    at: datetime | None = None,
) -> MajorUpdate:
    """Tell everybody affected, each once and in their language, by mail and on their tickets' pages.

    One transaction writes the update and a row of the outbox for each person: either all of it is there or nothing, and
    a row is sent once whatever dies.

    Args:
        text, text_id: what is said, in English and Indonesian; both are needed.
        dedupe_key: made up by the form; a second send of the same words under the same key finds the first update.

    Raises:
        Invalid: a language is missing or too long.
        Conflict: it is not active any more, or other words were sent under this key.
        NotAllowed: as `steers_major`.
    """
    with held_incident(incident) as current:
        require(steers_major(actor, current))
        key = intent_key(current, actor, dedupe_key)
        earlier = MajorUpdate.objects.filter(dedupe_key=key).first() if key else None
        if earlier is None:
            require_active(current)
        words = checked_update(text, text_id)
        if earlier is not None:
            _require_same(earlier, words)
            return earlier
        now = moment(at)
        assert current.cadence_minutes is not None
        update = _say(current, words, actor=actor, at=now, key=key)
        start_cadence(current, current.cadence_minutes, since=now)
        current.save(update_fields=CADENCE)
    return update


def _require_same(earlier: MajorUpdate, words: dict[str, Any]) -> None:
    """Raises Conflict where other words were sent: who corrects an update must not believe that it went out."""
    if {"text": earlier.text, "text_id": earlier.text_id} != words:
        told = _("Not sent: update %(number)s went out from this form with other words. Look at this one and send it.")
        raise Conflict(told % {"number": earlier.number})


def stand_down(
    incident: MajorIncident,
    *,
    actor: User,
    text: str,
    text_id: str,
    resolution: str = "",
    at: datetime | None = None,
) -> MajorIncident:
    """End it: a last update says so, the service says what it said before, and a review is drafted from what happened.

    Args:
        text, text_id: the last update, in English and Indonesian.
        resolution: the text its tickets are resolved with afterwards (`resolve_together`); kept for a second attempt.

    Raises:
        Conflict: somebody stood it down already.  Invalid: a language is missing.  NotAllowed: as `ends_major`.
    """
    with held_incident(incident) as current:
        require(ends_major(actor, current))
        require_active(current)
        words = checked_update(text, text_id)
        now = moment(at)
        _say(current, words, actor=actor, at=now, is_final=True)
        current.state = State.STOOD_DOWN
        current.stood_down_by, current.stood_down_at = actor, now
        current.resolution = checked_body(resolution, "resolution") if resolution.strip() else ""
        current.next_update_at, current.cadence_at, current.cadence_step = None, None, ""
        current.save()
        current.links.filter(is_open=True).update(is_open=False)
        give_back(current)
        with change(current.lead, "stand_down", actor=actor, at=now) as step:
            step.data.update(incident=current.pk, about=current.key)
        keep(current, MajorEvent.Kind.STAND_DOWN, by=actor, at=now)
        draft_review(current, actor=actor, at=now)
    return incident


def checked_update(text: str, text_id: str) -> dict[str, Any]:
    """Both texts, clean: `text` in English and `text_id` in Indonesian.

    Raises:
        Invalid: on each that is missing or longer than UPDATE_LENGTH characters.
    """

    def one(field: str, words: str, missing: str) -> str:
        if not words.strip():
            raise Invalid.field(field, missing)
        body = checked_body(words, field)
        if len(body) > UPDATE_LENGTH:
            told = _("This is %(length)s characters long; the limit is %(most)s.")
            raise Invalid.field(field, told % {"length": grouped(len(body)), "most": grouped(UPDATE_LENGTH)})
        return body

    return in_both(
        ("text", lambda: one("text", text, _("Write the update in English."))),
        ("text_id", lambda: one("text_id", text_id, _("Write the update in Indonesian."))),
    )


def checked_end(text: str, text_id: str, resolution: str, *, resolves: bool, ends: bool = True) -> dict[str, Any]:
    """What the end of a major incident says, clean: `text`, `text_id` and `resolution`.

    Args:
        resolves: tickets are resolved with it, so the resolution must hold something.
        ends: False where it is stood down already, and only tickets are left to resolve.

    Raises:
        Invalid: with every text that is missing or too long.
    """

    def solved() -> str:
        if resolution.strip():
            return checked_body(resolution, "resolution")
        if resolves:
            raise Invalid.field("resolution", _("Say how it was solved."))
        return ""

    update = {"update": lambda: checked_update(text, text_id)} if ends else {}
    values = in_both(*update.items(), ("resolution", solved))
    return {**values.pop("update", {}), **values}


def _say(
    incident: MajorIncident,
    words: dict[str, str],
    *,
    actor: User,
    at: datetime,
    key: str | None = None,
    is_final: bool = False,
) -> MajorUpdate:
    """Write the update, the letters, and the step in the history of each ticket. The caller holds the incident."""
    recipients = recipients_of(incident)
    newest = incident.updates.order_by("-number").values_list("number", flat=True).first()
    minutes = incident.cadence_minutes
    update = MajorUpdate.objects.create(
        incident=incident,
        number=(newest or 0) + 1,
        text=words["text"],
        text_id=words["text_id"],
        sent_by=actor,
        sent_at=at,
        next_update_at=next_due(at, minutes) if minutes and not is_final else None,
        is_final=is_final,
        recipients=len(recipients),
        dedupe_key=key,
    )
    inside = Ticket.objects.filter(major_links__incident=incident, major_links__detached_at__isnull=True)
    for ticket in inside.order_by("pk"):
        with change(ticket, "broadcast", actor=actor, at=at) as step:
            step.data.update(update=update.pk, incident=incident.pk, by_staff=True)
            if ticket.first_replied_at is None and not actor.is_automation:
                step.ticket.first_replied_at = step.at
    major_letters.updated(incident, update, recipients)
    return update
