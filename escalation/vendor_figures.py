"""How vendors kept their promises: referrals solved in time of those that ended, and how long the solved ones took.

A referral for which no time was promised is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import OuterRef, Subquery

from escalation.clock import MICROSECONDS
from escalation.models import Clock, VendorReferral

PERIOD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Record:
    """One vendor's last year.

    Attributes:
        ended: referrals with a promised time that ended, however they did.
        in_time: those the vendor solved before the promised time was used up.
        solved: those of them the vendor solved at all.
        median_seconds: working seconds by the contract's hours that half of the solved ones took at most.
    """

    ended: int = 0
    in_time: int = 0
    solved: int = 0
    median_seconds: int | None = None

    @property
    def share(self) -> float | None:
        """Solved in time of those that are judged; None before any is."""
        return self.in_time / self.ended if self.ended else None


def records(now: datetime, vendor_id: int | None = None) -> dict[int, Record]:
    """Each vendor's record over the year before `now`; one query."""
    clock = Clock.objects.filter(
        ticket_id=OuterRef("ticket_id"), metric=Clock.Metric.VENDOR, life=OuterRef("started_event_id")
    )
    rows = VendorReferral.objects.filter(ended_at__gte=now - PERIOD, ended_at__lte=now).annotate(
        counted=Subquery(clock.values("counted")[:1]),
        target=Subquery(clock.values("target_seconds")[:1]),
        missed_at=Subquery(clock.values("missed_at")[:1]),
    )
    if vendor_id is not None:
        rows = rows.filter(vendor_id=vendor_id)
    by_vendor: dict[int, list[VendorReferral]] = defaultdict(list)
    for row in rows.only("vendor_id", "ended_why", "ended_verb"):
        by_vendor[row.vendor_id].append(row)
    return {vendor: _record(own) for vendor, own in by_vendor.items()}


def _record(rows: list[VendorReferral]) -> Record:
    judged = [row for row in rows if row.target is not None]  # type: ignore[attr-defined]
    solved = [row for row in judged if row.is_solved]
    in_time = [row for row in solved if row.missed_at is None]  # type: ignore[attr-defined]
    times = [row.counted // MICROSECONDS for row in solved]  # type: ignore[attr-defined]
    return Record(len(judged), len(in_time), len(solved), int(median(times)) if times else None)
