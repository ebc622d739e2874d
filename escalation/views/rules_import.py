"""Many rules at once: pasted or uploaded, all of them drafted or none."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.requests import SignedIn
from core.errors import Invalid
from core.htmx import UNPROCESSABLE, done
from escalation.commands.rule_keeping import draft_all
from escalation.forms.rule_import import RuleImport
from escalation.views.rules import LIST_URL, writer
from tickets.typed import stashed

PAGE = "rules/import.html"


def rule_import(request: SignedIn) -> HttpResponse:
    """Draft rules as an export has them; what is wrong is said with its line."""
    writer(request)
    if request.method != "POST":
        return render(request, PAGE, {"form": RuleImport(initial=stashed(request))})
    form = RuleImport(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=UNPROCESSABLE)
    try:
        made = draft_all(form.rules, actor=request.user)
    except Invalid as error:
        form.refuse(error)
        return render(request, PAGE, {"form": form}, status=UNPROCESSABLE)
    return done(request, reverse(LIST_URL), message=_said(len(made), len(form.rules) - len(made)))


def _said(made: int, same: int) -> str:
    drafted = ngettext("%(n)d rule is drafted.", "%(n)d rules are drafted.", made) % {"n": made}
    if not same:
        return drafted
    left = ngettext("%(n)d rule says what it said already.", "%(n)d rules say what they said already.", same) % {
        "n": same
    }
    return f"{drafted} {left}" if made else left
