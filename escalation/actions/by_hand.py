"""What only people do, by a macro: take it, hand it over with words of their own, follow it, resolve it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import Invalid
from escalation.actions.team import EVIDENCE_LENGTH, NEXT, Escalate, EscalateForm, team_named
from escalation.commands import Packet, accept, escalate
from escalation.ladder import ladder, next_team, step_to
from escalation.models import Handover
from tickets import commands
from tickets.automation import Action, ActionForm, Doing, Params
from tickets.canned import checked_placeholders, filled
from tickets.choices import Status
from tickets.models import Ticket
from tickets.placement import put_on

WORDS_LENGTH = 2000
SHOWN_LENGTH = 60
FILLED_IN = gettext_lazy("{requester}, {ticket}, {service} and {team} are filled in.")


class Take(Action):
    """Make it one's own; a handover that waits for an answer is accepted."""

    name = "take"
    label = gettext_lazy("Take it")
    icon = "user-check"
    verb, decides = "assign", "owner"

    def words(self, params: Params) -> str:
        return _("take it")

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        return ticket.assignee_id == actor.pk and ticket.status != Status.NEW

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        ticket.assignee_id = actor.pk
        ticket.status = Status.OPEN if ticket.status == Status.NEW else ticket.status

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        if self.is_needless(ticket, params, doing.actor):
            return
        if ticket.assignee_id is None and doing.actor.hats.works_for(ticket.team_id):
            accept(ticket, actor=doing.actor, at=doing.at)
        else:
            commands.assign(ticket, actor=doing.actor, assignee=doing.actor, reason=doing.reason, at=doing.at)


class EscalateByHandForm(EscalateForm):
    asked = forms.CharField(
        label=gettext_lazy("What you ask of the next team"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=FILLED_IN,
    )
    tried = forms.CharField(
        label=gettext_lazy("What was tried"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    ticked = forms.MultipleChoiceField(
        label=gettext_lazy("What whoever runs it confirms"),
        help_text=gettext_lazy("Lines of the ladder's checklists. The menu shows them before the macro is run."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked: Any = self.fields["ticked"]
        ticked.choices = list(checklist_lines().items())

    def clean_asked(self) -> str:
        return checked_placeholders(self.cleaned_data["asked"])

    def clean_tried(self) -> str:
        return checked_placeholders(self.cleaned_data["tried"])


def checklist_lines() -> dict[str, str]:
    """Every line that a step of the ladder wants ticked: as it is stored, and for this reader."""
    return {item.en: item.label for step in ladder().steps for item in step.checklist}


class EscalateByHand(Escalate):
    """Hand it to another team with a packet in the macro's own words; the ladder asks of it what it asks of people."""

    form = EscalateByHandForm
    verb = "escalate"

    def words(self, params: Params) -> str:
        said, known = super().words(params), checklist_lines()
        lines = ", ".join(known.get(line, line) for line in params.get("ticked", ()))
        return _("%(said)s, confirming: %(lines)s") % {"said": said, "lines": lines} if lines else said

    def refusal(self, ticket: Ticket, params: Params, actor: User) -> str:
        said = super().refusal(ticket, params, actor)
        team = self.destination(ticket, params)
        if said or team is None:
            return said or _("no higher tier serves this ticket")
        if team.pk == ticket.team_id:
            return _("that team has it already")
        try:
            _packet(params, ticket).checked(step_to(ticket, team, actor), ticket)
        except Invalid as error:
            return error.in_full
        return ""

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        team = self.destination(ticket, params)
        if team is not None:
            put_on(ticket, team)
            ticket.status = Status.OPEN if ticket.status == Status.PENDING else ticket.status

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        team = next_team(ticket) if params["to"] == NEXT else team_named(params["to"])
        if team is None:
            raise Invalid.field("to", _("No higher tier serves this ticket."))
        escalate(ticket, actor=doing.actor, team=team, packet=_packet(params, ticket), at=doing.at)


def _packet(params: Params, ticket: Ticket) -> Packet:
    return Packet(
        reason=Handover.Reason.OTHER,
        symptom=ticket.subject,
        asked=filled(params["asked"], ticket),
        tried=filled(params.get("tried", ""), ticket),
        evidence=ticket.description[:EVIDENCE_LENGTH],
        ticked=tuple(params.get("ticked", ())),
    )


class Follow(Action):
    """Follow it oneself."""

    name = "follow"
    label = gettext_lazy("Follow it")
    icon = "eye"
    verb = "watch"

    def words(self, params: Params) -> str:
        return _("follow it")

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        commands.watch(ticket, actor=doing.actor, follower=doing.actor, at=doing.at)


class ResolveForm(ActionForm):
    resolution = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The requester reads it. {requester}, {ticket}, {service} and {team} are filled in."),
    )

    def clean_resolution(self) -> str:
        return checked_placeholders(self.cleaned_data["resolution"])


class Resolve(Action):
    """Call it solved, and say how."""

    name = "resolve"
    label = gettext_lazy("Resolve")
    icon = "check"
    form = ResolveForm
    verb, decides, ends = "resolve", "status", True

    def words(self, params: Params) -> str:
        return _("resolve it: “%(text)s”") % {"text": Truncator(params["resolution"]).chars(SHOWN_LENGTH)}

    def text(self, ticket: Ticket, params: Params) -> str:
        return filled(params["resolution"], ticket)

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        ticket.status = Status.RESOLVED

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        commands.resolve(ticket, actor=doing.actor, resolution=self.text(ticket, params), at=doing.at)
