from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from core.errors import Invalid
from tickets.forms import FORM_MOMENT
from tickets.models import Plan
from tickets.models.plans import MOST_LEAD_DAYS
from tickets.recurring import PRESETS, checked_rule, dates, in_words

CENTURY = range(2000, 2100)


class PlanForm(forms.ModelForm):
    """What comes again, how often, and what its ticket says."""

    often = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    rule = forms.CharField(
        label=gettext_lazy("Rule of my own"),
        required=False,
        help_text=gettext_lazy("As calendars write it, for example FREQ=MONTHLY;BYDAY=1MO for every first Monday."),
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("First date"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORM_MOMENT),
        error_messages={
            "required": gettext_lazy("Say when it is due for the first time."),
            "invalid": gettext_lazy("Write the date and the time, for example 2026-11-24 09:00."),
        },
    )
    lead_days = forms.IntegerField(
        label=gettext_lazy("Open the ticket so many days before"), min_value=0, max_value=MOST_LEAD_DAYS, initial=0
    )

    class Meta:
        model = Plan
        fields = (
            *("name", "often", "rule", "starts_at", "lead_days", "skip_while_open", "subject", "description"),
            *("category", "team", "priority", "assignee", "checklist", "assets"),
        )
        labels = {
            "name": gettext_lazy("Name"),
            "skip_while_open": gettext_lazy("Skip a date while the ticket before is still open"),
            "subject": gettext_lazy("Subject"),
            "description": gettext_lazy("Description"),
            "category": gettext_lazy("Category"),
            "team": gettext_lazy("Team"),
            "priority": gettext_lazy("Priority"),
            "assignee": gettext_lazy("Owner"),
            "checklist": gettext_lazy("Checklist"),
            "assets": gettext_lazy("Assets, one ticket for each"),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 4}), "assets": forms.SelectMultiple(attrs={"size": 6})}

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["often"].choices = [*((rule, in_words(rule)) for rule in PRESETS), ("", _("By a rule of my own"))]
        fields["team"].queryset = Team.objects.filter(pk__in=[team.pk for team in user.hats.visible_teams])
        people = User.objects.filter(is_active=True, is_automation=False, memberships__isnull=False).distinct()
        fields["assignee"].queryset = people
        fields["assignee"].empty_label = _("Nobody by name")
        fields["team"].empty_label = _("Whom the rules choose")
        fields["category"].empty_label = _("None")
        fields["checklist"].empty_label = _("None")
        self.initial.setdefault("often", next(iter(PRESETS)))
        if self.instance.pk and not self.is_bound:
            preset = self.instance.rule if self.instance.rule in PRESETS else ""
            self.initial.update({"often": preset, "rule": "" if preset else self.instance.rule})

    def clean_starts_at(self) -> datetime:
        """In this century: dates are counted one by one from there."""
        first: datetime = self.cleaned_data["starts_at"]
        if first.year not in CENTURY:
            raise forms.ValidationError(_("Write the date and the time, for example 2026-11-24 09:00."))
        return first

    def clean(self) -> dict[str, Any]:
        """The rule is the one chosen or the one written; it must come at least once."""
        typed = super().clean() or {}
        try:
            typed["rule"] = checked_rule(typed.get("often") or typed.get("rule") or "")
        except Invalid as error:
            self.add_error("rule", error.fields.get("rule", [error.message]))
            return typed
        if first := typed.get("starts_at"):
            self.instance.time_zone = self.instance.time_zone or current_zone()
            local = first.astimezone(ZoneInfo(self.instance.time_zone)).replace(tzinfo=None)
            if next(dates(typed["rule"], local, self.instance.time_zone), None) is None:
                self.add_error("rule", _("By this rule it never comes."))
        if (person := typed.get("assignee")) and (team := typed.get("team")) and not person.hats.works_for(team.pk):
            words = _("%(name)s does not work for the team that has this ticket.")
            self.add_error("assignee", words % {"name": person.name})
        return typed


def current_zone() -> str:
    """The zone of whoever writes, as a name; UTC where it has none."""
    name = timezone.get_current_timezone_name()
    return name if name in available_timezones() else "UTC"
