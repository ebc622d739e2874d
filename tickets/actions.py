"""What rules can do with a ticket's own things: plan a task, reply from a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, override

from accounts.models import Membership, User
from core.cleaning import whole_number
from tickets import commands
from tickets.automation import Action, ActionError, ActionForm, Doing, Params, Reference
from tickets.canned import checked_placeholders, filled
from tickets.choices import Status
from tickets.composing import is_first_outside
from tickets.models import ReplyTemplate, Ticket
from tickets.models.tasks import TITLE_LENGTH
from tickets.reasons import Reason
from tickets.reply_templates import TEMPLATE
from tickets.texts import plain

OWNER, LEAD, TEAM, NOBODY = "owner", "lead", "team", "nobody"
WHOM = (
    (OWNER, gettext_lazy("the owner, or the team without one")),
    (LEAD, gettext_lazy("the team's lead, or the team without one")),
    (TEAM, gettext_lazy("anyone of the team")),
    (NOBODY, gettext_lazy("nobody by name")),
)
MOST_HOURS = 365 * 24
SAID_ALREADY = gettext_noop("it was sent before, and nobody of staff has replied since")


class TaskForm(ActionForm):
    title = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("{requester}, {ticket}, {service} and {team} are filled in."),
    )
    whom = forms.ChoiceField(label=gettext_lazy("For"), choices=WHOM)
    hours = forms.IntegerField(
        label=gettext_lazy("Due in so many hours"),
        min_value=1,
        max_value=MOST_HOURS,
        required=False,
        help_text=gettext_lazy("Around the clock. Leave it empty, and no time is set."),
    )

    def clean_title(self) -> str:
        return checked_placeholders(self.cleaned_data["title"])


class PlanTask(Action):
    """Plan a task on the ticket."""

    name, label = "task", gettext_lazy("Plan a task")
    icon = "list-todo"
    form = TaskForm
    verb = "plan_task"
    tells = True

    def words(self, params: Params) -> str:
        said = {"title": Truncator(params["title"]).chars(60), "whom": dict(WHOM)[params["whom"]]}
        hours = params.get("hours")
        if not hours:
            return _("plan the task “%(title)s” for %(whom)s") % said
        words = ngettext(
            "plan the task “%(title)s” for %(whom)s, due in %(hours)d hour",
            "plan the task “%(title)s” for %(whom)s, due in %(hours)d hours",
            hours,
        )
        return words % {**said, "hours": hours}

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> None:
        hours = params.get("hours")
        person = _person(ticket, params["whom"])
        with override(ticket.language):
            title = Truncator(filled(params["title"], ticket)).chars(TITLE_LENGTH)
        commands.plan_task(
            ticket,
            actor=doing.actor,
            title=title,
            assignee=person,
            team=None if person or params["whom"] == NOBODY else ticket.team,
            due_at=doing.at + timedelta(hours=hours) if hours else None,
            reason=doing.reason,
            at=doing.at,
        )


def _person(ticket: Ticket, whom: str) -> User | None:
    """Whom a rule means by name; None where the team gets it, or nobody."""
    found = None
    if whom == OWNER:
        found = ticket.assignee
    elif whom == LEAD and ticket.team_id:
        led = {"memberships__team_id": ticket.team_id, "memberships__role": Membership.Role.LEAD}
        found = User.objects.filter(is_active=True, **led).order_by("pk").first()
    # who owns it by name alone may not be able to open it any more
    return found if found and found.is_active and ticket.staffed_by(found) else None


class TemplateField(forms.ModelChoiceField):
    """A template in use; the one that was chosen stays to be seen when it is switched off, and is refused."""

    def label_from_instance(self, obj: ReplyTemplate) -> str:
        return obj.label if obj.is_active else _("%(template)s (not in use)") % {"template": obj.label}

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is not None and not found.is_active:
            words = _("“%(template)s” is not in use. Choose another one, or take it back into use.")
            raise forms.ValidationError(words % {"template": found.label})
        return found


class ReplyForm(ActionForm):
    template = TemplateField(label=gettext_lazy("Template"), queryset=ReplyTemplate.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ReplyTemplate.objects.for_rules()
        chosen = whole_number(str(self["template"].value() or ""))
        field: Any = self.fields["template"]
        field.queryset = offered if chosen is None else offered | ReplyTemplate.objects.filter(pk=chosen)
        if not offered.exists():
            page = format_html('<a href="{}">{}</a>', reverse("reply_templates"), _("Reply templates"))
            field.help_text = format_html(_("No template is in use. Write one on the page {page}."), page=page)

    def tree(self) -> dict[str, Any]:
        return {"template": self.cleaned_data["template"].pk}


class ReplyFromTemplate(Action):
    """Write to the requester what a template says, in the ticket's language."""

    name, label = "reply", gettext_lazy("Reply from a template")
    icon = "message-square-reply"
    form = ReplyForm
    verb = "reply"
    tells = True
    lookups: ClassVar[Mapping[str, Callable[[set[Any]], Iterable[Any]]]] = {
        TEMPLATE: lambda keys: ReplyTemplate.objects.active().filter(pk__in=keys).values_list("pk", flat=True)
    }

    def words(self, params: Params) -> str:
        template = ReplyTemplate.objects.filter(pk=params["template"]).first()
        return _("reply “%(template)s”") % {"template": template.label if template else params["template"]}

    def references(self, params: Params) -> Iterable[Reference]:
        yield TEMPLATE, params["template"]

    def refusal(self, ticket: Ticket, params: Params, actor: User) -> str:
        if not ReplyTemplate.objects.visible_to(actor).filter(pk=params["template"]).exists():
            return _("this template is another team's")
        if is_first_outside(actor, ticket):
            said = _("%(address)s is outside the organisation: the first reply there is written by hand.")
            return said % {"address": ticket.requester.email}
        return super().refusal(ticket, params, actor)

    def foresee(self, ticket: Ticket, params: Params, actor: User) -> None:
        ticket.status = Status.OPEN if ticket.status == Status.NEW else ticket.status

    def text(self, ticket: Ticket, params: Params) -> str:
        template = ReplyTemplate.objects.active().filter(pk=params["template"]).first()
        if template is None:
            return ""
        with override(ticket.language):
            return filled(template.body_for(ticket.language), ticket)

    def apply(self, ticket: Ticket, params: Params, doing: Doing) -> Reason | None:
        body = self.text(ticket, params)
        if not body:
            raise ActionError("template", _("This template is not in use any more."))
        if _said_already(ticket, body):
            return SAID_ALREADY
        key = f"{doing.key}-{ticket.pk}-{params['template']}"
        if doing.delay:
            commands.send_later(ticket, actor=doing.actor, body=body, seconds=doing.delay, dedupe_key=key)
        else:
            commands.reply(ticket, actor=doing.actor, body=body, dedupe_key=key, at=doing.at)
        return None


def _said_already(ticket: Ticket, body: str) -> bool:
    """Whether these words were the last that staff or rules wrote to the requester: an absence notice that answers
    every letter must not get one more each time.
    """
    last = ticket.messages.filter(is_public=True, by_staff=True).order_by("-created_at", "-pk").first()
    return last is not None and last.author.is_automation and last.body == plain(body).strip()
