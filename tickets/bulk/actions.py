"""What can be done to many tickets at once: each is the command that changes a single one. What the apps above add is
named in `settings.BULK_ACTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User
from core.errors import Invalid
from tickets import commands
from tickets.choices import PendingReason, Priority
from tickets.lists.board import scope_of
from tickets.models import Ticket
from tickets.properties import BY_HAND
from tickets.tags import TAG_LENGTH
from tickets.undo import take_back

SOLUTION_LENGTH = 10_000
# a scheduled wait needs a time of its own for each ticket
WAITS = [(reason.value, reason.label) for reason in PendingReason if reason != PendingReason.SCHEDULED]


class BulkForm(forms.Form):
    """What an action needs besides the tickets; `value()` is fit for JSON."""

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.offer(user)

    def offer(self, user: User) -> None:
        """Fill in the choices this person has."""

    def value(self) -> dict[str, Any]:
        """What is stored with the run. Only for a valid form."""
        return dict(self.cleaned_data)


class AssignForm(BulkForm):
    person = forms.ChoiceField(label=gettext_lazy("Owner"))

    def offer(self, user: User) -> None:
        field: Any = self.fields["person"]
        teams = [team.pk for team in scope_of(user)]
        people = User.objects.filter(memberships__team_id__in=teams, is_active=True).distinct().order_by("name")
        field.choices = [(str(person.pk), person.name) for person in people]


class TeamForm(BulkForm):
    team = forms.ChoiceField(label=gettext_lazy("Team"))

    def offer(self, user: User) -> None:
        field: Any = self.fields["team"]
        field.choices = [(team.slug, f"{team.tier.numeral} · {team.label}") for team in user.hats.visible_teams]


class PriorityForm(BulkForm):
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, coerce=int)


class WaitForm(BulkForm):
    reason = forms.ChoiceField(label=gettext_lazy("What do they wait for?"), choices=WAITS)


class ResolveForm(BulkForm):
    resolution = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=SOLUTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Every requester reads it and can reopen the ticket."),
    )


class TagForm(BulkForm):
    tag = forms.CharField(label=gettext_lazy("Tag"), max_length=TAG_LENGTH)


CHANGED: Any = ngettext_lazy("%(count)s ticket changed.", "%(count)s tickets changed.", "count")


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One of them.

    Attributes:
        apply: (ticket, actor, value) uses the command; raises what that raises.
        title: of its dialog, counting tickets; said: what is announced after it.
        form: asks for the value; None where there is none.
        can_undo: whether the step can be taken back; take_back: (ticket, event=, actor=) does it.
    """

    key: str
    label: Any
    icon: str
    apply: Callable[[Ticket, User, dict[str, Any]], Any]
    title: Any = ""
    said: Any = CHANGED
    shortcut: str = ""
    form: type[BulkForm] | None = None
    can_undo: bool = True
    take_back: Callable[..., Any] = take_back
    is_main: bool = True

    @property
    def asks(self) -> bool:
        """Whether its button opens a dialog first."""
        return self.form is not None


def _take(ticket: Ticket, actor: User, _value: dict[str, Any]) -> None:
    if ticket.assignee_id == actor.pk:
        raise Invalid(_("It is yours already."))
    if ticket.assignee is not None:
        raise Invalid(_("%(name)s has it.") % {"name": ticket.assignee.name})
    commands.assign(ticket, actor=actor, assignee=actor)


