"""A ticket and its vendor: refer, log what they say, take back; and the panel that shows it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.requests import SignedIn
from catalogue.models import Contract
from core.cleaning import whole_number
from core.errors import DomainError, Invalid
from core.htmx import done
from core.time import database_now
from escalation import commands
from escalation.commands.vendor import TAKEN_BACK, open_referral
from escalation.models import Clock, ExternalBug, VendorReferral
from escalation.time_left import of_clock
from escalation.views.explain import address
from tickets.models import Ticket
from tickets.typed import stashed
from tickets.views.panels import Panel
from tickets.views.waiting import moment
from tickets.views.workspace import at_desk, dialog, version_of

REFER, LOG, BACK = "desk/_refer_to_vendor.html", "desk/_vendor_log.html", "desk/_take_back.html"


def refer(request: SignedIn, key: str) -> HttpResponse:
    """Refer to a vendor: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    if request.method != "POST":
        return dialog(request, ticket, REFER, **_offers(request, ticket))
    try:
        referral = commands.refer_to_vendor(
            ticket,
            actor=request.user,
            contract=_contract(request.POST.get("contract", "")),
            request=request.POST.get("request", ""),
            reference=request.POST.get("reference", ""),
            chase_at=moment(request.POST.get("chase_at", ""), "chase_at"),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, REFER, error=error, **_offers(request, ticket))
    said = _("%(key)s is with %(vendor)s now.") % {"key": ticket.key, "vendor": referral.vendor}
    return done(request, ticket.get_absolute_url(), message=said)


def log(request: SignedIn, key: str) -> HttpResponse:
    """Log what the vendor said or what it was sent again: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    context: dict[str, Any] = {"directions": VendorReferral.Direction.choices, "referral": open_referral(ticket)}
    if request.method != "POST":
        typed = {"direction": VendorReferral.Direction.HEARD, **stashed(request)}
        return dialog(request, ticket, LOG, typed=typed, **context)
    try:
        commands.vendor_answer(
            ticket,
            actor=request.user,
            direction=request.POST.get("direction", ""),
            words=request.POST.get("words", ""),
            reference=request.POST.get("reference", ""),
            chase_at=moment(request.POST.get("chase_at", ""), "chase_at"),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, LOG, error=error, **context)
    return done(request, f"{ticket.get_absolute_url()}#end", message=_("Logged."))


def back(request: SignedIn, key: str) -> HttpResponse:
    """Take it back from the vendor: the dialog on GET, the command on POST."""
    ticket = at_desk(request, key)
    context: dict[str, Any] = {
        "reasons": [(why.value, why.label) for why in TAKEN_BACK],
        "referral": open_referral(ticket),
    }
    if request.method != "POST":
        return dialog(request, ticket, BACK, **context)
    try:
        commands.take_back(
            ticket,
            actor=request.user,
            reason=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            version=version_of(request),
        )
    except DomainError as error:
        return dialog(request, ticket, BACK, error=error, **context)
    return done(request, ticket.get_absolute_url(), message=_("%(key)s is ours again.") % {"key": ticket.key})


def _panel(request: SignedIn, ticket: Ticket, verbs: set[str]) -> dict[str, Any]:
    """Where the ticket is outside, since when and until when, and the bugs behind it; empty when there is nothing."""
    referral = open_referral(ticket)
    clock = _clock(ticket, referral) if referral else None
    return {
        "referral": referral,
        "clock": clock,
        "left": of_clock(ticket, clock, database_now()) if clock else None,
        "clock_url": address(ticket, clock) if clock else "",
        "past": ticket.referrals.filter(ended_at__isnull=False).select_related("vendor").order_by("-pk"),
        "bugs": ExternalBug.objects.filter(links__ticket=ticket),
    }


VENDOR = Panel("vendor", _lazy("Vendor and bugs"), "desk/_vendor_panel.html", _panel)


def _clock(ticket: Ticket, referral: VendorReferral) -> Clock | None:
    rows = ticket.clocks.select_related("calendar_version__calendar")
    own = rows.filter(metric=Clock.Metric.VENDOR, life=referral.started_event_id or 0).first()
    return own or rows.filter(metric=Clock.Metric.VENDOR).exclude(state=Clock.State.DONE).first()


def _contract(text: str) -> Contract:
    number = whole_number(text)
    found = Contract.objects.select_related("vendor").filter(pk=number).first() if number is not None else None
    if found is None:
        raise Invalid.field("contract", _("Choose the contract."))
    return found


def _offers(request: SignedIn, ticket: Ticket) -> dict[str, Any]:
    """The contracts: those for the ticket's service first; one that cannot be chosen says why."""
    today = timezone.localdate()
    rows: list[dict[str, Any]] = []
    for contract in Contract.objects.select_related("vendor").prefetch_related("services"):
        services = {service.pk for service in contract.services.all()}
        is_for_it = not services or ticket.service_id in services
        why_not = contract.why_not(today)
        if is_for_it or not why_not:
            rows.append({"contract": contract, "is_for_it": is_for_it and bool(services), "why_not": why_not})
    rows.sort(key=lambda row: (bool(row["why_not"]), not row["is_for_it"]))
    typed = request.POST or stashed(request)
    first = next((str(row["contract"].pk) for row in rows if row["is_for_it"] and not row["why_not"]), "")
    return {
        "typed": typed,
        "contracts": rows,
        "chosen": typed.get("contract") or first,
        "referral": open_referral(ticket),
    }
