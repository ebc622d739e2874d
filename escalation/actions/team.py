"""Where a ticket goes: to a team, to a tier, or up the ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Team, Tier, User
from catalogue.support import support_line
from core.errors import Invalid
from core.steady import kept
from escalation.commands import Packet, escalate
from escalation.ladder import check_move, next_team
from escalation.models import Handover
from escalation.rules.naming import found, name_of
from tickets import commands
from tickets.automation import Action, ActionError, ActionForm, Doing, Params, Reference
from tickets.models import Ticket
from tickets.placement import put_on
from tickets.reasons import text_of

EVIDENCE_LENGTH = 2000
NEXT = "next"


def team_named(slug: str) -> Team:
    """The team of this address.

    Raises:
        ActionError: it is gone.
    """
    team = teams().get(slug)
    if team is None:
        raise ActionError("team", _("There is no team “%(team)s” any more.") % {"team": slug})
    return team


@kept
def teams() -> dict[str, Team]:
    """Every team by its address."""
    return {team.slug: team for team in Team.objects.select_related("tier")}


class TeamForm(ActionForm):
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.select_related("tier"), to_field_name="slug", empty_label=None
    )

    def tree(self) -> dict[str, Any]:
        return {"team": self.cleaned_data["team"].slug}


class SetTeam(Action):
    """Move the ticket to one team's queue."""

    name = "set_team"
    label = gettext_lazy("Move to a team")
    icon = "users-round"
    form = TeamForm
    verb = "transfer"
    decides, moves, ends = "team", True, True
    sets_off = ("team_changed", "tier_changed", "owner_changed")

    def words(self, params: Params) -> str:
        return _("move it to %(team)s") % {"team": name_of("team", params["team"])}

    def references(self, params: Params) -> Iterable[Reference]:
        yield "team", params["team"]

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {"team": params["team"]}

    def destination(self, ticket: Ticket, params: Params) -> Team | None:
        return teams().get(params["team"])

    def refusal(self, ticket: Ticket, params: Params, actor: User) -> str:
        team = self.destination(ticket, params)
        return super().refusal(ticket, params, actor) or (why_no_move(ticket, team, actor) if team else "")

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        team = self.destination(ticket, params)
        return team is not None and team.pk == ticket.team_id

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        team = self.destination(ticket, params)
        if team is not None and team.pk != ticket.team_id:
            put_on(ticket, team)

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        team = team_named(params["team"])
        if team.pk != ticket.team_id:
            commands.transfer(ticket, actor=doing.actor, team=team, reason=doing.reason, at=doing.at)


def why_no_move(ticket: Ticket, team: Team, actor: User) -> str:
    """Why this person may not pass the ticket to that team without a packet; "" where they may."""
    if team not in actor.hats.visible_teams:
        return _("that team is not yours to see")
    if team.pk == ticket.team_id:
        return ""
    try:
        check_move(ticket, team, actor)
    except Invalid as error:
        return error.in_full
    return ""


class TierForm(ActionForm):
    tier = forms.ModelChoiceField(
        label=gettext_lazy("Tier"), queryset=Tier.objects.all(), to_field_name="level", empty_label=None
    )

    def tree(self) -> dict[str, Any]:
        return {"tier": self.cleaned_data["tier"].level}


class SetTier(Action):
    """Move the ticket to the team that stands on a tier for its service."""

    name = "set_tier"
    label = gettext_lazy("Move to a tier")
    icon = "layers"
    form = TierForm
    decides, moves, ends = "team", True, True
    sets_off = ("team_changed", "tier_changed", "owner_changed")

    def words(self, params: Params) -> str:
        return _("move it to the service's team on %(tier)s") % {"tier": name_of("tier", params["tier"])}

    def references(self, params: Params) -> Iterable[Reference]:
        yield "tier", params["tier"]

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {"tier": params["tier"]}

    def destination(self, ticket: Ticket, params: Params) -> Team | None:
        return team_on(ticket, params["tier"])

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        team = team_on(ticket, params["tier"])
        if team is None:
            raise Invalid.field("tier", _("No team of its service stands on that tier."))
        if team.pk != ticket.team_id:
            commands.transfer(ticket, actor=doing.actor, team=team, reason=doing.reason, at=doing.at)


def team_on(ticket: Ticket, level: int) -> Team | None:
    """The team of the ticket's service on a tier; without a service the tier's first team that is open to all."""
    line = support_line(ticket.service_id) if ticket.service_id else []
    if line:
        return next((team for team in line if team.tier.level == level), None)
    standing = [team for team in teams().values() if team.tier.level == level and not team.is_restricted]
    return min(standing, key=lambda team: team.pk, default=None)


class EscalateForm(ActionForm):
    to = forms.ChoiceField(label=gettext_lazy("Where to"), choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(team.slug, team.label) for team in Team.objects.select_related("tier")]
        to: Any = self.fields["to"]
        to.choices = [(NEXT, _("the service's team on the next tier")), *teams]


class Escalate(Action):
    """Hand the ticket to a higher tier with a packet, along the ladder."""

    name = "escalate"
    label = gettext_lazy("Escalate")
    icon = "arrow-up-right"
    form = EscalateForm
    decides, moves, ends = "team", True, True
    sets_off = ("escalated", "team_changed", "tier_changed", "owner_changed")

    def words(self, params: Params) -> str:
        if params["to"] == NEXT:
            return _("escalate it to the next tier")
        team = found("team", params["to"])
        if team is None:
            return _("escalate it to %(team)s") % {"team": params["to"]}
        return _("escalate it to %(team)s, tier %(tier)s") % {"team": team.label, "tier": team.tier.numeral}

    def references(self, params: Params) -> Iterable[Reference]:
        if params["to"] != NEXT:
            yield "team", params["to"]

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        if params["to"] == NEXT:
            return {"tier": (facts.get("tier") or 0) + 1}
        return {"team": params["to"]}

    def destination(self, ticket: Ticket, params: Params) -> Team | None:
        return next_team(ticket) if params["to"] == NEXT else teams().get(params["to"])

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        team = next_team(ticket) if params["to"] == NEXT else team_named(params["to"])
        if team is None:
            raise Invalid.field("to", _("No higher tier serves this ticket."))
        packet = Packet(
            reason=Handover.Reason.OTHER,
            symptom=ticket.subject,
            asked=_asked(doing),
            evidence=ticket.description[:EVIDENCE_LENGTH],
        )
        escalate(ticket, actor=doing.actor, team=team, packet=packet, at=doing.at)


def _asked(doing: Doing) -> str:
    """What the packet asks, in the house's language: a rule has no words of its own."""
    with override(settings.LANGUAGE_CODE):
        return _("The rule “%(rule)s” passed it on.") % {"rule": text_of(doing.reason)}
