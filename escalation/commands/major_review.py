"""The review that follows a major incident: drafted from what happened, written by people, kept in versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid
from core.spoken_numbers import grouped
from escalation.commands._major import FINISHED, State, held_incident, keep, moment, require
from escalation.major_draft import drafted
from escalation.models import MajorEvent, MajorIncident, MajorReview
from escalation.policies import finishes_review, steers_major
from tickets.texts import checked_remark, plain

SECTIONS = ("happened", "cause", "went_well", "improve", "questions")
SECTION_LENGTH = 20_000
MOST_ACTIONS = 50
EARLIEST_DUE = date(2000, 1, 1)  # an earlier one is a slip of the hand: 0202, or 26 for 2026


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done so that it does not happen again: what, by whom, by when."""

    what: str
    owner: int | None
    due: date | None


def draft_review(incident: MajorIncident, *, actor: User, at: datetime) -> MajorReview:
    """The first version, written from the incident's own story. The caller holds the incident."""
    return MajorReview.objects.create(incident=incident, number=1, saved_by=actor, saved_at=at, **drafted(incident))


def save_review(
    incident: MajorIncident,
    *,
    actor: User,
    sections: Mapping[str, str],
    actions: Sequence[Action],
    number: int,
    at: datetime | None = None,
) -> MajorReview:
    """Add a version.

    Args:
        sections: every text by the names in SECTIONS.
        number: the version the writer saw.

    Raises:
        Conflict: somebody saved a newer version meanwhile, or the review is finished.
        Invalid: a text is too long, an action has no words or its owner does not work at the desk.
        NotAllowed: as `steers_major`.
    """
    with held_incident(incident) as current:
        require(steers_major(actor, current))
        _require_open(current)
        newest = current.reviews.order_by("-number").select_related("saved_by").first()
        if newest is not None and newest.number != number:
            raise Conflict(_("%(name)s saved a newer version while you were writing.") % {"name": newest.saved_by})
        return MajorReview.objects.create(
            incident=current,
            number=(newest.number if newest else 0) + 1,
            actions=[_stored(action) for action in _checked(actions)],
            saved_by=actor,
            saved_at=moment(at),
            **{name: _section(sections.get(name, ""), name) for name in SECTIONS},
        )


def finish_review(incident: MajorIncident, *, actor: User, number: int, at: datetime | None = None) -> MajorIncident:
    """Call the review done; from then on it is only read.

    Args:
        number: the version that is to stand.

    Raises:
        Conflict: there is a newer version, or it is finished.  Invalid: nobody wrote what the cause was.
        NotAllowed: only an incident manager finishes a review.
    """
    with held_incident(incident) as current:
        require(finishes_review(actor))
        _require_open(current)
        newest = current.reviews.order_by("-number").first()
        if newest is None or newest.number != number:
            raise Conflict(_("Somebody saved a newer version. Look at that one first."))
        if not newest.cause.strip():
            raise Invalid.field("cause", _("Write what the cause was, even if it is not known."))
        current.state = State.REVIEWED
        current.reviewed_by, current.reviewed_at = actor, moment(at)
        current.save(update_fields=["state", "reviewed_by", "reviewed_at"])
        keep(current, MajorEvent.Kind.REVIEW, by=actor, at=current.reviewed_at)
    return incident


def _require_open(incident: MajorIncident) -> None:
    if incident.state == State.REVIEWED:
        raise Conflict(_("%(name)s has already finished this review.") % {"name": incident.reviewed_by})
    if incident.state not in FINISHED:
        raise Invalid(_("Stand the major incident down first."))


def _section(text: str, name: str) -> str:
    words = plain(text).strip()
    if len(words) > SECTION_LENGTH:
        told = _("This is %(length)s characters long; the limit is %(most)s.")
        raise Invalid.field(name, told % {"length": grouped(len(words)), "most": grouped(SECTION_LENGTH)})
    return words


def _checked(actions: Sequence[Action]) -> list[Action]:
    if len(actions) > MOST_ACTIONS:
        raise Invalid.field("actions", _("A review holds at most %(most)s actions.") % {"most": MOST_ACTIONS})
    owners = User.objects.in_bulk({action.owner for action in actions if action.owner})
    for action in actions:
        owner = owners.get(action.owner or 0)
        if not checked_remark(action.what, "actions"):
            raise Invalid.field("actions", _("Say what is to be done."))
        if action.owner and (owner is None or not owner.hats.is_agent):
            raise Invalid.field("actions", _("Choose an owner who works at the desk."))
        if action.due and action.due < EARLIEST_DUE:
            raise Invalid.field("actions", _("Choose a due date from the year 2000 on."))
    return list(actions)


def _stored(action: Action) -> dict[str, Any]:
    row = asdict(action)
    return {**row, "what": action.what.strip(), "due": action.due.isoformat() if action.due else None}
