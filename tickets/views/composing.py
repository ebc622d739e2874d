"""What helps with writing: the preview, saved replies, people and tickets to mention."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import NotVisible
from tickets.canned import filled, unknown_placeholders
from tickets.composing import add_to_draft, keep_draft
from tickets.markup import pictures_of, to_html
from tickets.mentions import colleagues, handle_of, tickets_like
from tickets.models import Draft, ReplyTemplate, Ticket
from tickets.reading import ticket_by_key
from tickets.uploads import own_uploads
from tickets.views.workspace import at_desk, dialog


@require_POST
def desk_preview(request: SignedIn, key: str) -> HttpResponse:
    """What is being written as it will read: a fragment, or the page with it where there are no scripts."""
    ticket, mode = at_desk(request, key), _mode(request)
    body = request.POST.get("body", "")
    if not request.htmx:
        keep_draft(request.user, ticket, mode, body)
        return redirect(f"{ticket.get_absolute_url()}?write={mode}&preview=1#composer")
    html = to_html(body, pictures_of(own_uploads(request))) if body.strip() else ""
    context = {"html": html, "language": ticket.language if mode == "reply" else ""}
    return render(request, "desk/_composer_preview.html", context)


@require_POST
def desk_canned(request: SignedIn, key: str) -> HttpResponse:
    """Saved replies for this ticket; with "template", the one that was chosen goes into the draft."""
    ticket, mode = at_desk(request, key), _mode(request)
    if "body" in request.POST:
        keep_draft(request.user, ticket, mode, request.POST["body"])
    offered = ReplyTemplate.objects.visible_to(request.user).active()
    if "template" not in request.POST:
        rows = [_row(template, ticket) for template in offered.select_related("team")]
        return dialog(request, ticket, "desk/_canned.html", rows=rows, mode=mode)
    chosen = offered.filter(pk=whole_number(request.POST["template"]) or 0).first()
    if chosen is None:
        raise NotVisible()
    add_to_draft(request.user, ticket, mode, _row(chosen, ticket)["text"])
    return redirect(f"{ticket.get_absolute_url()}?write={mode}#composer")


def desk_mentions(request: SignedIn, key: str) -> HttpResponse:
    """Fragment: whom or which ticket "@" or "#" with what is typed could mean; only what the reader may know."""
    ticket = at_desk(request, key)
    typed, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    offers: list[tuple[str, str]] = []
    if kind == "people":
        found = colleagues(typed, ticket, asker=request.user)
        offers = [(handle_of(person), person.name) for person in found]
    elif kind == "tickets":
        offers = [(one.key, f"{one.key} {one.subject}") for one in tickets_like(typed, asker=request.user)]
    return render(request, "desk/_mentions.html", {"offers": offers})


def ticket_link(request: SignedIn, key: str) -> HttpResponse:
    """Where a ticket's number in a text leads: the desk's page or the requester's own; nowhere for everybody else."""
    ticket = ticket_by_key(request.user, key)
    if ticket.staffed_by(request.user):
        return redirect(ticket.get_absolute_url())
    return redirect("my_ticket", ticket.key)


def _row(template: ReplyTemplate, ticket: Ticket) -> dict[str, Any]:
    """A template as it reads on this ticket, in the requester's language where it was written in that."""
    with override(ticket.language):
        text = filled(template.body_for(ticket.language), ticket)
    meant = "id" if ticket.language.startswith("id") else "en"
    other = "en" if meant == "id" else "id"
    language = meant if getattr(template, f"body_{meant}") else other
    return {
        "template": template,
        "text": text,
        "language": language,
        "unknown": unknown_placeholders(template.body_for(ticket.language)),
    }


def _mode(request: SignedIn) -> str:
    return Draft.Mode.NOTE if request.POST.get("mode") == Draft.Mode.NOTE else Draft.Mode.REPLY
