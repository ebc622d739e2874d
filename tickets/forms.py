"""Forms of the desk. They check shape; commands save."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from tickets.canned import checked_placeholders
from tickets.models import ReplyTemplate, Ticket
from tickets.models.tasks import TITLE_LENGTH

TEMPLATE_LENGTH = 10_000
FORM_MOMENT = "%Y-%m-%dT%H:%M"


class PlanTaskForm(forms.Form):
    """What is to be done, for whom, by when."""

    title = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=TITLE_LENGTH,
        error_messages={"required": gettext_lazy("Say what is to be done.")},
    )
    who = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    due_at = forms.DateTimeField(
        label=gettext_lazy("Due"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORM_MOMENT),
        error_messages={"invalid": gettext_lazy("Write the date and the time, for example 2026-11-24 09:00.")},
    )

    remind = forms.ChoiceField(
        label=gettext_lazy("Remind"),
        required=False,
        choices=[
            ("", gettext_lazy("No reminder")),
            ("0", gettext_lazy("When it is due")),
            ("60", gettext_lazy("An hour before")),
            ("1440", gettext_lazy("A day before")),
        ],
    )

    def __init__(self, *args: Any, ticket: Ticket, **more: Any) -> None:
        super().__init__(*args, **more)
        people = User.objects.filter(is_active=True, is_automation=False, memberships__isnull=False).distinct()
        teams = Team.objects.select_related("tier")
        if ticket.team and ticket.team.is_restricted:
            # nobody else could open it
            people, teams = people.filter(memberships__team=ticket.team), teams.filter(pk=ticket.team.pk)
        self.people = {f"person-{person.pk}": person for person in people}
        self.teams = {f"team-{team.pk}": team for team in teams}
        who: Any = self.fields["who"]
        who.choices = [
            ("", _("Nobody by name")),
            (_("People"), [(key, person.name) for key, person in self.people.items()]),
            (_("Anyone of a team"), [(key, team.label) for key, team in self.teams.items()]),
        ]
        who.initial = f"person-{ticket.assignee_id}" if ticket.assignee_id else ""

    def planned(self) -> dict[str, Any]:
        """The task as `commands.plan_task` takes it. Only for a valid form."""
        typed = self.cleaned_data
        who = typed["who"]
        return {
            "title": typed["title"],
            "assignee": self.people.get(who),
            "team": self.teams.get(who),
            "due_at": typed["due_at"],
            "remind_before": timedelta(minutes=int(typed["remind"])) if typed["remind"] else None,
        }


class ReplyTemplateForm(forms.ModelForm):
    """A template's names and its text in one language or both."""

    class Meta:
        model = ReplyTemplate
        fields = ("name", "name_id", "team", "body_en", "body_id")
        labels = {
            "team": gettext_lazy("Who uses it"),
            "name": gettext_lazy("Name"),
            "name_id": gettext_lazy("Name in Indonesian"),
            "body_en": gettext_lazy("Text in English"),
            "body_id": gettext_lazy("Text in Indonesian"),
        }
        error_messages = {
            "name": {
                "required": gettext_lazy("Give the template a name."),
                "unique": gettext_lazy("Another template has this name."),
            }
        }
        widgets = {
            "body_en": forms.Textarea(attrs={"rows": 6, "maxlength": TEMPLATE_LENGTH, "lang": "en"}),
            "body_id": forms.Textarea(attrs={"rows": 6, "maxlength": TEMPLATE_LENGTH, "lang": "id"}),
        }

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        team: Any = self.fields["team"]
        team.queryset = Team.objects.filter(pk__in=[one.pk for one in user.hats.teams if user.hats.leads(one.pk)])
        team.empty_label = _("Everybody at the desk")

    def clean_body_en(self) -> str:
        return self._body("body_en")

    def clean_body_id(self) -> str:
        return self._body("body_id")

    def _body(self, name: str) -> str:
        text = checked_placeholders(self.cleaned_data[name])
        if len(text) > TEMPLATE_LENGTH:
            raise forms.ValidationError(_("A template has at most %(count)s characters.") % {"count": TEMPLATE_LENGTH})
        return text

    def clean(self) -> dict[str, Any]:
        """One language is enough: the other one's readers get it too."""
        typed = super().clean() or {}
        written = [typed.get("body_en"), typed.get("body_id")]
        if not any(written) and not {"body_en", "body_id"} & self.errors.keys():
            self.add_error("body_en", _("Write the text in one language at least."))
        return typed
