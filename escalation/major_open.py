"""The major incidents that are open, which every page of the desk says, and the rows of lists that belong to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.steady import remembered
from escalation.models import MajorIncident, MajorTicket
from tickets.models import Ticket

LONG = ("lead__description", "lead__resolution", "lead__intake", "lead__was")


def open_incidents(user: User) -> list[MajorIncident]:
    """Those this person may know about; one indexed query, remembered, and for the length of a request kept on its
    reader. Few enough to ask each row, which is half the price of asking the database who may see them.
    """
    known: list[MajorIncident] | None = getattr(user, "known_open_majors", None)
    if known is None:
        known = [incident for incident in remembered("major_open", _all_open) if incident.seen_by(user)]
        user.known_open_majors = known  # type: ignore[attr-defined]
    return known


def row_tags(tickets: Sequence[Ticket], user: User) -> dict[int, list[dict[str, Any]]]:
    """A tag for each ticket that is in an active major incident; no query where there is none."""
    active = [incident.pk for incident in open_incidents(user) if incident.is_active]
    if not active:
        return {}
    here = MajorTicket.objects.filter(is_open=True, incident_id__in=active, ticket_id__in=[one.pk for one in tickets])
    tag = {"label": _("Major"), "icon": "siren", "tone": "red"}
    return {ticket_id: [tag] for ticket_id in here.order_by().values_list("ticket_id", flat=True)}


def _all_open() -> list[MajorIncident]:
    return list(MajorIncident.objects.open().select_related("service", "lead").defer(*LONG))
