"""What handovers tell about training: packets that keep coming back are something to learn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Team, TrainingNeed
from accounts.spans import local_date
from accounts.training_needs import Found, decided_at, raise_for_expired, raise_need
from escalation.models import Handover

DAYS = 30
ENOUGH = 3  # packets that came back
UNSORTED = "No category", "Tanpa kategori"
RIGHT_TEAM = "Choosing the right team", "Memilih tim yang tepat"
KNOWN_FIXES = "Finding known fixes", "Menemukan solusi yang sudah ada"
Reason = TrainingNeed.Reason
REASONS = {
    Handover.ReturnReason.MISSING: Reason.HANDED_BACK,
    Handover.ReturnReason.WRONG_TEAM: Reason.WRONG_TEAM,
    Handover.ReturnReason.KNOWN_FIX: Reason.KNOWN_FIX,
}


@dataclass(frozen=True, slots=True)
class _About:
    team: Team
    reason: str
    name: str
    name_id: str


def raise_needs(now: datetime) -> int:
    """Raise what the last 30 days show: sender teams with at least three packets that came back for missing information
    in one category, to the wrong team, or with a known fix; and certificates that have expired. Once a need was met
    or dismissed, only what came back since counts.

    Returns:
        How many things there are to learn.
    """
    since = now - timedelta(days=DAYS)
    first, last = (local_date(moment, settings.TIME_ZONE) for moment in (since, now))
    settled = {reason: decided_at(reason) for reason in REASONS.values()}
    raised = 0
    for about, packets in _returned(since, now).items():
        limit = settled[Reason(about.reason)].get((None, about.team.pk, about.name))
        new = [packet for packet in packets if limit is None or (packet.answered_at and packet.answered_at > limit)]
        if len(new) >= ENOUGH:
            raise_need(_found(about, new), since=first, until=last, at=now)
            raised += 1
    return raised + raise_for_expired(last, now)


def _returned(since: datetime, until: datetime) -> dict[_About, list[Handover]]:
    packets = Handover.objects.filter(
        state=Handover.State.RETURNED,
        return_reason__in=REASONS,
        from_team__isnull=False,
        answered_at__gt=since,
        answered_at__lte=until,
    )
    found: dict[_About, list[Handover]] = defaultdict(list)
    for packet in packets.select_related("from_team", "ticket__category").order_by("answered_at", "pk"):
        found[_about(packet)].append(packet)
    return found


def _about(packet: Handover) -> _About:
    assert packet.from_team is not None, "asked for those with a sender"
    reason = REASONS[Handover.ReturnReason(packet.return_reason)]
    if reason == Reason.HANDED_BACK:
        category = packet.ticket.category
        names = (category.name, category.name_id) if category else UNSORTED
    else:
        names = RIGHT_TEAM if reason == Reason.WRONG_TEAM else KNOWN_FIXES
    return _About(packet.from_team, reason, *names)


def _found(about: _About, packets: Iterable[Handover]) -> Found:
    listed = list(packets)
    return Found(
        reason=about.reason,
        name=about.name,
        name_id=about.name_id,
        team=about.team,
        evidence={
            "handovers": [packet.pk for packet in listed],
            "tickets": list(dict.fromkeys(packet.ticket.key for packet in listed)),
        },
    )
