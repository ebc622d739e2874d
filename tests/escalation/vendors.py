"""Vendors and contracts for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from catalogue.models import Contract, Vendor
from escalation.models import BusinessCalendar, ContractTerms


def contract_of(name: str = "Telkom", calendar: BusinessCalendar | None = None, **fields: Any) -> Contract:
    """A contract in force: four hours at P1, eight at P2, a day at P3; nothing at P4."""
    vendor, _new = Vendor.objects.get_or_create(name=name)
    promised = {"solve_p1": 240, "solve_p2": 480, "solve_p3": 1440}
    contract = Contract.objects.create(
        **{"vendor": vendor, "number": "K-1", "valid_from": date(2026, 1, 1), **promised, **fields}
    )
    ContractTerms.objects.create(contract=contract, calendar=calendar)
    return contract
