from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SpeaksField(forms.MultipleChoiceField):
    """The languages in which somebody can help besides their own, as a list of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **_options: object) -> None:
        super().__init__(
            label=_("Also speaks"),
            choices=User.Language.choices,
            required=False,
            help_text=_("For tickets that are not in the language above."),
        )
