"""How urgent a ticket is and what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalogue.models import Category
from escalation.rules.naming import name_of
from tickets import commands
from tickets.automation import Action, ActionError, ActionForm, Doing, Params, Reference
from tickets.choices import Priority
from tickets.models import Ticket


class PriorityForm(ActionForm):
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, coerce=int)


class SetPriority(Action):
    """Override the priority that impact and urgency gave."""

    name = "set_priority"
    label = gettext_lazy("Set the priority")
    icon = "signal"
    form = PriorityForm
    verb = "prioritise"
    decides = "priority"
    sets_off = ("priority_changed",)

    def words(self, params: Params) -> str:
        return _("make it %(priority)s") % {"priority": Priority(params["priority"]).label}

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {"priority": params["priority"]}

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        return bool(ticket.priority == params["priority"])

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        if ticket.priority != params["priority"]:
            commands.prioritise(
                ticket, actor=doing.actor, priority=params["priority"], reason=doing.reason, at=doing.at
            )


class CategoryForm(ActionForm):
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.select_related("service"),
        to_field_name="slug",
        empty_label=None,
    )

    def tree(self) -> dict[str, Any]:
        return {"category": self.cleaned_data["category"].slug}


class SetCategory(Action):
    """Put it under another category, and so under its service and kind."""

    name = "set_category"
    label = gettext_lazy("Set the category")
    icon = "folder"
    form = CategoryForm
    verb = "categorise"
    decides = "category"
    sets_off = ("category_changed",)

    def words(self, params: Params) -> str:
        return _("put it under %(category)s") % {"category": name_of("category", params["category"])}

    def references(self, params: Params) -> Iterable[Reference]:
        yield "category", params["category"]

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {"category": params["category"]}

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        return ticket.category is not None and ticket.category.slug == params["category"]

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        category = Category.objects.select_related("service").filter(slug=params["category"]).first()
        if category is None:
            raise ActionError("category", _("There is no such category any more."))
        if category.pk != ticket.category_id:
            commands.categorise(ticket, actor=doing.actor, category=category, at=doing.at)
