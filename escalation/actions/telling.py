"""Whom a rule tells: people, followers to be, other systems, somebody who must answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import Invalid
from escalation.assignment.words import in_each_language
from escalation.people import people
from escalation.policy_definition import PEOPLE
from escalation.policy_words import WHO
from escalation.rules.naming import name_of
from notifications.outbox import Channel, Letter, call, post
from notifications.transports.webhook import checked_url
from tickets import commands
from tickets.automation import Action, ActionForm, Doing, Params, Reference
from tickets.models import Ticket
from tickets.notify import plain_values
from tickets.reasons import Reason

STAFF = tuple(name for name in PEOPLE if name != "requester")
URL_LENGTH = 500
MESSAGE_LENGTH = 200


def at_desk() -> Any:
    """Who works at the desk, by name."""
    staff = User.objects.filter(is_active=True, is_automation=False, memberships__isnull=False)
    return User.objects.filter(pk__in=staff.values("pk")).order_by("name")


class PeopleForm(ActionForm):
    who = forms.MultipleChoiceField(
        label=gettext_lazy("Who"),
        choices=[(name, WHO[name]) for name in STAFF],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    persons = forms.ModelMultipleChoiceField(label=gettext_lazy("People"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        persons: Any = self.fields["persons"]
        persons.queryset = at_desk()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("who") and not typed.get("persons"):
            self.add_error("who", _("Choose who is told."))
        return typed

    def tree(self) -> dict[str, Any]:
        found = super().tree()
        persons = [person.pk for person in self.cleaned_data["persons"]]
        return {
            **{key: value for key, value in found.items() if key != "persons"},
            **({"persons": persons} if persons else {}),
        }


def recipients(ticket: Ticket, params: Params, doing: Doing) -> list[User]:
    """The people a rule means on a ticket, once each."""
    found = people(ticket, params.get("who", ()), doing.at)
    named = User.objects.filter(pk__in=params.get("persons", ()), is_active=True)
    return list({person.pk: person for person in [*found, *named]}.values())


def named(params: Params) -> str:
    """The people a rule means, in words."""
    persons = [name_of("person", person) for person in params.get("persons", ())]
    return ", ".join([*(str(WHO[name]) for name in params.get("who", ())), *persons])


class NotifyForm(PeopleForm):
    text = forms.CharField(label=gettext_lazy("What to say"), max_length=MESSAGE_LENGTH, required=False)
    by_mail = forms.BooleanField(label=gettext_lazy("By email too"), required=False)

    def tree(self) -> dict[str, Any]:
        found = super().tree()
        return {key: value for key, value in found.items() if value is not False}


class Notify(Action):
    """Tell people in the product, and by mail where asked."""

    name = "notify"
    label = gettext_lazy("Tell people")
    icon = "bell"
    form = NotifyForm
    tells = True

    def words(self, params: Params) -> str:
        text, by_mail = params.get("text"), params.get("by_mail")
        said = {"people": named(params), "text": text}
        if text:
            whole = _("tell %(people)s “%(text)s”, by email too") if by_mail else _("tell %(people)s “%(text)s”")
        else:
            whole = _("tell %(people)s, by email too") if by_mail else _("tell %(people)s")
        return whole % said

    def references(self, params: Params) -> Iterable[Reference]:
        yield from (("person", person) for person in params.get("persons", ()))

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> Reason | None:
        told = [person for person in recipients(ticket, params, doing) if ticket.staffed_by(person)]
        if not told:
            # a team without a lead is no fault of the rule
            return in_each_language(lambda: _("there was nobody to tell"))
        context = {
            **plain_values(ticket),
            "rule": doing.reason,
            "version": doing.version,
            "text": params.get("text", ""),
        }
        channels = (Channel.EMAIL, Channel.IN_APP) if params.get("by_mail") else (Channel.IN_APP,)
        letters = [
            Letter(recipient=person, template="rule", key=doing.key, context=context, channel=channel)
            for person in told
            for channel in channels
        ]
        post(letters, at=doing.at)
        return None


class Watch(Action):
    """Let people follow the ticket."""

    name = "watch"
    label = gettext_lazy("Let people follow")
    icon = "eye"
    form = PeopleForm

    def words(self, params: Params) -> str:
        return _("let %(people)s follow it") % {"people": named(params)}

    def references(self, params: Params) -> Iterable[Reference]:
        yield from (("person", person) for person in params.get("persons", ()))

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        for person in recipients(ticket, params, doing):
            if person.hats.sees_team(ticket.team_id):
                commands.watch(ticket, actor=doing.actor, follower=person, at=doing.at)


class WebhookForm(ActionForm):
    url = forms.CharField(label=gettext_lazy("Web address"), max_length=URL_LENGTH)

    def clean_url(self) -> str:
        try:
            return checked_url(self.cleaned_data["url"])
        except Invalid as error:
            raise forms.ValidationError(error.in_full) from error


class Webhook(Action):
    """Call another system, signed, with figures and no words of anybody's."""

    name = "webhook"
    label = gettext_lazy("Call another system")
    icon = "webhook"
    form = WebhookForm
    tells = True

    def words(self, params: Params) -> str:
        # the rest of the address may be a secret
        return _("tell %(host)s") % {"host": urlsplit(params["url"]).hostname}

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        payload = {
            "event": "rule.applied",
            "rule": doing.reason,
            "version": doing.version,
            "ticket": ticket.key,
            "priority": ticket.priority,
            "status": ticket.status,
            "team": ticket.team.slug if ticket.team else None,
            "at": doing.at.isoformat(),
        }
        call(params["url"], payload, doing.key, doing.at)
