"""Vendors and their contracts: the list, one vendor, and the forms of those who keep them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import SignedIn
from catalogue.models import Contract, Vendor
from core.errors import Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.time import database_now
from escalation.commands.contracts import keep_contract, keep_vendor
from escalation.forms.vendors import ContractForm, VendorForm
from escalation.models import VendorReferral
from escalation.policies import keeps_vendors
from escalation.vendor_figures import Record, records
from escalation.views.promises import reader
from tickets.models import Ticket
from tickets.typed import stashed_form

MOST_PAST = 20


def vendor_list(request: SignedIn) -> HttpResponse:
    """Every vendor with what is there now and how it kept its promises."""
    reader(request)
    today, kept = timezone.localdate(), records(database_now())
    in_force = Q(contracts__is_active=True, contracts__valid_from__lte=today) & (
        Q(contracts__valid_until__isnull=True) | Q(contracts__valid_until__gte=today)
    )
    vendors = Vendor.objects.annotate(in_force=Count("contracts", filter=in_force, distinct=True))
    counts = _seen(request).filter(ended_at__isnull=True).values_list("vendor_id").annotate(Count("pk"))
    open_ones = dict(counts.order_by())
    rows = [
        {"vendor": vendor, "open": open_ones.get(vendor.pk, 0), "record": kept.get(vendor.pk, Record())}
        for vendor in vendors
    ]
    return render(request, "vendors/list.html", {"rows": rows, "may_edit": keeps_vendors(request.user)})


def vendor_page(request: SignedIn, pk: int) -> HttpResponse:
    """One vendor: how to reach it, what it promised, what it has of ours, how it did."""
    reader(request)
    vendor = _vendor(pk)
    today = timezone.localdate()
    contracts = vendor.contracts.select_related("terms__calendar").prefetch_related("services")
    referrals = _seen(request).filter(vendor=vendor).select_related("ticket", "contract", "sent_by")
    context = {
        "vendor": vendor,
        "contracts": [
            {
                "contract": contract,
                "why_not": contract.why_not(today),
                "promised": [(priority, minutes * 60) for priority, minutes in contract.minutes.items()],
            }
            for contract in contracts
        ],
        "open": referrals.filter(ended_at__isnull=True),
        "past": referrals.filter(ended_at__isnull=False).order_by("-ended_at")[:MOST_PAST],
        "record": records(database_now(), vendor.pk).get(vendor.pk, Record()),
        "may_edit": keeps_vendors(request.user),
    }
    return render(request, "vendors/vendor.html", context)


def vendor_new(request: SignedIn) -> HttpResponse:
    """Write down a vendor."""
    _keeper(request)
    return _vendor_form(request, Vendor())


def vendor_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a vendor."""
    reader(request)
    vendor = _vendor(pk)
    _keeper(request)
    return _vendor_form(request, vendor)


def contract_new(request: SignedIn, pk: int) -> HttpResponse:
    """Write down a contract of a vendor."""
    reader(request)
    vendor = _vendor(pk)
    _keeper(request)
    return _contract_form(request, Contract(vendor=vendor))


def contract_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a contract; what was referred under it keeps what was agreed."""
    reader(request)
    contract = Contract.objects.select_related("vendor").filter(pk=pk).first()
    if contract is None:
        raise NotVisible()
    _keeper(request)
    return _contract_form(request, contract)


def _vendor_form(request: SignedIn, vendor: Vendor) -> HttpResponse:
    back = reverse("vendor", args=[vendor.pk]) if vendor.pk else reverse("vendors")
    form = VendorForm(request.POST or stashed_form(request), instance=vendor)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_vendor(form.save(commit=False), actor=request.user)
        except Invalid as error:
            _put_on(form, error)
        else:
            return done(request, reverse("vendor", args=[kept.pk]), message=_("Saved."))
    return _drawn(request, "vendors/vendor_form.html", form, vendor=vendor, back_url=back)


def _contract_form(request: SignedIn, contract: Contract) -> HttpResponse:
    back = reverse("vendor", args=[contract.vendor_id])
    form = ContractForm(request.POST or stashed_form(request), instance=contract)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            keep_contract(
                form.save(commit=False),
                actor=request.user,
                services=fields["services"],
                calendar=fields["calendar"],
            )
        except Invalid as error:
            _put_on(form, error)
        else:
            return done(request, back, message=_("Saved. Referrals from now on count by it."))
    return _drawn(request, "vendors/contract_form.html", form, contract=contract, back_url=back)


def _drawn(request: SignedIn, template: str, form: ModelForm, **context: Any) -> HttpResponse:
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, template, {"form": form, **context}, status=status)


def _put_on(form: ModelForm, error: Invalid) -> None:
    for name, texts in error.fields.items():
        form.add_error(name, texts)


def _seen(request: SignedIn) -> Any:
    """Referrals of tickets this person sees from the inside."""
    return VendorReferral.objects.filter(ticket__in=Ticket.objects.staffed_by(request.user))


def _vendor(pk: int) -> Vendor:
    found = Vendor.objects.filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found


def _keeper(request: SignedIn) -> None:
    """Let those pass who keep vendors.

    Raises:
        NotVisible, NotAllowed: the others.
    """
    reader(request)
    if not keeps_vendors(request.user):
        raise NotAllowed()
