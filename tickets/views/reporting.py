"""Reporting a problem or asking for something."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from catalogue.models import Category, Service
from core.errors import Invalid
from core.htmx import done
from tickets import commands
from tickets.choices import Channel, Impact, Kind, Urgency
from tickets.commands.opening import Report
from tickets.intake import question
from tickets.models import Attachment, Draft
from tickets.typed import stashed
from tickets.uploads import uploads_of

# how much it stops them, in their words: (value, title, explanation, impact, urgency)
STOPS = (
    ("annoying", gettext_lazy("I can work"), gettext_lazy("It is annoying"), Impact.ONE, Urgency.INCONVENIENT),
    ("task", gettext_lazy("I cannot do one task"), gettext_lazy("Part of my work stops"), Impact.ONE, Urgency.DEGRADED),
    (
        "stuck",
        gettext_lazy("I cannot work at all"),
        gettext_lazy("Everything stops for me"),
        Impact.ONE,
        Urgency.STOPPED,
    ),
    (
        "many",
        gettext_lazy("Many people are stuck"),
        gettext_lazy("A team or a site"),
        Impact.DEPARTMENT,
        Urgency.STOPPED,
    ),
)
KEPT_FIELDS = ("subject", "description", "category", "stops")


def ticket_new(request: SignedIn) -> HttpResponse:
    """The form; GET shows it with the draft, POST opens the ticket."""
    if request.method == "POST":
        return _send(request)
    draft = Draft.objects.filter(user=request.user, ticket=None, mode=Draft.Mode.NEW).first()
    typed = stashed(request) or (draft.data if draft else {})
    typed = {**typed, **{name: request.GET[name] for name in ("subject", "category") if name in request.GET}}
    return render(request, "portal/new_ticket.html", form_context(request, typed, {}))


def _send(request: SignedIn) -> HttpResponse:
    typed = request.POST
    kept: list[Attachment] = []
    try:
        kept = uploads_of(request)
        ticket = commands.open(
            report_from(typed),
            actor=request.user,
            requester=request.user,
            channel=Channel.PORTAL,
            attachments=kept,
            submission_key=typed.get("submission_key", "")[:255] or None,
        )
    except Invalid as error:
        context = form_context(request, typed, error.fields or {"": [error.message]}) | {"kept": kept}
        return render(request, "portal/new_ticket.html", context, status=422)
    Draft.objects.filter(user=request.user, ticket=None, mode=Draft.Mode.NEW).delete()
    return done(request, f"/my/tickets/{ticket.key}/?sent=1")


def report_from(typed: Any) -> Report:
    """What the form says, as the command takes it.

    Raises:
        Invalid: on `category`, when there is no such category.
    """
    category = None
    if typed.get("category"):
        category = Category.objects.select_related("service").filter(slug=typed["category"]).first()
        if category is None:
            raise Invalid.field("category", _("Choose one of the list."))
    _value, _title, _about, impact, urgency = next((row for row in STOPS if row[0] == typed.get("stops")), STOPS[1])
    intake = {name.removeprefix("intake."): value for name, value in typed.items() if name.startswith("intake.")}
    return Report(
        subject=typed.get("subject", ""),
        description=typed.get("description", ""),
        category=category,
        kind=None if category else Kind.INCIDENT,
        impact=impact,
        urgency=urgency,
        intake=intake,
    )


def form_context(request: SignedIn, typed: Any, errors: dict[str, list[str]]) -> dict[str, Any]:
    """Everything the form shows: the catalogue, what was typed, what is wrong with it."""
    chosen = typed.get("category", "")
    category = Category.objects.filter(slug=chosen).first() if chosen else None
    return {
        "services": Service.objects.prefetch_related("categories"),
        "typed": typed,
        "errors": {name.replace("intake.", "intake-"): texts for name, texts in errors.items()},
        "stops": STOPS,
        "stop": typed.get("stops") or "task",
        "submission_key": typed.get("submission_key") or secrets.token_urlsafe(16),
        "questions": questions(category, typed, errors),
        "asset": request.user.assets.first(),
    }


def questions(category: Category | None, typed: Any, errors: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The category's intake fields with the answers given so far."""
    if category is None:
        return []
    return [
        {
            "field": field,
            "name": f"intake.{field.key}",
            "label": question(field),
            "value": typed.get(f"intake.{field.key}", ""),
            "errors": errors.get(f"intake.{field.key}", []),
        }
        for field in category.intake_fields.all()
    ]


def intake_questions(request: SignedIn) -> HttpResponse:
    """Fragment: the questions of the category just chosen."""
    category = Category.objects.filter(slug=request.GET.get("category", "")).first()
    return render(request, "portal/_intake.html", {"questions": questions(category, request.GET, {})})


@require_POST
def new_draft(request: SignedIn) -> HttpResponse:
    """Keep what is being typed into the report."""
    data = {name: value for name, value in request.POST.items() if name in KEPT_FIELDS or name.startswith("intake.")}
    if sum(len(str(value)) for value in data.values()) <= 150_000:
        Draft.objects.update_or_create(
            user=request.user, ticket=None, mode=Draft.Mode.NEW, defaults={"data": data, "body": ""}
        )
    return HttpResponse(status=204)
