"""Pausing a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core.errors import Invalid
from tickets import commands
from tickets.automation import Action, ActionForm, Doing, Params
from tickets.choices import PendingReason, Status
from tickets.models import Ticket

MOST_DAYS = 365


class PauseForm(ActionForm):
    reason = forms.ChoiceField(label=gettext_lazy("Waiting for"), choices=PendingReason.choices)
    days = forms.IntegerField(label=gettext_lazy("For how many days"), min_value=1, max_value=MOST_DAYS, required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("reason") == PendingReason.SCHEDULED and not typed.get("days"):
            self.add_error("days", _("Scheduled work needs a number of days."))
        return typed


class Pause(Action):
    """Set the ticket waiting, and with it its clocks."""

    name = "pause"
    label = gettext_lazy("Set waiting")
    icon = "pause"
    form = PauseForm
    verb = "pend"
    decides = "status"
    sets_off = ("status_changed",)

    def words(self, params: Params) -> str:
        reason = PendingReason(params["reason"]).label
        if not params.get("days"):
            return _("set it waiting: %(reason)s") % {"reason": reason}
        days = params["days"]
        words = ngettext(
            "set it waiting for %(days)d day: %(reason)s", "set it waiting for %(days)d days: %(reason)s", days
        )
        return words % {"days": days, "reason": reason}

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        is_so = ticket.status == Status.PENDING and ticket.pending_reason == params["reason"]
        return is_so and not params.get("days")

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        ticket.status, ticket.pending_reason = Status.PENDING, params["reason"]

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        if ticket.status == Status.PENDING and doing.actor.is_automation:
            raise Invalid(_("It waits already."))
        until = doing.at + timedelta(days=params["days"]) if params.get("days") else None
        commands.pend(ticket, actor=doing.actor, reason=params["reason"], until=until, at=doing.at)
