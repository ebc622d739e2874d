"""Forms about skills and training: they say what was typed; the commands decide whether it may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.roster import DayField, MomentField, PlannedForm, submit
from accounts.models import Certificate, Level, PersonSkill, Skill, Team, TrainingNeed, TrainingSession, User


class RowForm(PlannedForm):
    """A form about one row, which belongs to no team's plan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.ModelForm.__init__(self, *args, **kwargs)
        self.helper = submit(_("Save"))


class SkillForm(RowForm):
    class Meta:
        model = Skill
        fields = ("name", "name_id", "needs_certificate")


class CertificateForm(RowForm):
    issued_on = DayField(label=_("Issued on"))
    expires_on = DayField(label=_("Expires on"), required=False, help_text=_("It still counts on this day."))

    class Meta:
        model = Certificate
        fields = ("name", "skill", "issued_on", "expires_on")


class SessionForm(RowForm):
    start = MomentField(label=_("From"), help_text=_("By your own time zone."))
    end = MomentField(label=_("Until"))

    class Meta:
        model = TrainingSession
        fields = ("team", "topic", "skill", "raises_to", "start", "end", "place", "trainer", "seats")

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.queryset = Team.objects.filter(pk__in=[team.pk for team in teams])


class LevelsForm(forms.Form):
    """One choice for each skill there is."""

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        known = dict(PersonSkill.objects.filter(person=person).values_list("skill_id", "level"))
        choices = [(0, "–"), *((level.value, f"{level.value} · {level.label}") for level in Level)]
        self.skills = {f"skill_{skill.pk}": skill for skill in Skill.objects.all()}
        for name, skill in self.skills.items():
            self.fields[name] = forms.TypedChoiceField(
                label=skill.label, choices=choices, coerce=int, initial=known.get(skill.pk, 0)
            )
        self.helper = submit(_("Save levels"))

    @property
    def changed_levels(self) -> list[tuple[Skill, int]]:
        """What differs from what was known. Only for a valid form."""
        return [(self.skills[name], self.cleaned_data[name]) for name in self.changed_data if name in self.skills]


class InviteForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        label=_("People"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, people: QuerySet[User]) -> None:
        super().__init__(data)
        field: Any = self.fields["people"]
        field.queryset = people
        self.helper = submit(_("Invite"))


class NeedForm(forms.Form):
    """A need entered by hand: who, and what is to be learnt."""

    who = forms.ChoiceField(label=_("Who"))
    name = forms.CharField(label=_("What is to be learnt"), max_length=120)
    skill = forms.ModelChoiceField(label=_("Skill"), queryset=Skill.objects.all(), required=False)

    def __init__(self, data: Any = None, *, teams: list[Team], people: QuerySet[User]) -> None:
        super().__init__(data)
        self.teams = {f"team-{team.pk}": team for team in teams}
        self.people = {f"person-{person.pk}": person for person in people}
        named = [(key, team.label) for key, team in self.teams.items()]
        field: Any = self.fields["who"]
        field.choices = [("", "–"), *named, *((key, person.name) for key, person in self.people.items())]
        self.helper = submit(_("Enter the need"))

    def need(self) -> TrainingNeed:
        """What was typed, as a row that is not saved yet. Only for a valid form."""
        who = self.cleaned_data["who"]
        return TrainingNeed(
            team=self.teams.get(who),
            person=self.people.get(who),
            name=self.cleaned_data["name"],
            skill=self.cleaned_data["skill"],
            reason=TrainingNeed.Reason.BY_HAND,
        )
