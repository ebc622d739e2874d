"""Who gets the ticket: one person, or whom a strategy names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Level, Skill, User
from escalation.actions.telling import at_desk
from escalation.assignment.definition import LEAD, QUEUE, StrategyError
from escalation.assignment.definition import parse as parse_strategy
from escalation.commands.assigning import assign_by
from tickets import commands
from tickets.automation import Action, ActionError, ActionForm, Doing, Params, Reference
from tickets.choices import Status
from tickets.models import Ticket
from tickets.reasons import Reason

PICKERS = (
    ("round_robin", gettext_lazy("in turn")),
    ("least_effort", gettext_lazy("whoever has the least work in hand")),
)
PREFER, ONLY = "prefer", "only"
MOST_OPEN = 999


class AssignForm(ActionForm):
    person = forms.ModelChoiceField(
        label=gettext_lazy("To one person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("No, chosen among the team"),
    )
    picker = forms.ChoiceField(label=gettext_lazy("Chosen"), choices=PICKERS, required=False)
    previous_owner = forms.BooleanField(label=gettext_lazy("First whoever had it before, if reopened"), required=False)
    on_shift = forms.BooleanField(label=gettext_lazy("Only who is on shift"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("The ticket's language"),
        choices=[
            ("", gettext_lazy("does not matter")),
            (PREFER, gettext_lazy("whoever speaks it first")),
            (ONLY, gettext_lazy("only who speaks it")),
        ],
        required=False,
    )
    skill = forms.ModelChoiceField(
        label=gettext_lazy("Skill"), queryset=Skill.objects.all(), required=False, empty_label=gettext_lazy("Any")
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("at least"), choices=Level.choices, coerce=int, required=False, empty_value=None
    )
    most = forms.IntegerField(
        label=gettext_lazy("At most so many open tickets"), min_value=1, max_value=MOST_OPEN, required=False
    )
    otherwise = forms.ChoiceField(
        label=gettext_lazy("If nobody is left"),
        choices=[(QUEUE, gettext_lazy("it stays in the queue")), (LEAD, gettext_lazy("the lead gets it"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = at_desk()

    def tree(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed["person"]:
            return {"person": typed["person"].pk}
        steps: list[dict[str, Any]] = []
        steps += [{"by": name} for name in ("previous_owner", "on_shift") if typed[name]]
        if typed["skill"]:
            steps.append({"by": "skill", "skill": typed["skill"].pk, "level": typed["level"] or 1})
        if typed["language"]:
            steps.append({"by": "language", **({"only": True} if typed["language"] == ONLY else {})})
        if typed["most"]:
            steps.append({"by": "capacity", "most": typed["most"]})
        steps.append({"by": typed["picker"] or "round_robin"})
        return {"strategy": {"steps": steps, "else": typed["otherwise"] or QUEUE}}

    @classmethod
    def typed(cls, params: Params) -> dict[str, Any]:
        if "person" in params or "strategy" not in params:
            return {"person": params.get("person")}
        tree = params["strategy"]
        typed: dict[str, Any] = {"otherwise": tree.get("else", QUEUE)}
        for step in tree.get("steps", ()):
            typed |= _as_typed(step)
        return typed


def _as_typed(step: Mapping[str, Any]) -> dict[str, Any]:
    by = step.get("by")
    if by == "skill":
        return {"skill": step.get("skill"), "level": step.get("level", 1)}
    if by == "language":
        return {"language": ONLY if step.get("only") else PREFER}
    if by == "capacity":
        return {"most": step.get("most")}
    return {str(by): True} if by in ("previous_owner", "on_shift") else {"picker": by}


class Assign(Action):
    """Give the ticket an owner; the reason names who else was considered."""

    name = "assign"
    label = gettext_lazy("Assign")
    icon = "user-round-check"
    form = AssignForm
    verb = "assign"
    decides, moves = "owner", True
    sets_off = ("owner_changed", "status_changed")

    def words(self, params: Params) -> str:
        if "person" in params:
            found = User.objects.filter(pk=params["person"]).first()
            return _("assign it to %(person)s") % {"person": found.name if found else params["person"]}
        steps = [_step_in_words(step) for step in params["strategy"]["steps"]]
        said = _("assign it: %(steps)s") % {"steps": ", ".join(step for step in steps if step)}
        return _("%(said)s, else to the lead") % {"said": said} if params["strategy"].get("else") == LEAD else said

    def references(self, params: Params) -> Iterable[Reference]:
        if "person" in params:
            yield "person", params["person"]
        for step in params.get("strategy", {}).get("steps", ()):
            if step.get("by") == "skill":
                yield "skill", step.get("skill")

    def keys(self) -> Iterable[str]:
        return ("person", "strategy")

    def checked(self, params: Any) -> dict[str, Any]:
        """A person, or a strategy in full, as `escalation.assignment.definition` reads it."""
        if not isinstance(params, Mapping) or "strategy" not in params:
            return super().checked(params)
        unknown = sorted(set(map(str, params)) - {"strategy"})
        if unknown:
            raise ActionError(unknown[0], _("This key means nothing here."))
        try:
            parse_strategy(params["strategy"])
        except StrategyError as error:
            raise ActionError(f"strategy.{error.path}".rstrip("."), error.message) from error
        return {"strategy": params["strategy"]}

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        if "person" in params:
            return bool(ticket.assignee_id == params["person"])
        return ticket.assignee_id is not None

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        ticket.assignee_id = params.get("person", ticket.assignee_id)
        ticket.status = Status.OPEN if ticket.status == Status.NEW else ticket.status

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> Reason | None:
        if "person" in params:
            person = User.objects.filter(pk=params["person"], is_active=True).first()
            if person is None:
                raise ActionError("person", _("They do not work here any more."))
            if person.pk != ticket.assignee_id:
                commands.assign(ticket, actor=doing.actor, assignee=person, reason=doing.reason, at=doing.at)
            return None
        anew = doing.event is not None and doing.event.verb == "reopen"
        strategy = parse_strategy(params["strategy"])
        return assign_by(ticket, strategy, actor=doing.actor, anew=anew, at=doing.at).reason


def _step_in_words(step: Mapping[str, Any]) -> str:
    by = step.get("by")
    if by == "skill":
        skill = Skill.objects.filter(pk=step["skill"]).first()
        level = Level(step.get("level", 1)).label
        return _("who knows %(skill)s (%(level)s)") % {"skill": skill.label if skill else step["skill"], "level": level}
    if by == "capacity":
        return _("with fewer than %(most)s open tickets") % {"most": step["most"]}
    if by == "language":
        return _("only who speaks its language") if step.get("only") else _("who speaks its language first")
    words = {
        "previous_owner": _("whoever had it before"),
        "on_shift": _("only who is on shift"),
        **{name: str(label) for name, label in PICKERS},
    }
    return words.get(str(by), "")
