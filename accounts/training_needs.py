"""Needs that the product itself raises: found again they grow, and what was decided stays decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Certificate, Skill, Team, TrainingNeed, User
from accounts.skills import expired

MOST_EVIDENCE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What points at a need. Exactly one of `person` and `team`; `name` and `name_id` say what is to be learnt.

    `evidence` maps a kind ("handovers", "tickets", "certificates") to numbers or keys.
    """

    reason: str
    name: str
    name_id: str = ""
    person: User | None = None
    team: Team | None = None
    skill: Skill | None = None
    evidence: Mapping[str, Sequence[int | str]] = field(default_factory=dict)


@transaction.atomic
def raise_need(found: Found, *, since: date, until: date, at: datetime) -> TrainingNeed:
    """Open a need, or let the open one about the same grow by what is new.

    Args:
        since, until: the dates that were looked at.
        at: now.
    """
    about = {"person": found.person, "team": found.team, "reason": found.reason, "name": found.name}
    # whoever comes second waits here, and then finds the first one's row
    owner: type[User] | type[Team] = User if found.person else Team
    owner._default_manager.select_for_update(no_key=True).get(pk=(found.person or found.team).pk)  # type: ignore[union-attr]
    open_ones = TrainingNeed.objects.filter(**about, state__in=(TrainingNeed.State.OPEN, TrainingNeed.State.PLANNED))
    need = open_ones.first() or TrainingNeed(**about, name_id=found.name_id, skill=found.skill, raised_at=at)
    grown = {kind: _joined(need.evidence.get(kind, ()), new) for kind, new in found.evidence.items()}
    evidence = {**need.evidence, **grown}
    if evidence != need.evidence:
        first = need.evidence.get("since", since.isoformat())
        need.evidence = {**evidence, "since": min(first, since.isoformat()), "until": until.isoformat()}
        need.save()
    return need


def decided_at(reason: str) -> dict[tuple[int | None, int | None, str], datetime]:
    """When needs for a reason were last met or dismissed, by (person, team, name): what lies before is settled."""
    closed = TrainingNeed.objects.filter(reason=reason, decided_at__isnull=False)
    rows = closed.values_list("person_id", "team_id", "name").annotate(last=Max("decided_at")).order_by()
    return {(person, team, name): last for person, team, name, last in rows}


def raise_for_expired(today: date, at: datetime) -> int:
    """A need for every certificate that has expired and was not renewed, once for each certificate.

    Returns:
        How many such certificates there are.
    """
    settled = {
        number
        for need in TrainingNeed.objects.filter(reason=TrainingNeed.Reason.EXPIRED, decided_at__isnull=False)
        for number in need.evidence.get("certificates", ())
    }
    left = [one for one in expired(today) if one.pk not in settled]
    for certificate in left:
        raise_need(_of(certificate), since=certificate.expires_on or today, until=today, at=at)
    return len(left)


def _of(certificate: Certificate) -> Found:
    return Found(
        reason=TrainingNeed.Reason.EXPIRED,
        name=certificate.name,
        person=certificate.person,
        skill=certificate.skill,
        evidence={"certificates": [certificate.pk]},
    )


def _joined(known: Sequence[int | str], new: Sequence[int | str]) -> list[int | str]:
    """Both, each once, in the order they came; the oldest are let go of when there are very many."""
    return list(dict.fromkeys([*known, *new]))[-MOST_EVIDENCE:]
