from __future__ import annotations

from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

NEAR = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


class PreferencesForm(forms.ModelForm):
    """What a person may change about themselves."""

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "phone")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        others = sorted(available_timezones() - set(NEAR))
        zones = [(zone, zone) for zone in (*NEAR, *others)]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=zones)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save preferences"), css_class="btn-primary btn-lg"))
