"""The rule editor: a draft is written, shown in words while it is typed, and turned on by a manager."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, Invalid
from core.htmx import UNPROCESSABLE, done
from core.steady import steady
from core.time import database_now
from escalation.commands.rules import draft_rule
from escalation.forms.rule import RuleForm
from escalation.models import Rule, RuleVersion
from escalation.policies import keeps_rules
from escalation.rules.definition import RuleError, parse
from escalation.rules.described import in_both_languages, state_of
from escalation.views.rules import rule_of, the_switch, version_of, writer
from tickets.condition_forms.moving import is_redraw, press_of
from tickets.typed import stashed_form

EDITOR, FRAGMENT = "rules/edit.html", "rules/_editor.html"


def rule_new(request: SignedIn) -> HttpResponse:
    """A new rule: a draft until it is turned on."""
    writer(request)
    if request.method != "POST":
        kept_form = stashed_form(request)
        with steady():
            return _draw(request, RuleForm(kept_form).redrawn() if kept_form else RuleForm(), None)
    return _sent(request, None)


def rule_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Write a new version of a rule; what is in force stays until that is turned on."""
    rule = rule_of(request, pk)
    writer(request)
    if request.method == "POST":
        return _sent(request, rule)
    kept_form = stashed_form(request)
    asked = whole_number(request.GET.get("version", ""))
    version = version_of(rule, asked) if asked is not None else rule.versions.first()
    with steady():
        if kept_form:
            return _draw(request, RuleForm(kept_form, rule=rule).redrawn(), rule, seen=_seen_in(kept_form))
        return _draw(request, RuleForm(rule=rule, version=version), rule)


@require_POST
def rule_words(request: SignedIn) -> HttpResponse:
    """What the form says so far, in both languages; a fragment."""
    writer(request)
    with steady():
        return render(request, "rules/_words.html", _said(RuleForm(request.POST)))


def _sent(request: SignedIn, rule: Rule | None) -> HttpResponse:
    action = request.POST.get("action", "")
    # what there is to choose from is read once, however many rows there are
    with steady():
        form = RuleForm(request.POST, rule=rule)
        if is_redraw(action):
            return _draw(request, form.redrawn(press_of(action)), rule, seen=_seen_in(request.POST))
        if not form.is_valid():
            return _draw(request, form, rule, seen=_seen_in(request.POST), status=UNPROCESSABLE)
    try:
        version = draft_rule(rule, form.wording(), actor=request.user, seen=_seen_in(request.POST))
    except Invalid as error:
        for path, texts in (error.fields or {"": [error.message]}).items():
            form.place(path, " ".join(texts))
        return _draw(request, form, rule, seen=_seen_in(request.POST), status=UNPROCESSABLE)
    except Conflict as error:
        # the newest version's number goes into the page: sending again is with open eyes
        return _draw(request, form, rule, conflict=error.message, status=error.status)
    return _on(request, version, action)


def _on(request: SignedIn, version: RuleVersion, action: str) -> HttpResponse:
    if action == "on" and keeps_rules(request.user):
        return done(request, reverse("rule_turn_on", args=[version.rule_id, version.number]))
    said = _("Version %(number)s is saved as a draft.") % {"number": version.number}
    if not keeps_rules(request.user):
        said = _("Version %(number)s is saved as a draft for a manager to turn on.") % {"number": version.number}
    return done(request, reverse("rule_edit", args=[version.rule_id]), message=said)


def _draw(request: SignedIn, form: RuleForm, rule: Rule | None, *, status: int = 200, **extra: Any) -> HttpResponse:
    newest = rule.versions.select_related("author").first() if rule else None
    context = {
        "form": form,
        "rule": rule,
        "newest": newest,
        "state": state_of(rule, database_now()) if rule else "draft",
        "switch": the_switch(),
        "is_draft": rule is None or newest is None or newest.pk != rule.current_id,
        "may_keep": keeps_rules(request.user),
        "seen": extra.pop("seen", None) or (newest.number if newest else None),
        "is_fragment": bool(request.headers.get("HX-Request")),
    }
    template = FRAGMENT if context["is_fragment"] else EDITOR
    return render(request, template, {**context, **extra, **_said(form)}, status=status)


def _said(form: RuleForm) -> dict[str, Any]:
    """The words box: both languages, or what is wrong; neither while something is missing."""
    tree = form.so_far()
    if tree is None:
        return {"words": {}}
    try:
        return {"words": in_both_languages(parse(tree, lookup=False))}
    except RuleError as error:
        return {"words": {}, "trouble": error.message}


def _seen_in(sent: QueryDict) -> int:
    return whole_number(sent.get("version", "")) or 0
