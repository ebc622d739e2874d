"""Proposing a major incident."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.commands.major import AlreadyLed, propose
from tickets.automation import Action, Doing, Params
from tickets.models import Ticket


class ProposeMajor(Action):
    """Propose that the ticket leads a major incident; a person decides."""

    name = "propose_major"
    label = gettext_lazy("Propose a major incident")
    icon = "siren"
    tells = True

    def words(self, params: Params) -> str:
        return _("propose it as a major incident")

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        try:
            propose(ticket, actor=doing.actor, evidence={"rule": "named", "name": doing.reason}, at=doing.at)
        except AlreadyLed:
            return  # it is proposed or declared: that is what the rule wanted
