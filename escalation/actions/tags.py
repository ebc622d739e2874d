"""Tags a rule puts on and takes off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from tickets import commands
from tickets.automation import Action, ActionError, ActionForm, Doing, Params
from tickets.models import Ticket
from tickets.tags import MOST_TAGS, TAG_LENGTH, normal_tag


class TagsField(forms.CharField):
    """Tags with commas between them; cleans to a list."""

    def clean(self, value: Any) -> list[str]:
        text = ", ".join(value) if isinstance(value, list | tuple) else super().clean(value)
        found = list(dict.fromkeys(tag for part in text.split(",") if (tag := normal_tag(part))))
        if len(found) > MOST_TAGS or any(len(tag) > TAG_LENGTH for tag in found):
            raise forms.ValidationError(_("A tag has at most %(count)s characters.") % {"count": TAG_LENGTH})
        return found

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class TagForm(ActionForm):
    add = TagsField(label=gettext_lazy("Add"), required=False, help_text=gettext_lazy("Several with commas."))
    remove = TagsField(label=gettext_lazy("Remove"), required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("add") and not typed.get("remove"):
            self.add_error("add", _("Write a tag."))
        return typed


class Tag(Action):
    """Put tags on the ticket, or take them off."""

    name = "tag"
    label = gettext_lazy("Tag")
    icon = "tag"
    form = TagForm
    verb = "tag"
    sets_off = ("tags_changed",)

    def words(self, params: Params) -> str:
        added, removed = ", ".join(params.get("add", ())), ", ".join(params.get("remove", ()))
        if added and removed:
            return _("tag it %(added)s and take off %(removed)s") % {"added": added, "removed": removed}
        if added:
            return _("tag it %(added)s") % {"added": added}
        return _("take off the tag %(removed)s") % {"removed": removed}

    def checked(self, params: Any) -> dict[str, Any]:
        """Tags as lists: a text with commas is what the field of the editor takes."""
        for key in ("add", "remove") if isinstance(params, Mapping) else ():
            tags = params.get(key, [])
            if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
                raise ActionError(key, _("Expected a list of texts."))
        return super().checked(params)

    def effect(self, params: Params, facts: Mapping[str, Any]) -> dict[str, Any]:
        tags = dict.fromkeys((*facts.get("tags", ()), *params.get("add", ())))
        return {"tags": [tag for tag in tags if tag not in params.get("remove", ())]}

    def is_needless(self, ticket: Ticket, params: Params, actor: User) -> bool:
        return bool(self.effect(params, {"tags": ticket.tags})["tags"] == list(ticket.tags))

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        add, remove = params.get("add", ()), params.get("remove", ())
        commands.tag(ticket, actor=doing.actor, add=add, remove=remove, reason=doing.reason, at=doing.at)
