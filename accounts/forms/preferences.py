from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.languages import SpeaksField
from accounts.models import User

# kept in this browser, not with the person: (cookie, label, choices; the first is the default)
LOOKS = (
    ("theme", _("Theme"), (("auto", _("Same as device")), ("light", _("Light")), ("dark", _("Dark")))),
    ("density", _("Density"), (("compact", _("Compact")), ("comfortable", _("Comfortable")))),
    ("keys", _("Single-key shortcuts"), (("on", _("On")), ("off", _("Off")))),
    (
        "send_delay",
        _("A reply can be taken back for"),
        (
            ("10", _("10 seconds")),
            ("0", _("0 seconds, it leaves at once")),
            ("5", _("5 seconds")),
            ("20", _("20 seconds")),
            ("30", _("30 seconds")),
            ("60", _("60 seconds")),
        ),
    ),
)
NEAR = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


class PreferencesForm(forms.ModelForm):
    """What a person may change about themselves; in which languages they can help is asked of the desk only."""

    speaks = SpeaksField()

    class Meta:
        model = User
        fields = ("name", "language", "speaks", "time_zone", "phone")

    def __init__(self, *args: object, looks: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not self.instance.hats.is_agent:
            del self.fields["speaks"]
        others = sorted(available_timezones() - set(NEAR))
        zones = [(zone, zone) for zone in (*NEAR, *others)]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=zones)
        for name, label, values in LOOKS:
            initial = looks.get(name, values[0][0])
            self.fields[name] = forms.ChoiceField(label=label, choices=values, initial=initial, required=False)
        if not self.instance.hats.is_agent:
            del self.fields["send_delay"]
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save preferences"), css_class="btn-primary btn-lg"))
