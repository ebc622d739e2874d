from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import ChecklistTemplate
from tickets.models.checklists import MOST_STEPS, STEP_LENGTH


class ChecklistForm(forms.ModelForm):
    """A template's name, its category, and its steps, one a line."""

    steps = forms.CharField(
        label=gettext_lazy("Steps, one a line"),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": gettext_lazy("Write one step at least.")},
    )

    class Meta:
        model = ChecklistTemplate
        fields = ("name", "category", "steps", "is_automatic", "is_active")
        labels = {
            "name": gettext_lazy("Name"),
            "category": gettext_lazy("Category"),
            "is_automatic": gettext_lazy("Put it on every ticket of the category by itself"),
            "is_active": gettext_lazy("In use"),
        }
        error_messages = {
            "name": {
                "required": gettext_lazy("Give the checklist a name."),
                "unique": gettext_lazy("Another checklist has this name."),
            }
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        category: Any = self.fields["category"]
        category.empty_label = _("Any category")
        category.queryset = category.queryset.select_related("service")
        if self.instance.pk:
            self.initial["steps"] = "\n".join(self.instance.steps)

    def clean_steps(self) -> list[str]:
        """One step a line, without the empty ones."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["steps"].splitlines()]
        steps = [line for line in lines if line]
        if not steps:
            raise forms.ValidationError(_("Write one step at least."))
        if len(steps) > MOST_STEPS:
            raise forms.ValidationError(_("A checklist has at most %(count)s steps.") % {"count": MOST_STEPS})
        if any(len(step) > STEP_LENGTH for step in steps):
            raise forms.ValidationError(_("A step has at most %(count)s characters.") % {"count": STEP_LENGTH})
        return steps

    def clean(self) -> dict[str, Any]:
        """What comes by itself needs a category to come with."""
        typed = super().clean() or {}
        if typed.get("is_automatic") and not typed.get("category"):
            self.add_error("category", _("Choose the category it comes with."))
        return typed
