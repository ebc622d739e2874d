"""The rules in order: what is in force, what is drafted, the switch that stops them all."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.time import database_now
from escalation.commands import rules as commands
from escalation.commands.rule_keeping import move_rule
from escalation.models import Rule, RuleSwitch, RuleVersion
from escalation.policies import keeps_rules, writes_rules
from escalation.rules.described import rule_cards
from escalation.rules.ready import install_ready
from tickets.models import Ticket

LIST_URL = "rules"


def reader(request: SignedIn) -> None:
    """Let everybody at the desk pass.

    Raises:
        NotVisible: the desk does not exist for anybody else.
    """
    if not request.user.hats.is_agent:
        raise NotVisible()


def writer(request: SignedIn) -> None:
    """Let those pass who write drafts.

    Raises:
        NotVisible, NotAllowed: the others.
    """
    reader(request)
    if not writes_rules(request.user):
        raise NotAllowed()


def rule_of(request: SignedIn, pk: int) -> Rule:
    """A rule that was not removed.

    Raises:
        NotVisible: there is none, or the desk is not theirs.
    """
    reader(request)
    found = Rule.objects.select_related("current", "owner").filter(pk=pk, removed_at__isnull=True).first()
    if found is None:
        raise NotVisible()
    return found


def version_of(rule: Rule, number: int) -> RuleVersion:
    """One version of a rule.

    Raises:
        NotVisible: there is none.
    """
    found = rule.versions.select_related("rule__current", "author").filter(number=number).first()
    if found is None:
        raise NotVisible()
    return found


def the_switch() -> RuleSwitch | None:
    """Whether rules run at all, and who stopped them; None where nobody ever did."""
    return RuleSwitch.objects.select_related("changed_by").filter(pk=1).first()


def rules(request: SignedIn) -> HttpResponse:
    """The rules in order, and the drafts that are not live."""
    reader(request)
    return draw_list(request)


def export(request: SignedIn) -> HttpResponse:
    """All current wordings as JSON; a rule that was never in force with its newest draft. Addresses of other systems
    may hold secrets: for those who write rules.
    """
    writer(request)
    listed = [
        {"name": one.name, "name_id": one.name_id, "definition": one.definition}
        for card in rule_cards(database_now(), Ticket.objects.visible_to(request.user))
        if (one := card.rule.current or card.draft) is not None
    ]
    answer = JsonResponse({"rules": listed}, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="rules.json"'
    return answer


@require_POST
def ready(request: SignedIn) -> HttpResponse:
    """Put the ready-made rules in force where there are none yet."""
    reader(request)
    made = install_ready(actor=request.user)
    said = ngettext("%(n)d rule is on.", "%(n)d rules are on.", len(made)) % {"n": len(made)}
    message = said if made else _("There are rules already; nothing was changed.")
    return done(request, reverse(LIST_URL), message=message)


@require_POST
def move(request: SignedIn, pk: int) -> HttpResponse:
    """Draft a rule one place further up or down."""
    writer(request)
    rule = rule_of(request, pk)
    version = move_rule(rule, up=request.POST.get("to") == "up", actor=request.user)
    rule = version.rule
    said = _("Version %(number)s of “%(rule)s” is drafted with its new place. Turn it on to move it.")
    message = said % {"number": version.number, "rule": rule.label} if rule.current_id else _("The draft is moved.")
    return done(request, f"{reverse(LIST_URL)}#rule-{pk}", message=message)


@require_POST
def switch(request: SignedIn) -> HttpResponse:
    """Stop all rules, or let them run again."""
    reader(request)
    is_on = request.POST.get("to") == "on"
    try:
        commands.switch(is_on=is_on, actor=request.user, reason=request.POST.get("reason", ""))
    except Invalid as error:
        return draw_list(request, status=UNPROCESSABLE, errors=error.fields)
    return done(request, reverse(LIST_URL), message=_("The rules run again.") if is_on else _("All rules are stopped."))


def draw_list(request: SignedIn, *, status: int = 200, **extra: object) -> HttpResponse:
    """The list of rules as a page; `extra` is what its template shows besides: `errors` of the switch, and `refused`,
    why something else was not done.
    """
    cards = rule_cards(database_now(), Ticket.objects.visible_to(request.user))
    context = {
        "cards": cards,
        "drafts": [card for card in cards if card.draft],
        "switch": the_switch(),
        "may_write": writes_rules(request.user),
        "may_keep": keeps_rules(request.user),
    }
    return render(request, "rules/list.html", {**context, **extra}, status=status)
