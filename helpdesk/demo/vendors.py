"""Whom the demo company calls for help, and a bug that several of its tickets had in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from catalogue.models import Contract, Service, Vendor
from escalation import commands as escalation
from escalation.models import BusinessCalendar, ContractTerms, ExternalBug
from helpdesk.demo.promises import OFFICE
from helpdesk.demo.roster import Roster
from tickets.choices import Status
from tickets.commands import quietly
from tickets.models import Ticket

BUG_SERVICE = "erp"
BUG_URL = "https://tracker.saka-erp.example/browse/FIN-2291"
BUG_TICKETS = 3


@dataclass(frozen=True, slots=True)
class Promised:
    """A contract: minutes to a solution for P1 to P4, in office hours or around the clock."""

    number: str
    services: tuple[str, ...]
    minutes: tuple[int | None, int | None, int | None, int | None]
    in_office: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """A vendor with its contracts."""

    name: str
    email: str
    phone: str
    portal: str
    notes: str
    contracts: tuple[Promised, ...]


VENDORS = (
    Outside(
        "Lintas Nusa Link", "noc@lintasnusa.example", "+62 21 5550 118", "https://care.lintasnusa.example/",
        "Sebutkan ID sirkuit di setiap laporan. Di luar jam kerja lewat telepon, bukan surel.",
        (
            Promised("LNL-2024-031", ("network", "vpn"), (240, 480, 1440, 2880)),
            Promised("LNL-2021-007", ("network",), (480, 960, None, None), is_over=True),
        ),
    ),
    Outside(
        "Saka ERP", "support@saka-erp.example", "+62 21 5550 274", "https://support.saka-erp.example/",
        "Log aplikasi wajib dilampirkan. Perbaikan masuk rilis tiap Rabu malam.",
        (Promised("SAKA-77/S", ("erp", "wms", "hris"), (240, 480, 1440, 2700), in_office=True),),
    ),
    Outside(
        "Mitra Perangkat Prima", "servis@mitraprima.example", "+62 31 5550 390", "",
        "Suku cadang laptop dan printer; teknisi datang ke Jakarta dan Surabaya.",
        (Promised("MPP-1180", ("devices", "printing", "pos"), (480, 960, 1440, None), in_office=True),),
    ),
)  # fmt: skip


def make_vendors(now: datetime) -> None:
    """Write down the vendors and what they promised."""
    services = {service.slug: service for service in Service.objects.all()}
    office = BusinessCalendar.objects.get(name=OFFICE)
    for shape in VENDORS:
        vendor, _new = Vendor.objects.get_or_create(
            name=shape.name,
            defaults={"email": shape.email, "phone": shape.phone, "portal_url": shape.portal, "notes": shape.notes},
        )
        for promised in shape.contracts:
            _make_contract(vendor, promised, services, office, now)


def _make_contract(
    vendor: Vendor, promised: Promised, services: dict[str, Service], office: BusinessCalendar, now: datetime
) -> None:
    p1, p2, p3, p4 = promised.minutes
    contract, is_new = Contract.objects.get_or_create(
        vendor=vendor,
        number=promised.number,
        defaults={
            "valid_from": date(now.year - 5 if promised.is_over else now.year - 2, 1, 1),
            "valid_until": date(now.year - 3 if promised.is_over else now.year + 1, 12, 31),
            "solve_p1": p1,
            "solve_p2": p2,
            "solve_p3": p3,
            "solve_p4": p4,
        },
    )
    if is_new:
        contract.services.set([services[slug] for slug in promised.services])
        ContractTerms.objects.create(contract=contract, calendar=office if promised.in_office else None)


@transaction.atomic
def tell_of_bug(roster: Roster, now: datetime) -> None:
    """One bug behind a few open tickets of the ERP; its fix was announced an hour ago."""
    if ExternalBug.objects.exists():
        return
    rows = Ticket.objects.filter(
        external_ref__startswith="demo-", service__slug=BUG_SERVICE, status=Status.OPEN, assignee__isnull=False
    )
    with quietly():
        found = [ticket for ticket in rows.select_related("assignee").order_by("pk")[:BUG_TICKETS] if ticket.assignee]
        for ticket in found:
            _link(ticket, _owner(roster, ticket), now - timedelta(hours=2))
        if found:
            bug = ExternalBug.objects.get()
            escalation.fix_bug(bug, actor=_owner(roster, found[0]), fixed_version="9.4.2", at=now - timedelta(hours=1))


def _owner(roster: Roster, ticket: Ticket) -> User:
    assert ticket.assignee is not None
    return roster.people[ticket.assignee.email]


def _link(ticket: Ticket, actor: User, at: datetime) -> None:
    escalation.link_bug(
        ticket,
        actor=actor,
        url=BUG_URL,
        title="Payment run stops when two approvers sign at the same second",
        tracker="Saka ERP",
        affected_version="9.4.0",
        at=at,
    )
