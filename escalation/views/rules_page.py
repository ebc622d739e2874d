"""One rule: what it says, its versions and what they change, what it did, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Invalid, NotAllowed
from core.htmx import UNPROCESSABLE, done
from core.steady import steady
from core.time import database_now
from escalation.commands import rules as commands
from escalation.commands.rule_keeping import put_back
from escalation.models import Rule, RuleVersion
from escalation.policies import keeps_rules, writes_rules
from escalation.rules.described import state_of, version_in_words, what_changes
from escalation.rules.dry.tried import was_tried
from escalation.rules.effect import effect_of, hits_by_day
from escalation.rules.runs import runs_of
from escalation.views.rules import LIST_URL, rule_of, the_switch, version_of
from tickets.models import Ticket

PAGE = "rule"


def rule_page(request: SignedIn, pk: int) -> HttpResponse:
    """A rule in words, with its versions, its runs and its effect."""
    rule = rule_of(request, pk)
    versions = list(rule.versions.select_related("author"))
    visible = Ticket.objects.visible_to(request.user)
    now = database_now()
    with steady():
        context = {
            "rule": rule,
            "state": state_of(rule, now),
            "switch": the_switch(),
            "versions": versions,
            "words": version_in_words(rule.current or versions[0]),
            "draft": versions[0] if versions[0].pk != rule.current_id else None,
            "runs": runs_of(rule, visible, request.GET.get("before", "")),
            "days": hits_by_day(rule, now, visible),
            "effect": effect_of(rule, visible),
            "may_turn_off": rule.is_active and _turns_off(request, rule),
            "may_remove": _removes(request, rule),
            **_rights(request),
            **_compared(request, rule, versions),
        }
        return render(request, "rules/rule.html", context)


def turn_on(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Say what turning a version on changes, then do it."""
    version = version_of(rule_of(request, pk), number)
    if not keeps_rules(request.user):
        raise NotAllowed(_("Rules are turned on by an incident manager. Yours is saved as a draft."))
    if request.method != "POST":
        return _ask(request, version)
    if not was_tried(version):
        untried = _("Try it on the past first: a dry run shows what it would have done.")
        return _ask(request, version, status=UNPROCESSABLE, errors=untried)
    try:
        before = put_back(version, actor=request.user)[0]
    except Invalid as error:
        return _ask(request, version, status=UNPROCESSABLE, errors=error.in_full)
    rule = version.rule
    undo = reverse("rule_turn_off", args=[pk])
    if before["is_active"]:
        undo = reverse("rule_restore", args=[pk, rule.versions.get(pk=before["version"]).number])
    messages.success(request, _("“%(rule)s” is on.") % {"rule": rule.label}, extra_tags=undo)
    return done(request, reverse(PAGE, args=[pk]))


@require_POST
def turn_off(request: SignedIn, pk: int) -> HttpResponse:
    """Stop a rule at once; taking that back turns the same version on again."""
    rule = rule_of(request, pk)
    commands.turn_off(rule, actor=request.user, reason=request.POST.get("reason", ""))
    undo = ""
    if rule.current is not None and keeps_rules(request.user):
        undo = reverse("rule_restore", args=[pk, rule.current.number])
    messages.success(request, _("“%(rule)s” is off.") % {"rule": rule.label}, extra_tags=undo)
    return done(request, reverse(PAGE, args=[pk]))


@require_POST
def restore(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Take back turning a rule on or off: what was in force before is in force again."""
    version = version_of(rule_of(request, pk), number)
    if version.applied_at is None:
        raise Invalid(_("This version was never in force. Turn it on instead."))
    commands.restore([{"rule": pk, "version": version.pk, "is_active": True}], actor=request.user)
    return done(
        request, reverse(PAGE, args=[pk]), message=_("Version %(number)s is in force again.") % {"number": number}
    )


def remove(request: SignedIn, pk: int) -> HttpResponse:
    """Ask once, then take a rule off the list."""
    rule = rule_of(request, pk)
    if not _removes(request, rule):
        raise NotAllowed()
    if request.method != "POST":
        return render(request, "rules/remove.html", {"rule": rule})
    commands.remove(rule, actor=request.user)
    return done(request, reverse(LIST_URL), message=_("“%(rule)s” is removed.") % {"rule": rule.label})


def _ask(request: SignedIn, version: RuleVersion, *, status: int = 200, errors: str = "") -> HttpResponse:
    rule = version.rule
    live = rule.current if rule.is_active else None
    with steady():
        context = {
            "rule": rule,
            "version": version,
            "live": live,
            "is_older": live is not None and live.number > version.number,
            "words": version_in_words(version),
            "differences": what_changes(live, version) if live else [],
            "errors": errors,
            "was_tried": was_tried(version),
        }
        return render(request, "rules/turn_on.html", context, status=status)


def _compared(request: SignedIn, rule: Rule, versions: list[RuleVersion]) -> dict[str, Any]:
    """Two versions held side by side: those asked for, else the one in force and the newest draft."""
    by_number = {version.number: version for version in versions}
    after = by_number.get(whole_number(request.GET.get("after", "")) or 0) or versions[0]
    earlier = by_number.get(whole_number(request.GET.get("from", "")) or 0)
    if earlier is None and rule.current is not None and rule.current_id != after.pk:
        earlier = by_number[rule.current.number]
    if earlier is None:
        earlier = next((version for version in versions if version.number < after.number), None)
    return {"after": after, "before": earlier, "differences": what_changes(earlier, after) if earlier else []}


def _rights(request: SignedIn) -> dict[str, bool]:
    return {"may_write": writes_rules(request.user), "may_keep": keeps_rules(request.user)}


def _turns_off(request: SignedIn, rule: Rule) -> bool:
    is_own = writes_rules(request.user) and rule.owner_id == request.user.pk
    return keeps_rules(request.user) or is_own


def _removes(request: SignedIn, rule: Rule) -> bool:
    is_own_draft = rule.current_id is None and rule.owner_id == request.user.pk and writes_rules(request.user)
    return keeps_rules(request.user) or is_own_draft