def _assign(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    person = User.objects.filter(pk=value["person"], is_active=True).first()
    if person is None:
        raise Invalid.field("assignee", _("Choose one of the list."))
    if ticket.assignee_id == person.pk:
        raise Invalid(_("%(name)s has it.") % {"name": person.name})
    commands.assign(ticket, actor=actor, assignee=person)


def _team(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    team = next((team for team in actor.hats.visible_teams if team.slug == value["team"]), None)
    if team is None:
        raise Invalid.field("team", _("Choose one of the list."))
    commands.transfer(ticket, actor=actor, team=team)


def _priority(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    if ticket.priority == value["priority"]:
        raise Invalid(_("It has this priority already."))
    commands.prioritise(ticket, actor=actor, priority=value["priority"], reason=BY_HAND)


def _wait(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    commands.pend(ticket, actor=actor, reason=value["reason"])


def _resolve(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    commands.resolve(ticket, actor=actor, resolution=value["resolution"])


def _tag(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    commands.tag(ticket, actor=actor, add=[value["tag"]])


def _untag(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    commands.tag(ticket, actor=actor, remove=[value["tag"]])


def _close(ticket: Ticket, actor: User, _value: dict[str, Any]) -> None:
    commands.close(ticket, actor=actor)


def _watch(ticket: Ticket, actor: User, _value: dict[str, Any]) -> None:
    commands.watch(ticket, actor=actor, follower=actor)


ACTIONS: dict[str, BulkAction] = {
    action.key: action
    for action in (
        BulkAction(
            "take",
            gettext_lazy("Take"),
            "user-check",
            _take,
            said=ngettext_lazy("%(count)s ticket is yours now.", "%(count)s tickets are yours now.", "count"),
            shortcut="Shift+I",
        ),
        BulkAction(
            "assign",
            gettext_lazy("Assign"),
            "user-plus",
            _assign,
            ngettext_lazy("Assign %(count)s ticket", "Assign %(count)s tickets", "count"),
            shortcut="A",
            form=AssignForm,
        ),
        BulkAction(
            "wait",
            gettext_lazy("Set waiting"),
            "pause",
            _wait,
            ngettext_lazy("Set %(count)s ticket waiting", "Set %(count)s tickets waiting", "count"),
            shortcut="S",
            form=WaitForm,
        ),
        BulkAction(
            "priority",
            gettext_lazy("Priority"),
            "signal",
            _priority,
            ngettext_lazy("Priority of %(count)s ticket", "Priority of %(count)s tickets", "count"),
            shortcut="P",
            form=PriorityForm,
        ),
        BulkAction(
            "team",
            gettext_lazy("Move to team"),
            "users-round",
            _team,
            ngettext_lazy("Move %(count)s ticket to a team", "Move %(count)s tickets to a team", "count"),
            form=TeamForm,
            is_main=False,
        ),
        BulkAction(
            "resolve",
            gettext_lazy("Resolve"),
            "check",
            _resolve,
            ngettext_lazy("Resolve %(count)s ticket", "Resolve %(count)s tickets", "count"),
            shortcut="Shift+R",
            form=ResolveForm,
            can_undo=False,
            is_main=False,
        ),
        BulkAction(
            "tag",
            gettext_lazy("Add a tag"),
            "tag",
            _tag,
            ngettext_lazy("Tag %(count)s ticket", "Tag %(count)s tickets", "count"),
            form=TagForm,
            is_main=False,
        ),
        BulkAction(
            "untag",
            gettext_lazy("Take off a tag"),
            "tags",
            _untag,
            ngettext_lazy("Take a tag off %(count)s ticket", "Take a tag off %(count)s tickets", "count"),
            form=TagForm,
            is_main=False,
        ),
        BulkAction("close", gettext_lazy("Close"), "archive", _close, can_undo=False, is_main=False),
        BulkAction("watch", gettext_lazy("Watch"), "eye", _watch, can_undo=False, is_main=False),
    )
}


@cache
def bulk_actions() -> dict[str, BulkAction]:
    """Every action by its key: those of tickets, then those of the apps above."""
    offered: list[BulkAction] = [import_string(path) for path in settings.BULK_ACTIONS]
    return ACTIONS | {action.key: action for action in offered}


def bar_for() -> dict[str, list[BulkAction]]:
    """The buttons of the bulk bar: those in sight, and those behind "More"."""
    offered = bulk_actions().values()
    return {
        "main": [action for action in offered if action.is_main],
        "more": [action for action in offered if not action.is_main],
    }
