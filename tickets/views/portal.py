"""The requester's pages: home, report, my tickets, one ticket."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from catalogue.models import Service
from core.cleaning import whole_number
from core.errors import Invalid, NotVisible
from core.htmx import done
from tickets import commands, policies
from tickets.choices import LIVE, Status
from tickets.commands.conversation import message_key
from tickets.entries import Entry
from tickets.models import Message, Rating, Ticket
from tickets.news import newest_event_of
from tickets.querysets import TicketQuerySet
from tickets.reading import ticket_by_key, waiting_plan
from tickets.timeline import timeline_page
from tickets.typed import stashed
from tickets.uploads import uploads_of
from tickets.workflow import verbs_for

# kept in English: each reader finds it in their own language
NOT_NEEDED = gettext_noop("No longer needed, says the requester.")

HOME_TICKETS = 3
PAGE_TICKETS = 25


def mine(request: SignedIn) -> TicketQuerySet:
    """My own tickets, those that need my answer first, then the live ones, then the rest by age."""
    order = Case(
        When(status=Status.PENDING, pending_reason="requester", then=Value(0)),
        When(status=Status.RESOLVED, then=Value(1)),
        When(status__in=LIVE, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    tickets = Ticket.objects.visible_to(request.user).filter(requester=request.user)
    return tickets.select_related("assignee", "team", "service").order_by(order, "-updated_at")


def home(request: SignedIn) -> HttpResponse:
    tickets = mine(request)
    context = {
        "tickets": tickets[:HOME_TICKETS],
        "ticket_count": tickets.count(),
        "services": Service.objects.all(),
        "troubled": Service.objects.exclude(state__in=("operational", "planned")),
    }
    return render(request, "portal/home.html", context)


def my_tickets(request: SignedIn) -> HttpResponse:
    page = Paginator(mine(request), PAGE_TICKETS).get_page(request.GET.get("page"))
    return render(request, "portal/my_tickets.html", {"page_obj": page})


def service_status(request: SignedIn) -> HttpResponse:
    return render(request, "portal/service_status.html", {"services": Service.objects.all()})


def my_ticket(request: SignedIn, key: str) -> HttpResponse:
    ticket = followed(request, key)
    return render(request, "portal/ticket.html", _context(request, ticket))


@require_POST
def my_reply(request: SignedIn, key: str) -> HttpResponse:
    ticket = followed(request, key)
    try:
        attachments = uploads_of(request)
        message = commands.reply(
            ticket,
            actor=request.user,
            body=request.POST.get("body", ""),
            attachments=attachments,
            dedupe_key=message_key(request.user, ticket, "reply", request.POST.get("dedupe_key", "")),
        )
    except Invalid as error:
        context = _context(request, ticket) | {
            "errors": error.fields or error.message,
            "body": request.POST.get("body"),
        }
        return render(request, "portal/ticket.html", context, status=422)
    # on a merged ticket it may have gone to the one that was merged into
    return done(request, _address(message.ticket), message=_("Your answer is sent."))


@require_POST
def my_confirmation(request: SignedIn, key: str) -> HttpResponse:
    """It works: close the ticket, and rate it if a score came along."""
    ticket = followed(request, key)
    score = whole_number(request.POST.get("score", ""))
    with commands.unit_of_work():
        if ticket.status == Status.RESOLVED:
            commands.close(ticket, actor=request.user)
        if score is not None:
            commands.rate(ticket, actor=request.user, score=score, comment=request.POST.get("comment", ""))
    said = _("Thank you. The ticket is closed.") if ticket.status == Status.CLOSED else _("Thank you.")
    return done(request, _address(ticket), message=said)


@require_POST
def my_reopening(request: SignedIn, key: str) -> HttpResponse:
    ticket = followed(request, key)
    try:
        commands.reopen(
            ticket,
            actor=request.user,
            reason=request.POST.get("reason", ""),
            dedupe_key=message_key(request.user, ticket, "reopen", request.POST.get("dedupe_key", "")),
        )
    except Invalid as error:
        context = _context(request, ticket) | {
            "errors": error.fields or error.message,
            "reason": request.POST.get("reason"),
        }
        return render(request, "portal/ticket.html", context, status=422)
    return done(request, _address(ticket), message=_("We are looking at it again."))


@require_POST
def my_cancellation(request: SignedIn, key: str) -> HttpResponse:
    ticket = followed(request, key)
    commands.cancel(ticket, actor=request.user, reason=NOT_NEEDED)
    return done(request, _address(ticket), message=_("The ticket is cancelled."))


def followed(request: SignedIn, key: str) -> Ticket:
    """The portal shows a ticket as its requester sees it; whoever neither asked nor follows uses the desk."""
    ticket = ticket_by_key(request.user, key)
    involved = policies.is_requester(request.user, ticket) or ticket.watchers.filter(user_id=request.user.pk).exists()
    if not involved and not ticket.staffed_by(request.user):
        raise NotVisible()
    return ticket


def _context(request: SignedIn, ticket: Ticket) -> dict[str, object]:
    before = request.GET.get("before", "")
    shown = timeline_page(ticket, request.user, as_requester=True, before=before)
    typed = stashed(request)
    return {
        "ticket": ticket,
        "entries": shown.entries,
        "earlier": shown.earlier,
        "is_past": bool(before),
        "verbs": verbs_for(request.user, ticket),
        "step": step_of(ticket),
        "question": _question(ticket, shown.entries),
        "waiting": waiting_plan(ticket),
        "rating": Rating.objects.filter(ticket=ticket).first(),
        "auto_close_days": settings.AUTO_CLOSE_DAYS,
        "body": typed.get("body", ""),
        "reason": typed.get("reason", ""),
        "cursor": newest_event_of(ticket, public=True),
        "opening_files": ticket.attachments.filter(message__isnull=True),
    }


def step_of(ticket: Ticket) -> int:
    """Which of the four steps the requester sees: received, looked at, working on it, solved."""
    if ticket.has_ended:
        return 4
    if ticket.assignee_id and ticket.first_replied_at:
        return 3
    return 2 if ticket.assignee_id or ticket.first_replied_at else 1


def _question(ticket: Ticket, entries: list[Entry]) -> Message | None:
    """The staff message that waits for the requester's answer."""
    if not ticket.waits_for_requester:
        return None
    asked = [entry.message for entry in entries if entry.message is not None and entry.message.by_staff]
    return asked[-1] if asked else None


def _address(ticket: Ticket) -> str:
    return f"/my/tickets/{ticket.key}/"
