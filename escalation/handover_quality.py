"""How good the packets are: by who sent them, who got them, and what they were about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from escalation.models import Handover
from tickets.querysets import TicketQuerySet

PARTIES = ("from_team", "to_team", "ticket__category")


def handover_quality(
    tickets: TicketQuerySet, since: datetime, until: datetime, by: tuple[str, ...] = PARTIES
) -> QuerySet[Handover, dict[str, Any]]:
    """Packets sent in [since, until), counted per sending team, receiving team and category, or some of these.

    Args:
        tickets: those the reader may see.
        by: some of PARTIES.

    Returns:
        Rows with the chosen parties and: sent, accepted, returned, one count per return reason
        (`returned_missing` and so on), superseded, waiting, and `time_to_accept`, the mean by the wall.
    """
    sent = Handover.objects.filter(ticket__in=tickets.order_by(), sent_at__gte=since, sent_at__lt=until)
    waited = ExpressionWrapper(F("answered_at") - F("sent_at"), output_field=DurationField())
    states = {
        "accepted": Handover.State.ACCEPTED,
        "returned": Handover.State.RETURNED,
        "superseded": Handover.State.SUPERSEDED,
        "waiting": Handover.State.SENT,
    }
    reasons = {
        f"returned_{reason}": Count("pk", filter=Q(state=Handover.State.RETURNED, return_reason=reason))
        for reason in Handover.ReturnReason.values
    }
    counted = sent.order_by().values(*by)
    return counted.annotate(
        sent=Count("pk"),
        **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()},
        **reasons,
        time_to_accept=Avg(waited, filter=Q(state=Handover.State.ACCEPTED)),
    ).order_by(*by)
