"""Running a macro on many tickets: one of the actions of the bar under a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User
from core.errors import Invalid
from escalation.commands.macro_runs import run_macro, undo_macro
from escalation.models import Macro, MacroRun
from tickets.bulk.actions import BulkAction, BulkForm
from tickets.models import Ticket, TicketEvent


class MacroForm(BulkForm):
    macro = forms.ChoiceField(
        label=gettext_lazy("Macro"),
        help_text=gettext_lazy("Each ticket gets all of its steps or none. Replies leave at once."),
    )

    def offer(self, user: User) -> None:
        field: Any = self.fields["macro"]
        field.choices = [(str(macro.pk), macro.name) for macro in Macro.objects.visible_to(user).active()]


def _run(ticket: Ticket, actor: User, value: dict[str, Any]) -> None:
    macro = Macro.objects.visible_to(actor).filter(pk=value["macro"]).first()
    if macro is None:
        raise Invalid(_("This macro is not there any more."))
    run_macro(ticket, macro, actor=actor)


def _take_back(ticket: Ticket, *, event: TicketEvent, actor: User) -> None:
    run = MacroRun.objects.select_related("ticket").filter(pk=event.data.get("macro", 0), ticket=ticket).first()
    if run is None:
        raise Invalid(_("This step cannot be taken back."))
    undo_macro(run, actor=actor)


MACRO = BulkAction(
    "macro",
    gettext_lazy("Run a macro"),
    "wand-sparkles",
    _run,
    ngettext_lazy("Run a macro on %(count)s ticket", "Run a macro on %(count)s tickets", "count"),
    shortcut="M",
    form=MacroForm,
    take_back=_take_back,
    is_main=False,
)
