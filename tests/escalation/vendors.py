"""Vendors and contracts for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import User
from catalogue.models import Contract, Vendor
from escalation import commands as escalation
from escalation.models import BusinessCalendar, ContractTerms, VendorReferral
from tests.escalation.waits import local
from tickets.models import Ticket


def contract_of(name: str = "Telkom", calendar: BusinessCalendar | None = None, **fields: Any) -> Contract:
    """A contract in force: four hours at P1, eight at P2, a day at P3; nothing at P4."""
    vendor, _new = Vendor.objects.get_or_create(name=name)
    promised = {"solve_p1": 240, "solve_p2": 480, "solve_p3": 1440}
    contract = Contract.objects.create(
        **{"vendor": vendor, "number": "K-1", "valid_from": date(2026, 1, 1), **promised, **fields}
    )
    ContractTerms.objects.create(contract=contract, calendar=calendar)
    return contract


def referred(ticket: Ticket, actor: User, contract: Contract | None = None, **more: Any) -> VendorReferral:
    """Send the ticket to a vendor, on Monday at ten unless said otherwise."""
    more.setdefault("at", local(16, 10))
    return escalation.refer_to_vendor(
        ticket, actor=actor, contract=contract or contract_of(), request="The link is down.", **more
    )
