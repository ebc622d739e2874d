"""What a rule writes: an internal note. Placeholders are filled in from the ticket."""

from __future__ import annotations

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import commands
from tickets.automation import Action, ActionForm, Doing, Params
from tickets.canned import checked_placeholders, filled
from tickets.models import Ticket

NOTE_LENGTH = 2000


class NoteForm(ActionForm):
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only IT staff read it. {requester}, {ticket}, {service} and {team} are filled in."),
    )

    def clean_text(self) -> str:
        return checked_placeholders(self.cleaned_data["text"])


class Note(Action):
    """Leave an internal note."""

    name = "note"
    label = gettext_lazy("Add an internal note")
    icon = "sticky-note"
    form = NoteForm
    verb = "note"
    tells = True

    def words(self, params: Params) -> str:
        return _("note “%(text)s”") % {"text": Truncator(params["text"]).chars(60)}

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        commands.note(ticket, actor=doing.actor, body=filled(params["text"], ticket), at=doing.at)
