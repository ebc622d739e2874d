"""What stands behind the subjects of a list's rows, asked once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import Ticket, TicketLink
from tickets.rows import tags_of

Tags = list[dict[str, Any]]


def row_tags(tickets: Sequence[Ticket], user: User) -> dict[int, Tags]:
    """The tags of each row, by the ticket's number: what other apps say of it (settings.ROW_TAGS), how often it came
    back, how many children it has that this person may know about. One query where there are parents.

    Args:
        tickets: from `for_carried_rows`.
    """
    found: dict[int, Tags] = {ticket.pk: [] for ticket in tickets}
    if not tickets:
        return found
    for source in _sources():
        for pk, tags in source(tickets, user).items():
            found[pk] += tags
    children = _children([ticket.pk for ticket in tickets if getattr(ticket, "is_parent", False)], user)
    for ticket in tickets:
        found[ticket.pk] += tags_of(ticket)
        if count := children.get(ticket.pk):
            found[ticket.pk].append({"label": _("Parent of %(count)s") % {"count": count}, "icon": "network"})
    return found


def _children(parents: list[int], user: User) -> dict[int, int]:
    if not parents:
        return {}
    seen = TicketLink.objects.visible_to(user).filter(kind=TicketLink.Kind.CHILD, target_id__in=parents)
    return dict(seen.order_by().values_list("target_id").annotate(n=Count("pk")))


@cache
def _sources() -> list[Callable[[Sequence[Ticket], User], dict[int, Tags]]]:
    return [import_string(path) for path in settings.ROW_TAGS]
