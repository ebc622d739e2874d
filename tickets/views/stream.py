"""Who may listen to what: an open page hears that something changed, never what it says.

The stream itself is kept by `helpdesk.live`, outside Django's request cycle: a request that lasts for a quarter of an
hour would hold a thread and a database connection for as long.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from core.cleaning import whole_number
from tickets.live_hub import Stream
from tickets.models import Ticket
from tickets.presence import LOOKS, word

# where nobody keeps streams (a plain WSGI server), pages ask by themselves
NO_STREAM = "retry: 60000\nevent: off\ndata: 0\n\n"


@login_not_required  # checked below: a stream answers 401 instead of redirecting to a page
def live(request: HttpRequest) -> HttpResponse:
    """What a server without streams says; who may not listen learns no more here than there."""
    status, stream = admit(request.user, request.GET.get("ticket", ""))
    if stream is None:
        return HttpResponse(status=status)
    return HttpResponse(NO_STREAM, content_type="text/event-stream")


def admit(user: Any, wanted: str) -> tuple[int, Stream | None]:
    """Open a stream of the queues this person may see, or of one ticket.

    Args:
        wanted: the ticket's number as the address has it; "" for the queues.

    Returns:
        200 and the stream; or 401 for strangers and 404 where there is nothing to hear.
    """
    if not user.is_authenticated:
        return 401, None
    # a number no ticket has is a ticket nobody sees
    reach = reach_of(user, (whole_number(wanted) or 0) if wanted else None)
    if reach is None:
        return 404, None
    me = None
    if reach.get("staff"):
        team_id = Ticket.objects.values_list("team_id", flat=True).get(pk=reach["ticket"])
        me = word(user, reach["ticket"], team_id, LOOKS)
    return 200, Stream(reach, user.pk, me)


def reach_of(user: Any, ticket_id: int | None) -> dict[str, Any] | None:
    """What a stream may speak of; None where that is nothing."""
    if ticket_id is not None:
        ticket = Ticket.objects.visible_to(user).filter(pk=ticket_id).first()
        return {"ticket": ticket.pk, "staff": ticket.staffed_by(user)} if ticket else None
    if not user.hats.is_agent:
        return None
    return {"teams": {team.pk for team in user.hats.visible_teams}, "user": user.pk}
