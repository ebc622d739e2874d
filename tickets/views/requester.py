"""The panel that says who asks, and what they asked before."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedIn
from tickets.choices import LIVE
from tickets.models import Ticket
from tickets.views.panels import Panel

HISTORY_ROWS = 5


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Earlier tickets as far as this agent may see them."""
    earlier = Ticket.objects.visible_to(request.user).filter(requester=ticket.requester).exclude(pk=ticket.pk)
    counts = earlier.aggregate(earlier=Count("pk"), live=Count("pk", filter=Q(status__in=LIVE)))
    return {
        "earlier": earlier.order_by("-opened_at").defer("description", "resolution")[:HISTORY_ROWS],
        "earlier_count": counts["earlier"],
        "live_count": counts["live"],
        "assets": ticket.requester.assets.all()[:3],
    }


REQUESTER = Panel("requester", _("Requester"), "desk/_requester.html", _panel)
