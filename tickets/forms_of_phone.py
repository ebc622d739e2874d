"""The form of a template for calls."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from tickets.models import PhoneTemplate


class PhoneTemplateForm(forms.ModelForm):
    """A template's names, its key and what it fills in."""

    class Meta:
        model = PhoneTemplate
        fields = ("name", "name_id", "position", "subject", "category", "description")
        labels = {
            "name": gettext_lazy("Name"),
            "name_id": gettext_lazy("Name in Indonesian"),
            "position": gettext_lazy("Key"),
            "subject": gettext_lazy("Subject"),
            "category": gettext_lazy("Category"),
            "description": gettext_lazy("First questions"),
        }
        help_texts = {
            "position": gettext_lazy("The first nine that are in use get the keys 1 to 9, in this order."),
            "description": gettext_lazy("What to ask; the answers are written behind it."),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 6})}
