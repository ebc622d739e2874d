"""Choosing the promise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.commands.promising import set_policy
from escalation.models import SlaPolicy
from escalation.rules.naming import name_of
from tickets.automation import Action, ActionError, ActionForm, Doing, Params, Reference
from tickets.models import Ticket


class PolicyForm(ActionForm):
    policy = forms.ModelChoiceField(
        label=gettext_lazy("SLA policy"), queryset=SlaPolicy.objects.filter(current__isnull=False), empty_label=None
    )

    def tree(self) -> dict[str, Any]:
        return {"policy": self.cleaned_data["policy"].pk}


class SetPolicy(Action):
    """Measure the ticket by one policy, whatever the policies' own conditions say."""

    name = "set_policy"
    label = gettext_lazy("Set the SLA policy")
    icon = "timer"
    form = PolicyForm
    decides = "policy"

    def words(self, params: Params) -> str:
        return _("promise what %(policy)s says") % {"policy": name_of("policy", params["policy"])}

    def references(self, params: Params) -> Iterable[Reference]:
        yield "policy", params["policy"]

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        policy = SlaPolicy.objects.filter(pk=params["policy"], current__isnull=False).first()
        if policy is None:
            raise ActionError("policy", _("There is no such policy any more."))
        set_policy(ticket, actor=doing.actor, policy=policy, reason=doing.reason, at=doing.at)
