"""The forms for vendors and contracts. They check shape; `escalation.commands.contracts` saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from catalogue.models import Contract, Service, Vendor
from escalation.agreements import hours_of
from escalation.models import BusinessCalendar
from escalation.policy_definition import MOST_MINUTES

PRIORITIES = (1, 2, 3, 4)


class VendorForm(forms.ModelForm):
    """Who they are and how to reach them."""

    portal_url = forms.URLField(
        label=_("Portal address"),
        required=False,
        max_length=300,
        assume_scheme="https",
        validators=[URLValidator(schemes=("http", "https"))],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    class Meta:
        model = Vendor
        fields = ("name", "email", "phone", "portal_url", "notes")
        labels = {
            "name": _("Name"),
            "email": _("Email"),
            "phone": _("Phone"),
            "notes": _("Notes"),
        }
        error_messages = {
            "name": {"required": _("Write the vendor's name."), "unique": _("Another vendor has this name.")}
        }
        widgets = {
            "notes": forms.Textarea(attrs={"rows": 4}),
        }


class ContractForm(forms.ModelForm):
    """What was promised: for which services, how long, how fast, and in whose hours."""

    services = forms.ModelMultipleChoiceField(
        Service.objects.all(),
        label=_("Services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none, and it is for all of them."),
    )
    calendar = forms.ModelChoiceField(
        BusinessCalendar.objects.filter(current__isnull=False),
        label=_("Hours"),
        required=False,
        empty_label=_("Around the clock"),
        help_text=_("The promised minutes count in these hours."),
    )

    class Meta:
        model = Contract
        fields = (
            "number", "valid_from", "valid_until", "solve_p1", "solve_p2", "solve_p3", "solve_p4", "services",
            "is_active",
        )  # fmt: skip
        labels = {
            "number": _("Contract number"),
            "valid_from": _("Valid from"),
            "valid_until": _("Valid until"),
            "solve_p1": _("P1, minutes"),
            "solve_p2": _("P2, minutes"),
            "solve_p3": _("P3, minutes"),
            "solve_p4": _("P4, minutes"),
            "is_active": _("In use"),
        }
        error_messages = {
            "number": {"required": _("Write the contract's number.")},
            "valid_from": {"required": _("Choose the day it begins.")},
        }
        widgets = {
            "valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance.pk:
            self.fields["calendar"].initial = hours_of(self.instance)
        for priority in PRIORITIES:
            name = f"solve_p{priority}"
            label = self.fields[name].label
            self.fields[name] = forms.IntegerField(label=label, required=False, min_value=1, max_value=MOST_MINUTES)

    def clean(self) -> dict[str, Any]:
        """A contract ends after it begins."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("It ends before it begins."))
        return cleaned

    @property
    def minutes(self) -> list[forms.BoundField]:
        """The four promised times."""
        return [self[f"solve_p{priority}"] for priority in PRIORITIES]
