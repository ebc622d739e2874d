"""Texts written once and filled in for each ticket."""

from __future__ import annotations

import re

from tickets.models import Ticket

PLACEHOLDERS = ("requester", "ticket", "subject", "service", "team", "owner", "priority")
FIELD = re.compile(r"\{(\w{1,20})\}")


def filled(text: str, ticket: Ticket) -> str:
    """The text with {requester}, {ticket} and the like filled in; what is not known stays as it was written.

    Nothing but these names is read from the ticket, so that a text can never reach further.
    """
    values = {
        "requester": ticket.requester.name,
        "ticket": ticket.key,
        "subject": ticket.subject,
        "service": ticket.service.label if ticket.service else "",
        "team": ticket.team.label if ticket.team else "",
        "owner": ticket.assignee.name if ticket.assignee else "",
        "priority": f"P{ticket.priority}",
    }
    return FIELD.sub(lambda match: values.get(match[1], match[0]), text)
