"""Texts written once and filled in for each ticket."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Team, User
from catalogue.models import Service
from tickets.choices import Priority
from tickets.models import Ticket

PLACEHOLDERS = ("requester", "ticket", "subject", "service", "team", "owner", "priority")
FIELD = re.compile(r"\{(\w{1,20})\}")
SAMPLE_NUMBER = 10482
# what somebody meant as a placeholder, blanks and all
MEANT = re.compile(r"\{([ \t]{0,5}\w{1,60}[ \t]{0,5})\}")


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


def unknown_placeholders(text: str) -> list[str]:
    """The placeholders of a text that would stay as they are written, braces and all, once each."""
    return list(dict.fromkeys(match[0] for match in MEANT.finditer(text) if match[1] not in PLACEHOLDERS))


def checked_placeholders(text: str) -> str:
    """The text, where every placeholder in it is known.

    Raises:
        ValidationError: naming those that are not.
    """
    unknown = unknown_placeholders(text)
    if unknown:
        words = ngettext(
            "%(names)s is not filled in. There are: %(known)s.",
            "%(names)s are not filled in. There are: %(known)s.",
            len(unknown),
        )
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationError(words % {"names": ", ".join(unknown), "known": known})
    return text


def preview(text: str, language: str) -> str:
    """The text as it would read on a ticket that is made up.

    Args:
        language: "en" or "id", the made-up ticket's.
    """
    with override(language):
        ticket = Ticket(
            pk=SAMPLE_NUMBER,
            subject=_("VPN disconnects every few minutes"),
            priority=Priority.HIGH,
            requester=User(name="Rina Wulandari"),
            assignee=User(name="Bayu Pratama"),
            service=Service(name="Office VPN", name_id="VPN kantor"),
            team=Team(name="Network", name_id="Jaringan"),
        )
        return filled(text, ticket)
